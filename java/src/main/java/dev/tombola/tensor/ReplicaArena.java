package dev.tombola.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The memory of one of several networks that run side by side. Numbers lie in the network's own part of one block, at
/// the same place in each part, so that a kernel finds every network's from those of the first; descriptors, which the
/// processor reads at each call, lie outside. The block is somebody else's, and must outlive this arena.
public final class ReplicaArena implements Arena {
    private final Arena life = Arena.ofShared();
    private final MemorySegment part;
    private long used;

    /// @param part the network's own, zeroed, starting on a 64-byte boundary
    public ReplicaArena(MemorySegment part) {
        if (part.address() % Slab.ALIGNMENT != 0) {
            throw new IllegalArgumentException(
                    "a part must start at a multiple of %d, not at %d".formatted(Slab.ALIGNMENT, part.address()));
        }
        this.part = part;
    }

    /// An arena in memory of its own, to find out how much a network takes.
    public ReplicaArena() {
        this.part = null;
    }

    /// Bytes taken so far, a multiple of the alignment.
    public long used() {
        return used;
    }

    @Override
    @SuppressWarnings("restricted")
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        if (byteAlignment > Slab.ALIGNMENT) {
            throw new IllegalArgumentException(
                    "numbers are aligned to %d bytes at most, not %d".formatted(Slab.ALIGNMENT, byteAlignment));
        }
        long taken = Math.ceilDiv(Math.max(1, byteSize), Slab.ALIGNMENT) * Slab.ALIGNMENT;
        long at = used;
        used += taken;
        if (part == null) {
            return life.allocate(byteSize, byteAlignment);
        }
        if (used > part.byteSize()) {
            throw new IllegalStateException("a network's part of %d bytes: %d are taken, %d more were asked for"
                    .formatted(part.byteSize(), at, taken));
        }
        return MemorySegment.ofAddress(part.address() + at).reinterpret(byteSize, life, null);
    }

    /// Memory for a struct that the processor reads.
    static MemorySegment descriptor(Arena arena, long bytes, long alignment) {
        return arena instanceof ReplicaArena replica
                ? replica.life.allocate(bytes, alignment)
                : arena.allocate(bytes, alignment);
    }

    @Override
    public MemorySegment.Scope scope() {
        return life.scope();
    }

    @Override
    public void close() {
        life.close();
    }
}
