/// One training, or several side by side: batches in, weights and a curve out.
package dev.tombola.train;
