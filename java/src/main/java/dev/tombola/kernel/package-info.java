/// Every operation of a training: one interface, the C implementation behind the Foreign Function & Memory API, and the
/// choice between backends.
package dev.tombola.kernel;
