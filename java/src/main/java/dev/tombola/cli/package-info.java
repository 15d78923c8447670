/// The command line: one class per command. May import everything below it.
package dev.tombola.cli;
