/// Data sets, how they are read, drawn, scaled, split and ordered; may import: kernel, tensor, numeric, base.
package dev.tombola.data;
