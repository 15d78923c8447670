/// The results database: one SQLite file in a folder of run folders, an index of what they hold, and tables of it.
package dev.tombola.results;
