package dev.tombola.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.foreign.Arena;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// Asks every implementation for calls that none takes.
final class Refusals {
    private Refusals() {}

    interface Call {
        void on(Kernels kernels);
    }

    interface Check {
        void on(Kernels kernels, World world);
    }

    /// Named calls with one operand each taken from the second world and all others from the first.
    interface OneOdd extends BiFunction<World, World, Map<String, Call>> {}

    static Stream<DynamicTest> withWorld(Check check) {
        return AllKernels.each(kernels -> in(kernels, check));
    }

    static Stream<DynamicTest> withWorldOfNatives(Check check) {
        return AllKernels.eachNative(kernels -> in(kernels, check));
    }

    private static void in(Kernels kernels, Check check) {
        try (Arena arena = Arena.ofConfined()) {
            check.on(kernels, new World(arena));
        }
    }

    static void refused(Kernels kernels, Status status, Map<String, Call> calls) {
        calls.forEach((name, call) -> {
            KernelException refusal = catchThrowableOfType(KernelException.class, () -> call.on(kernels));
            assertThat(refusal).as(name).isNotNull();
            assertThat(refusal.status()).as(name).isEqualTo(status);
        });
    }

    static void closed(Kernels kernels, World world, OneOdd oneOdd) {
        World closed;
        try (Arena arena = Arena.ofConfined()) {
            closed = new World(arena);
        }
        oneOdd.apply(world, closed)
                .forEach((name, call) -> assertThatThrownBy(() -> call.on(kernels))
                        .as(name)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("Already closed"));
    }

    static void foreign(Kernels kernels, World foreign, OneOdd oneOdd) {
        CompletableFuture.runAsync(() -> {
                    try (Arena arena = Arena.ofConfined()) {
                        oneOdd.apply(new World(arena), foreign)
                                .forEach((name, call) -> assertThatThrownBy(() -> call.on(kernels))
                                        .as(name)
                                        .isInstanceOf(WrongThreadException.class));
                    }
                })
                .join();
    }
}
