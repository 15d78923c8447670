/// Off-heap blocks of numbers and the descriptors that native kernels read: activations, spans of a slab, weights in
/// dense or compressed form, masks.
package dev.tombola.tensor;
