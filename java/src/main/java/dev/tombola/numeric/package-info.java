/// Randomness as a pure function of seed, place, time, purpose and identity; imports nothing else of Tombola.
package dev.tombola.numeric;
