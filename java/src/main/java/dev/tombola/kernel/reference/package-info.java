/// The operations in plain Java: what every other implementation must equal to the bit. May import:
/// kernel, tensor, numeric.
package dev.tombola.kernel.reference;
