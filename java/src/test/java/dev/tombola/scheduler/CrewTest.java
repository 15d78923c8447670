package dev.tombola.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.kernel.Kernels;
import dev.tombola.train.IdleCores;
import dev.tombola.train.StoppedException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Threads that do two trainings, neither of which needs the other.
@Timeout(60)
class CrewTest {
    private final List<Integer> helping = new ArrayList<>();

    /// Kernels that only note how many more threads may help them.
    private final Kernels kernels = (Kernels) Proxy.newProxyInstance(
            Kernels.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (_, _, given) -> helping.add((Integer) given[0]));

    private final Scheduler scheduler =
            new Scheduler(List.of(new Training(0, List.of(), 2, 1, 0), new Training(1, List.of(), 1, 1, 0)), 2);
    private final Crew crew = new Crew(scheduler, new IdleCores(kernels));

    private void untilItIsStopped() {
        while (!crew.stopped()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aCoreHelpsOthersBetweenItsTrainingsAndAfterThem() {
        assertThat(crew.run(1, () -> 1, group -> crew.finished(group.getFirst())))
                .isFalse();
        assertThat(helping).containsExactly(1, -1, 1);
    }

    @Test
    void theFirstFailureIsThrown() {
        assertThatThrownBy(() -> crew.run(2, () -> 1, group -> {
                    if (group.getFirst().number() == 1) {
                        untilItIsStopped();
                    }
                    throw new IllegalArgumentException(
                            "training " + group.getFirst().number());
                }))
                .hasMessage("training 0");
    }

    @Test
    void anErrorIsAFailureThatNamesIt() {
        assertThatThrownBy(() -> crew.run(1, () -> 1, _ -> {
                    throw new AssertionError("of all things");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("java.lang.AssertionError: of all things");
    }

    @Test
    void whoeverIsInterruptedStaysSoAndTheTrainingsStop() {
        Thread.currentThread().interrupt();
        boolean stopped = crew.run(2, () -> 1, _ -> {
            untilItIsStopped();
            throw new StoppedException();
        });
        assertThat(Thread.interrupted()).isTrue();
        assertThat(stopped).isTrue();
    }

    @Test
    void whatIsPutOffIsTriedAgain() {
        AtomicInteger tried = new AtomicInteger();
        boolean stopped = crew.run(1, () -> 2, group -> {
            if (tried.incrementAndGet() == 1) {
                crew.putOff(group.getFirst());
                crew.finished(group.getLast());
            } else {
                assertThat(group).hasSize(1);
                crew.finished(group.getFirst());
            }
        });
        assertThat(stopped).isFalse();
        assertThat(tried).hasValue(2);
    }
}
