package dev.tombola.kernel;

import dev.tombola.base.UserError;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.stream.Collectors;

/// A library's kernels of one instruction set, chosen by name: `tombola_context`.
record NativeContext(MemorySegment address, String isa) {
    static final String BEST = "best";

    /// What the library for GPUs calls its only instruction set.
    static final String CUDA = "cuda";

    private static final int LONGEST_NAME = 64;
    private static final MethodHandle OPEN =
            NativeLibrary.handle(FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    private static final MethodHandle ERROR = NativeLibrary.handle(FunctionDescriptor.of(ValueLayout.ADDRESS));
    private static final MethodHandle ISA =
            NativeLibrary.handle(FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS));

    static NativeContext open(NativeLibrary library, String isa) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment opened = arena.allocate(ValueLayout.ADDRESS);
            Status status = open(library, isa, arena, opened);
            if (status != Status.OK) {
                throw refusal(library, isa, status);
            }
            MemorySegment context = opened.get(ValueLayout.ADDRESS, 0);
            return new NativeContext(context, isa(library, context));
        }
    }

    /// Whether the instruction set of that name runs here, and else why not.
    static Status probe(NativeLibrary library, String isa) {
        try (Arena arena = Arena.ofConfined()) {
            return open(library, isa, arena, arena.allocate(ValueLayout.ADDRESS));
        }
    }

    private static Status open(NativeLibrary library, String isa, Arena arena, MemorySegment opened) {
        try {
            return Status.of((int) OPEN.invokeExact(library.function("tombola_open"), arena.allocateFrom(isa), opened));
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @SuppressWarnings("restricted")
    private static String isa(NativeLibrary library, MemorySegment context) {
        try {
            MemorySegment name = (MemorySegment) ISA.invokeExact(library.function("tombola_isa"), context);
            return name.reinterpret(LONGEST_NAME).getString(0);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    /// What the device said of the last call of this thread that it refused.
    @SuppressWarnings("restricted")
    static String deviceError(NativeLibrary library) {
        try {
            MemorySegment text = (MemorySegment) ERROR.invokeExact(library.function("tombola_cuda_error"));
            return text.reinterpret(Long.MAX_VALUE).getString(0);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    private static UserError refusal(NativeLibrary library, String isa, Status status) {
        String offered = InstructionSet.NAMES.stream()
                .filter(name -> probe(library, name) == Status.OK)
                .collect(Collectors.joining(", "));
        return new UserError("The instruction set '" + isa + "' was asked for, but " + status.sentence()
                + (offered.isEmpty() ? "." : "; this machine runs " + offered + " (or best, the first of them)."));
    }
}
