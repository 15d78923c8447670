package dev.tombola.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.kernel.Kernels;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdleCoresTest {
    private final List<Integer> told = new ArrayList<>();

    /// Kernels that only note how many more threads may help them.
    private final Kernels kernels = (Kernels) Proxy.newProxyInstance(
            Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, (_, method, given) -> {
                assertThat(method.getName()).isEqualTo("help");
                return told.add((Integer) given[0]);
            });

    @Test
    void coresHelpWhileTheyHaveNothingElseToDo() {
        IdleCores idle = new IdleCores(kernels);
        idle.lend();
        idle.lend();
        assertThat(told).as("while nothing trains").isEmpty();
        idle.takeBack(); // for a training
        assertThat(idle.borrow()).isTrue(); // for its evaluation
        assertThat(idle.borrow()).isFalse();
        idle.lend();
        assertThat(told).containsExactly(1, -1, 1);
    }

    @Test
    void afterwardsNobodyHelps() {
        IdleCores idle = new IdleCores(kernels);
        idle.lend();
        idle.lend();
        idle.takeBack();
        idle.close();
        idle.lend();
        assertThat(told).containsExactly(1, -1);
    }
}
