package dev.tombola.kernel;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Threads of the library that help with long calls: `tombola_help`.
final class Helpers {
    /// Multiply-adds from which a part of a call is worth handing over: some 5 µs.
    private static final long LEAST = 1 << 18;

    private static final int MOST = 1023;
    private static final MethodHandle HELP = NativeLibrary.handle(
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));

    private Helpers() {}

    static void set(NativeLibrary library, String kernels, int threads) {
        Status status;
        try {
            status =
                    Status.of((int) HELP.invokeExact(library.function("tombola_help"), Math.min(threads, MOST), LEAST));
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
        if (status != Status.OK && status != Status.THREADS) {
            throw new KernelException("help", kernels, status, threads + " threads");
        }
    }
}
