/// The experiment: recipes, controls, the run folder, tickets, and the loop that trains them all.
package dev.tombola.lottery;
