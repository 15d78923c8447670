/// Data sets: found, fetched, read or drawn, scaled, split and shown.
package dev.tombola.data;
