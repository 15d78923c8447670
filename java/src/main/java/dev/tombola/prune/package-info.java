/// Which weights survive: exact counts per level and pure functions on masks.
package dev.tombola.prune;
