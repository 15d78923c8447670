package dev.tombola.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// One method per signature of the C ABI: calls a function and returns its status. What a call throws before C is
/// entered (closed arenas, foreign threads, heap memory) comes out as it is.
final class Downcalls {
    private static final MethodHandle THREE = handle(ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle FOUR = handle(ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle FIVE = handle(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle SIX = handle(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle EIGHT =
            handle(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle FORWARD = handle(ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS);
    private static final MethodHandle CONV_FORWARD =
            handle(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS);
    private static final MethodHandle UPDATE =
            handle(ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle CONV_UPDATE =
            handle(ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle STEP = handle(ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle ACTIVATED = handle(ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS);
    private static final MethodHandle ADDED = handle(ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle DROPPED = handle(ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle SHUFFLED = handle(ADDRESS, ADDRESS, JAVA_INT, ADDRESS);
    private static final MethodHandle GATHERED =
            handle(ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle AUGMENTED =
            handle(ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, ADDRESS);

    private Downcalls() {}

    static int three(MemorySegment function, MemorySegment a, MemorySegment b, MemorySegment c) {
        try {
            return (int) THREE.invokeExact(function, a, b, c);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static int four(MemorySegment function, MemorySegment a, MemorySegment b, MemorySegment c, MemorySegment d) {
        try {
            return (int) FOUR.invokeExact(function, a, b, c, d);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static int five(
            MemorySegment function,
            MemorySegment a,
            MemorySegment b,
            MemorySegment c,
            MemorySegment d,
            MemorySegment e) {
        try {
            return (int) FIVE.invokeExact(function, a, b, c, d, e);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static int six(
            MemorySegment function,
            MemorySegment a,
            MemorySegment b,
            MemorySegment c,
            MemorySegment d,
            MemorySegment e,
            MemorySegment f) {
        try {
            return (int) SIX.invokeExact(function, a, b, c, d, e, f);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static int eight(
            MemorySegment function,
            MemorySegment a,
            MemorySegment b,
            MemorySegment c,
            MemorySegment d,
            MemorySegment e,
            MemorySegment f,
            MemorySegment g,
            MemorySegment h) {
        try {
            return (int) EIGHT.invokeExact(function, a, b, c, d, e, f, g, h);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static int forward(
            MemorySegment function,
            MemorySegment a,
            MemorySegment b,
            MemorySegment c,
            MemorySegment d,
            int e,
            MemorySegment f) {
        try {
            return (int) FORWARD.invokeExact(function, a, b, c, d, e, f);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static int convForward(
            MemorySegment function,
            MemorySegment a,
            MemorySegment b,
            MemorySegment c,
            MemorySegment d,
            MemorySegment e,
            int f,
            MemorySegment g) {
        try {
            return (int) CONV_FORWARD.invokeExact(function, a, b, c, d, e, f, g);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static int update(
            MemorySegment function,
            MemorySegment a,
            MemorySegment b,
            int c,
            MemorySegment d,
            MemorySegment e,
            MemorySegment f,
            MemorySegment g,
            MemorySegment h,
            MemorySegment i) {
        try {
            return (int) UPDATE.invokeExact(function, a, b, c, d, e, f, g, h, i);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static int convUpdate(
            MemorySegment function,
            MemorySegment a,
            MemorySegment b,
            int c,
            MemorySegment d,
            MemorySegment e,
            MemorySegment f,
            MemorySegment g,
            MemorySegment h,
            MemorySegment i,
            MemorySegment j) {
        try {
            return (int) CONV_UPDATE.invokeExact(function, a, b, c, d, e, f, g, h, i, j);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static int step(
            MemorySegment function,
            MemorySegment a,
            MemorySegment b,
            int c,
            MemorySegment d,
            MemorySegment e,
            MemorySegment f,
            MemorySegment g) {
        try {
            return (int) STEP.invokeExact(function, a, b, c, d, e, f, g);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static int activated(
            MemorySegment function, MemorySegment a, MemorySegment b, MemorySegment c, int d, MemorySegment e) {
        try {
            return (int) ACTIVATED.invokeExact(function, a, b, c, d, e);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static int added(
            MemorySegment function,
            MemorySegment a,
            MemorySegment b,
            MemorySegment c,
            int d,
            MemorySegment e,
            MemorySegment f) {
        try {
            return (int) ADDED.invokeExact(function, a, b, c, d, e, f);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static int dropped(
            MemorySegment function, MemorySegment a, MemorySegment b, int c, MemorySegment d, MemorySegment e) {
        try {
            return (int) DROPPED.invokeExact(function, a, b, c, d, e);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static int shuffled(MemorySegment function, MemorySegment a, MemorySegment b, int c, MemorySegment d) {
        try {
            return (int) SHUFFLED.invokeExact(function, a, b, c, d);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static int gathered(
            MemorySegment function,
            MemorySegment a,
            MemorySegment b,
            MemorySegment c,
            MemorySegment d,
            int e,
            int f,
            MemorySegment g,
            MemorySegment h) {
        try {
            return (int) GATHERED.invokeExact(function, a, b, c, d, e, f, g, h);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static int augmented(
            MemorySegment function,
            MemorySegment a,
            MemorySegment b,
            MemorySegment c,
            int d,
            MemorySegment e,
            int f,
            MemorySegment g,
            MemorySegment h) {
        try {
            return (int) AUGMENTED.invokeExact(function, a, b, c, d, e, f, g, h);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    private static MethodHandle handle(MemoryLayout... arguments) {
        return NativeLibrary.handle(FunctionDescriptor.of(JAVA_INT, arguments));
    }

    /// What a call throws before C is entered, whatever its kind.
    static RuntimeException unexpected(Throwable thrown) {
        return switch (thrown) {
            case RuntimeException exception -> exception;
            case Error error -> throw error;
            default -> new IllegalStateException("a native call failed", thrown);
        };
    }
}
