/// Optimisers and learning-rate schedules as values.
package dev.tombola.optim;
