/// One training: batches in, weights and a curve out. May import: nn, optim, data, kernel, tensor,
/// numeric, base.
package dev.tombola.train;
