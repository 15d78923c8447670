package dev.tombola.kernel;

import dev.tombola.numeric.Precision;
import dev.tombola.tensor.Span;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/// Replicas, which are networks of one shape, side by side on a device: one call of a kernel does its work for all of
/// them. It is given the operands of the first; the others' lie at the same places of their own parts of one block. A
/// call returns before it is done: see [#await].
public final class Group implements AutoCloseable {
    /// What a part's size is a multiple of, in bytes.
    public static final int ALIGNMENT = 64;

    private static final int IDENTITY_BYTES = 16;
    private static final int CLOCK_BYTES = 8;

    /// Of the processor's memory that cannot be swapped out.
    private static final long HOST_COPIES_BYTES = 1L << 30;

    private static final MethodHandle OPEN =
            NativeLibrary.handle(FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    private static final MethodHandle COPY = NativeLibrary.handle(FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    private static final MethodHandle MOVE = NativeLibrary.handle(FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle STEPS = NativeLibrary.handle(FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle NOTE =
            NativeLibrary.handle(FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    private static final MethodHandle CLOSE = NativeLibrary.handle(FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

    private final NativeLibrary library;
    private final Device device;
    private final Queue queue;
    private final Arena host;
    private final int replicas;
    private final long address;
    private final long parts;
    private final NativeContext context;
    private final NativeContext clocked;
    private final NativeKernels kernels;
    private final NativeKernels steps;
    private final MemorySegment heads;
    private final List<MemorySegment> hostCopies;
    private final MemorySegment chosen;

    /// What gives back what was made.
    private final Deque<Runnable> releases = new ArrayDeque<>();

    /// Whose draws a replica's are: they take the place of the seed and the stream that an operation is given.
    ///
    /// @param stream of `Stream`
    public record Identity(long seed, int stream) {}

    Group(Device device, NativeLibrary library, List<Identity> identities, long part, Precision precision) {
        this.library = library;
        this.device = device;
        this.replicas = identities.size();
        long before = Math.ceilDiv(CLOCK_BYTES + (long) replicas * IDENTITY_BYTES, ALIGNMENT) * ALIGNMENT;
        try {
            this.host = device.hostMemory();
            releases.push(host::close);
            this.address = device.allocate(Math.addExact(before, Math.multiplyExact(replicas, part)));
            releases.push(() -> device.release(address));
            this.parts = address + before;
            this.heads = heads(identities, before);
            int copies =
                    Math.clamp(HOST_COPIES_BYTES / part, 1, Runtime.getRuntime().availableProcessors());
            this.hostCopies = Stream.generate(() -> host.allocate(part, ALIGNMENT))
                    .limit(Math.min(replicas, copies))
                    .toList();
            this.chosen = host.allocate(ValueLayout.JAVA_INT, replicas);
            device.send(heads, address);
            this.queue = device.queue();
            releases.push(queue::close);
            this.context = open(precision, 0);
            this.clocked = open(precision, address);
        } catch (RuntimeException e) {
            release();
            throw e;
        }
        this.kernels = NativeKernels.of(library, context);
        this.steps = NativeKernels.of(library, clocked);
    }

    /// The clock, at 0, and after it the identities, in so many bytes.
    private MemorySegment heads(List<Identity> identities, long bytes) {
        MemorySegment heads = host.allocate(bytes, ALIGNMENT);
        for (int r = 0; r < identities.size(); r++) {
            Identity identity = identities.get(r);
            long at = CLOCK_BYTES + (long) r * IDENTITY_BYTES;
            heads.set(ValueLayout.JAVA_LONG, at, identity.seed());
            heads.set(ValueLayout.JAVA_INT, at + 8, identity.stream());
        }
        return heads;
    }

    public Kernels kernels() {
        return kernels;
    }

    /// The kernels of a step that is done again and again: iterations that they are given, and batches that they
    /// gather, count from the clock.
    public Kernels steps() {
        return steps;
    }

    /// Sets the clock, while nothing runs.
    ///
    /// @param iteration what is added to iterations
    /// @param batch how many batches later gathers begin
    public void setClock(int iteration, int batch) {
        heads.set(ValueLayout.JAVA_INT, 0, iteration);
        heads.set(ValueLayout.JAVA_INT, Integer.BYTES, batch);
        device.send(heads.asSlice(0, CLOCK_BYTES), address);
    }

    /// Ends some steps: the clock goes on by as many iterations and batches, after the last of an epoch's to the first.
    public void tick(int steps, int batches) {
        steps("tick", steps, batches);
    }

    /// Notes the operations of a step that `work` asks [#steps] for, instead of doing them, for [#resident].
    public void note(Runnable work) {
        MemorySegment function = library.function("tombola_cuda_note");
        check("note", status(() -> (int) NOTE.invokeExact(function, clocked.address())));
        work.run();
    }

    /// Does what was noted `steps` times, ticks included: each replica in one multiprocessor, without a launch in
    /// between.
    public void resident(int steps, int batches) {
        steps("resident", steps, batches);
    }

    private void steps(String operation, int steps, int batches) {
        MemorySegment function = library.function("tombola_cuda_" + operation);
        check(
                operation,
                status(() -> (int) STEPS.invokeExact(function, clocked.address(), steps, batches)),
                "steps",
                steps,
                "batches",
                batches);
    }

    /// Work that is asked for again and again, always on the same operands.
    public Replay replay(Runnable work) {
        Replay replay = new Replay(queue, work);
        releases.push(replay::close);
        return replay;
    }

    /// @param first whole words of the first replica
    public Mirror mirror(MemorySegment first) {
        return new Mirror(this, first, host.allocate(first.byteSize() * replicas, Long.BYTES));
    }

    /// How many replicas may be made or looked at at a time.
    public int hostCopies() {
        return hostCopies.size();
    }

    /// The host's copy of a replica; replicas n and n + [#hostCopies] share one. What is made here is given by [#send],
    /// and what a replica has is looked at here after [#fetch]. Operands that lie in the first replica's copy are its
    /// own to kernels, and so those of all. Zeroed at first.
    public MemorySegment hostCopy(int replica) {
        return hostCopies.get(replica % hostCopies.size());
    }

    /// Gives a replica all that its host copy has, while nothing runs.
    public void send(int replica) {
        device.send(hostCopy(replica), addressOf(replica));
    }

    /// Copies a replica's numbers into its host copy, while nothing runs.
    public void fetch(int replica) {
        device.fetch(addressOf(replica), hostCopy(replica));
    }

    /// Copies some of a replica's numbers into its host copy, while nothing runs.
    ///
    /// @param some of the host copy
    public void fetch(int replica, Span some) {
        long at = some.data().address() - hostCopy(replica).address();
        device.fetch(addressOf(replica) + at, some.data());
    }

    private long addressOf(int replica) {
        return parts + replica * part();
    }

    /// Bytes of a replica.
    private long part() {
        return hostCopies.getFirst().byteSize();
    }

    /// Copies floats of every replica: operands are the first one's.
    public void copy(Span from, Span to) {
        copy(from, to, MemorySegment.NULL);
    }

    /// Copies floats of the replicas chosen; operands are the first one's. Not again before [#await].
    public void copy(Span from, Span to, BitSet some) {
        for (int r = 0; r < replicas; r++) {
            chosen.setAtIndex(ValueLayout.JAVA_INT, r, some.get(r) ? 1 : 0);
        }
        copy(from, to, chosen);
    }

    private void copy(Span from, Span to, MemorySegment some) {
        MemorySegment function = library.function("tombola_cuda_copy");
        check(
                "copy",
                status(() ->
                        (int) COPY.invokeExact(function, context.address(), from.descriptor(), to.descriptor(), some)),
                "from",
                from,
                "to",
                to);
    }

    void move(String function, MemorySegment from, MemorySegment to, int words) {
        check(
                "move",
                status(() -> (int) MOVE.invokeExact(library.function(function), context.address(), from, to, words)),
                "words",
                words);
    }

    private interface Downcall {
        int call() throws Throwable;
    }

    private static Status status(Downcall downcall) {
        try {
            return Status.of(downcall.call());
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    private void check(String operation, Status status, Object... operands) {
        if (status != Status.OK) {
            throw kernels.refused(operation, status, operands);
        }
    }

    /// Waits until everything that was asked for is done.
    ///
    /// @throws KernelException if the device failed
    public void await() {
        queue.await();
    }

    /// Waits for what still runs, and gives the memory back.
    @Override
    public void close() {
        try {
            queue.await();
        } finally {
            release();
        }
    }

    /// Gives back the last first, and the rest if one fails.
    private void release() {
        if (!releases.isEmpty()) {
            try {
                releases.pop().run();
            } finally {
                release();
            }
        }
    }

    private void close(NativeContext opened) {
        try {
            CLOSE.invokeExact(library.function("tombola_cuda_close"), opened.address());
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    private RuntimeException refusal(Status status) {
        return switch (status) {
            case ISA_UNSUPPORTED ->
                KernelException.ofDevice(
                        "the CUDA kernels of this build have no code for %s: %s; build them where it is, or with -Dtombola.cuda.architectures=all"
                                .formatted(device.name(), NativeContext.deviceError(library)),
                        null);
            case DEVICE ->
                KernelException.ofDevice(
                        "the CUDA kernels of this build do not start on %s: %s"
                                .formatted(device.name(), NativeContext.deviceError(library)),
                        null);
            case FULL ->
                new DeviceFullException("%s has no memory left for the code of the kernels.".formatted(device.name()));
            default ->
                new IllegalArgumentException(
                        "%d replicas of %d bytes: %s".formatted(replicas, part(), status.sentence()));
        };
    }

    /// As `tombola_precision` has it.
    private static int code(Precision precision) {
        return switch (precision) {
            case FP32 -> 0;
            case TF32 -> 1;
        };
    }

    /// A context for `tombola_group`.
    ///
    /// @param clock its address on the device, or 0
    private NativeContext open(Precision precision, long clock) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fields = arena.allocate(48, 8);
            fields.set(ValueLayout.JAVA_INT, 0, replicas);
            fields.set(ValueLayout.JAVA_INT, 4, code(precision));
            fields.set(ValueLayout.JAVA_LONG, 8, part());
            fields.set(ValueLayout.ADDRESS, 16, queue.address());
            fields.set(ValueLayout.JAVA_LONG, 24, clock);
            fields.set(ValueLayout.JAVA_LONG, 32, address + CLOCK_BYTES);
            fields.set(ValueLayout.JAVA_LONG, 40, parts - hostCopies.getFirst().address());
            MemorySegment opened = arena.allocate(ValueLayout.ADDRESS);
            Status status = status(() -> (int) OPEN.invokeExact(library.function("tombola_cuda_open"), fields, opened));
            if (status != Status.OK) {
                throw refusal(status);
            }
            NativeContext context = new NativeContext(opened.get(ValueLayout.ADDRESS, 0), NativeContext.CUDA);
            releases.push(() -> close(context));
            return context;
        }
    }
}
