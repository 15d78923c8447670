/// What every package may use: the user's mistake as an exception, and files that appear whole.
package dev.tombola.base;
