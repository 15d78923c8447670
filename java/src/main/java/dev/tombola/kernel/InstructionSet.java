package dev.tombola.kernel;

import java.util.List;

/// An instruction set that C kernels are written for.
///
/// @param name as `--isa` takes it
/// @param runs whether kernels for it run on this machine
/// @param reason why it does or does not, in a few words
public record InstructionSet(String name, boolean runs, String reason) {
    /// Every one that some machine's library has, widest first.
    static final List<String> NAMES = List.of("avx512", "avx2", "neon", "scalar");
}
