/// Optimisers and learning-rate schedules as values. May import: kernel, tensor, numeric.
package dev.tombola.optim;
