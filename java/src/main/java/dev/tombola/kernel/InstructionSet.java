package dev.tombola.kernel;

/// An instruction set that C kernels are written for.
///
/// @param name as `--isa` takes it
/// @param runs whether kernels for it run on this machine
/// @param reason why it does or does not, in a few words
public record InstructionSet(String name, boolean runs, String reason) {}
