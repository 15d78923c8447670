package dev.tombola.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.kernel.Kernels;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdleCoresTest {
    private final List<Integer> helping = new ArrayList<>();

    /// Kernels that only note how many threads may help them.
    private final Kernels kernels = (Kernels)
            Proxy.newProxyInstance(Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, (_, m, a) -> {
                assertThat(m.getName()).isEqualTo("help");
                helping.add((Integer) a[0]);
                return null;
            });

    @Test
    void coresHelpWhileTheyHaveNothingElseToDo() {
        try (IdleCores idle = new IdleCores(kernels)) {
            idle.lend();
            idle.lend();
            assertThat(idle.borrow()).isTrue(); // for an evaluation
            idle.takeBack(); // for a training
            assertThat(idle.borrow()).isFalse();
            idle.lend(); // of the evaluation
        }
        assertThat(helping).containsExactly(1, 2, 1, 0, 1, 0);
    }

    @Test
    void afterwardsNobodyHelps() {
        IdleCores idle = new IdleCores(kernels);
        idle.lend();
        idle.close();
        idle.lend();
        assertThat(helping).containsExactly(1, 0, 0);
    }
}
