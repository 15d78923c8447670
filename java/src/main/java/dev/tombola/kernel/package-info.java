/// Every operation of a training step: one interface, the C implementation behind the Foreign Function
/// API, and the choice between backends. May import: tensor, numeric, base.
package dev.tombola.kernel;
