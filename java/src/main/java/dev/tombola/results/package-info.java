/// The results database: one SQLite file in a folder of run folders, an index of what they hold, and tables of it. May
/// import: lottery and everything below it.
package dev.tombola.results;
