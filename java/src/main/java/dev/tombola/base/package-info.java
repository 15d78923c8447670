/// What every package may use: the user's mistake as an exception, and files that appear whole. Imports
/// nothing of ours.
package dev.tombola.base;
