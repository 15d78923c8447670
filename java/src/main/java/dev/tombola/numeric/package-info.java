/// Randomness as a pure function of seed, place, time, purpose and identity; and the precisions of products.
package dev.tombola.numeric;
