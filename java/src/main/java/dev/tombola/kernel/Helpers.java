package dev.tombola.kernel;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Threads of the library for processors that help with long calls: `tombola_help`. Who asks for some, of all in this
/// process, adds to what others asked for.
final class Helpers {
    /// Multiply-adds from which a part of a call is worth handing over: some 5 µs.
    private static final long LEAST = 1 << 18;

    private static final int MOST = 1023; // TOMBOLA_HELPERS_MOST
    private static final MethodHandle HELP = NativeLibrary.handle(
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
    private static final MethodHandle HELPED = NativeLibrary.handle(FunctionDescriptor.of(ValueLayout.JAVA_LONG));
    private static int asked;

    private Helpers() {}

    /// Whether as many help as were asked for in all.
    static synchronized boolean add(NativeLibrary library, int more) {
        asked += more;
        try {
            Status status = Status.of(
                    (int) HELP.invokeExact(library.function("tombola_help"), Math.clamp(asked, 0, MOST), LEAST));
            return status == Status.OK && asked <= MOST;
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    static long nanos(MemorySegment function) {
        try {
            return (long) HELPED.invokeExact(function);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }
}
