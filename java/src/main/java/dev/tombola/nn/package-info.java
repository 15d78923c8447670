/// Networks as values: layers with their shapes, forward and backward; the parameter slab of one level; the activations
/// of one batch size.
package dev.tombola.nn;
