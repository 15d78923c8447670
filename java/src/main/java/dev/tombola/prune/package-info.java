/// Which weights survive: exact counts per level and pure functions on masks. May import: nn, tensor,
/// numeric.
package dev.tombola.prune;
