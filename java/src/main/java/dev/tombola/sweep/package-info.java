/// Many recipes as one: the sweep file, what of it is still to be trained and what that costs, and the order in which
/// it is trained.
package dev.tombola.sweep;
