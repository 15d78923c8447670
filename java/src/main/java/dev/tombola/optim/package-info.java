/// Optimisers and learning-rate schedules as values. May import: kernel, tensor, numeric, base.
package dev.tombola.optim;
