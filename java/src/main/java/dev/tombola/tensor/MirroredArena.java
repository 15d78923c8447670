package dev.tombola.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory of the processor's that is copied to a device once it is written, for kernels to read there.
public interface MirroredArena extends Arena {
    /// Copies what this arena gave, and returns the copy's address, which the processor cannot read. It lives as long
    /// as the arena.
    MemorySegment send(MemorySegment written);
}
