/// Which weights survive: exact counts per level and pure functions on masks. May import: nn, tensor,
/// numeric, base.
package dev.tombola.prune;
