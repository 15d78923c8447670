/// The experiment: recipes, controls, the run folder, tickets, and the loop that trains them all. May import: train,
/// prune, nn, optim, data, kernel, tensor, numeric, base.
package dev.tombola.lottery;
