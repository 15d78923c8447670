package dev.tombola.kernel;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.function.Supplier;

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
    private static int alone;

    private Helpers() {}

    /// Whether as many help as were asked for in all, or will.
    static synchronized boolean add(NativeLibrary library, int more) {
        asked += more;
        return tell(library) && asked <= MOST;
    }

    static <T> T alone(NativeLibrary library, Supplier<T> work) {
        hold(library, 1);
        try {
            return work.get();
        } finally {
            hold(library, -1);
        }
    }

    private static synchronized void hold(NativeLibrary library, int more) {
        alone += more;
        tell(library);
    }

    private static boolean tell(NativeLibrary library) {
        int wanted = alone > 0 ? 0 : Math.clamp(asked, 0, MOST);
        try {
            return Status.of((int) HELP.invokeExact(library.function("tombola_help"), wanted, LEAST)) == Status.OK;
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
