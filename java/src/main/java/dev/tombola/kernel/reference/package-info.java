/// The operations in plain Java: what every other implementation must equal to the bit.
package dev.tombola.kernel.reference;
