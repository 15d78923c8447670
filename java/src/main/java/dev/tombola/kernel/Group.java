package dev.tombola.kernel;

import dev.tombola.tensor.Span;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;
import java.util.List;

/// Networks of one shape that run side by side on a device: one call of a kernel does its work for all of them. It is
/// given the operands of the first; the others' lie at the same places of their own parts of one block. A call returns
/// before it is done: see [#await].
public final class Group implements AutoCloseable {
    /// What a part's size is a multiple of, in bytes.
    public static final int ALIGNMENT = 64;

    private static final int IDENTITY_BYTES = 16;
    private static final MethodHandle OPEN =
            NativeLibrary.handle(FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    private static final MethodHandle COPY = NativeLibrary.handle(FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    private static final MethodHandle CLOSE = NativeLibrary.handle(FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

    private final NativeLibrary library;
    private final Device device;
    private final Arena arena;
    private final NativeContext context;
    private final NativeKernels kernels;
    private final MemorySegment copy;
    private final MemorySegment chosen;
    private final List<MemorySegment> parts;

    /// Whose draws a network's are: they take the place of the seed and the stream that an operation is given.
    ///
    /// @param stream of `Stream`
    public record Identity(long seed, int stream) {}

    Group(Device device, NativeLibrary library, List<Identity> identities, long part) {
        this.library = library;
        this.device = device;
        this.arena = device.memory();
        MemorySegment memory = arena.allocate(
                Math.addExact(heads(identities.size()), Math.multiplyExact(identities.size(), part)), ALIGNMENT);
        long heads = heads(identities.size());
        for (int r = 0; r < identities.size(); r++) {
            Identity identity = identities.get(r);
            memory.set(ValueLayout.JAVA_LONG, (long) r * IDENTITY_BYTES, identity.seed());
            memory.set(ValueLayout.JAVA_INT, (long) r * IDENTITY_BYTES + 8, identity.stream());
        }
        this.parts = java.util.stream.IntStream.range(0, identities.size())
                .mapToObj(r -> memory.asSlice(heads + r * part, part, ALIGNMENT))
                .toList();
        this.chosen =
                memory.asSlice((long) identities.size() * IDENTITY_BYTES, (long) identities.size() * Integer.BYTES);
        this.copy = library.function("tombola_cuda_copy");
        this.context = open(identities.size(), part, memory);
        this.kernels = NativeKernels.of(library, context);
    }

    public Kernels kernels() {
        return kernels;
    }

    /// The memory of each network, zeroed at first. The processor may read and write it while nothing runs.
    public List<MemorySegment> parts() {
        return parts;
    }

    /// Copies floats of every network: operands are the first one's.
    public void copy(Span from, Span to) {
        copy(from, to, MemorySegment.NULL);
    }

    /// Copies floats of the networks chosen, while nothing runs; operands are the first one's.
    public void copy(Span from, Span to, BitSet networks) {
        for (int r = 0; r < parts.size(); r++) {
            chosen.setAtIndex(ValueLayout.JAVA_INT, r, networks.get(r) ? 1 : 0);
        }
        copy(from, to, chosen);
    }

    private void copy(Span from, Span to, MemorySegment networks) {
        Status status;
        try {
            status = Status.of(
                    (int) COPY.invokeExact(copy, context.address(), from.descriptor(), to.descriptor(), networks));
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
        if (status != Status.OK) {
            throw KernelException.of("copy", kernels, status, "from", from, "to", to);
        }
    }

    /// Waits until everything that was asked for is done.
    ///
    /// @throws KernelException if the device failed
    public void await() {
        device.await();
    }

    /// Waits for what still runs, and gives the memory back.
    @Override
    public void close() {
        try {
            device.await();
        } finally {
            free();
        }
    }

    private void free() {
        try {
            CLOSE.invokeExact(library.function("tombola_cuda_close"), context.address());
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        } finally {
            arena.close();
        }
    }

    private static long heads(int replicas) {
        return Math.ceilDiv((long) replicas * (IDENTITY_BYTES + Integer.BYTES), ALIGNMENT) * ALIGNMENT;
    }

    /// A context for `tombola_group`.
    private NativeContext open(int replicas, long part, MemorySegment identities) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fields = arena.allocate(40, 8);
            fields.set(ValueLayout.JAVA_INT, 0, replicas);
            fields.set(ValueLayout.JAVA_LONG, 8, part);
            fields.set(ValueLayout.ADDRESS, 32, identities);
            MemorySegment opened = arena.allocate(ValueLayout.ADDRESS);
            Status status = Status.of((int) OPEN.invokeExact(library.function("tombola_cuda_open"), fields, opened));
            if (status != Status.OK) {
                throw new IllegalArgumentException(
                        "%d networks of %d bytes: %s".formatted(replicas, part, status.sentence()));
            }
            return new NativeContext(opened.get(ValueLayout.ADDRESS, 0), NativeContext.CUDA);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }
}
