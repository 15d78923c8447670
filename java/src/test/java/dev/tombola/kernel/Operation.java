package dev.tombola.kernel;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.Stream;

/// One way to call a method of [Kernels]. A method that none of [#all] calls is not tested: [SameBitsTest] compares the
/// lists.
interface Operation<C extends Case> {
    /// How it is called.
    @FunctionalInterface
    interface Call<C extends Case> {
        void on(Kernels kernels, C on, Operands operands);
    }

    /// What it is called on.
    List<C> cases();

    /// One of middling size.
    C typical();

    /// The method of [Kernels] that this calls.
    String method();

    Call<C> call();

    /// The bits of everything that the operation writes.
    default int[] bits(Kernels kernels, C on) {
        try (Arena arena = Arena.ofConfined()) {
            Operands operands = new Operands(arena, on.seed());
            call().on(kernels, on, operands);
            return operands.bits();
        }
    }

    /// Every operation.
    static Stream<Operation<?>> all() {
        return Stream.of(
                        LinearOperation.values(),
                        PointwiseOperation.values(),
                        ConvOperation.values(),
                        ImageOperation.values())
                .flatMap(Stream::of);
    }

    static boolean covers(String method) {
        return all().anyMatch(operation -> operation.method().equals(method));
    }
}
