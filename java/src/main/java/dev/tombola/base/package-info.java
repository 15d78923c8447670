/// What every package may use: the user's mistake as an exception, files that appear whole, locks, pictures and
/// plurals.
package dev.tombola.base;
