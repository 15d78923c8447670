package dev.tombola.kernel;

import dev.tombola.base.Reason;
import dev.tombola.base.UserError;
import dev.tombola.numeric.Precision;
import dev.tombola.tensor.MirroredArena;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// What runs groups of networks side by side: a GPU.
public abstract class Device {
    /// Groups larger than this are not launched at once.
    public static final int MOST_REPLICAS = 65_535;

    /// The part of the free memory that groups may take.
    private static final double SHARE = 0.9;

    private final NativeLibrary library;

    Device(NativeLibrary library) {
        this.library = library;
    }

    /// What it is, in words.
    public abstract String name();

    /// New memory for what the processor writes once and kernels read on the device. What does not fit there is a
    /// [UserError].
    public abstract MirroredArena memory();

    /// New memory of the processor's that the device reads and writes too, where it is and slowly; zeroed and aligned
    /// to 64 bytes.
    abstract Arena hostMemory();

    /// The address of new memory of the device's own, zeroed.
    abstract long allocate(long bytes);

    /// Gives back what [#allocate] gave.
    abstract void release(long address);

    /// Copies to the device, while nothing runs that uses it; done when it returns.
    abstract void send(MemorySegment from, long address);

    /// Copies from the device, while nothing runs that writes it; done when it returns.
    abstract void fetch(long address, MemorySegment to);

    /// Bytes that may still be allocated.
    abstract long free();

    /// Bytes of all its memory.
    abstract long size();

    abstract Queue queue();

    /// Opens a group, in memory of its own.
    ///
    /// @param identities one for each replica
    /// @param part bytes of one replica, a multiple of [Group#ALIGNMENT]
    /// @param precision what its dense layers multiply in
    /// @throws DeviceFullException if they do not fit, as they may not though [#most] said so: memory may be in pieces,
    ///     or another program's by now
    public final Group open(List<Group.Identity> identities, long part, Precision precision) {
        return new Group(this, library, identities, part, precision);
    }

    /// What is to be said where not even one replica could be opened: it never fits, or not now.
    ///
    /// @param part its bytes
    /// @param refusal what said so; null where [#most] did
    public final RuntimeException full(long part, DeviceFullException refusal) {
        if (most(part, size()) == 0) {
            return new UserError(
                    "One network takes %,d KB of memory to train, and %s has less.".formatted(part / 1_000, name()));
        }
        return KernelException.ofDevice(
                "not even one network, of %,d KB, could be put on %s, which says that %,d KB are free%s; end what else uses it, or make the network or its batch smaller"
                        .formatted(
                                part / 1_000,
                                name(),
                                free() / 1_000,
                                refusal == null ? "" : ": " + Reason.clause(refusal)),
                refusal);
    }

    /// Finds out whether anything runs on it, before there is something to lose.
    ///
    /// @throws KernelException if there are no kernels for it, or they do not start
    /// @throws DeviceFullException if other programs have its memory
    final void tryOut() {
        open(List.of(new Group.Identity(0, 0)), Group.ALIGNMENT, Precision.FP32).close();
    }

    /// How many replicas of `part` bytes fit at once; 0 if not even one.
    public final int most(long part) {
        return most(part, free());
    }

    private static int most(long part, long bytes) {
        return (int) Math.min(MOST_REPLICAS, (long) (bytes * SHARE) / (part + Group.ALIGNMENT));
    }
}
