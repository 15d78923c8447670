/// Networks as values: layers with their shapes, forward and backward; the parameter slab of one level;
/// the activations of one batch size. May import: kernel, tensor, numeric, base.
package dev.tombola.nn;
