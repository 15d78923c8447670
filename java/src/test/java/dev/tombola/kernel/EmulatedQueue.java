package dev.tombola.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Does at once what it is asked for; records launches with the operands that they were given.
final class EmulatedQueue implements Queue {
    private static final MethodHandle RECORD = NativeLibrary.handle(FunctionDescriptor.ofVoid());
    private static final MethodHandle RECORDED = NativeLibrary.handle(FunctionDescriptor.of(ADDRESS));
    private static final MethodHandle OF_ONE = NativeLibrary.handle(FunctionDescriptor.ofVoid(ADDRESS));

    private final NativeLibrary library;

    EmulatedQueue(NativeLibrary library) {
        this.library = library;
    }

    @Override
    public MemorySegment address() {
        return MemorySegment.NULL;
    }

    @Override
    public void await() {}

    @Override
    public Recording record(Runnable work) {
        try {
            RECORD.invokeExact(library.function("emulated_record"));
            work.run();
            MemorySegment recorded = (MemorySegment) RECORDED.invokeExact(library.function("emulated_recorded"));
            return new Recording() {
                @Override
                public void play() {
                    call("emulated_play", recorded);
                }

                @Override
                public void close() {
                    call("emulated_forget", recorded);
                }
            };
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    private void call(String function, MemorySegment recorded) {
        try {
            OF_ONE.invokeExact(library.function(function), recorded);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public void close() {}
}
