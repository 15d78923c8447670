/// Data sets, how they are read, drawn, scaled, split and ordered; imports `tensor` and `numeric` only.
package dev.tombola.data;
