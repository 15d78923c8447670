package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class JobQueueTest {
    private static final SortedSet<Job> WANTED =
            Job.all(new Recipe.Run(1, 2, 2, List.of(Control.REINIT, Control.ONE_SHOT), 2));

    private static List<Job> drain(JobQueue queue) throws InterruptedException {
        List<Job> order = new ArrayList<>();
        for (Optional<Job> job = take(queue); job.isPresent(); job = take(queue)) {
            order.add(job.get());
            queue.finish(job.get());
        }
        return order;
    }

    private static Optional<Job> take(JobQueue queue) throws InterruptedException {
        return queue.take(1, (_, _) -> true).stream().findFirst();
    }

    @Test
    void allThatIsWantedIsListedOnce() {
        assertThat(WANTED).hasSize(2 * (1 + 2 * 4));
        assertThat(WANTED.first()).isEqualTo(Job.ticket(0, 0));
        assertThat(WANTED.last()).isEqualTo(new Job(1, 2, Control.ONE_SHOT, 0));
    }

    @Test
    void ticketsGoFirstAndNothingGoesBeforeWhatItNeeds() throws InterruptedException {
        List<Job> order = drain(new JobQueue(WANTED, Set.of()));
        assertThat(order).containsExactlyInAnyOrderElementsOf(WANTED);
        assertThat(order.subList(0, 6))
                .containsExactly(
                        Job.ticket(0, 0),
                        Job.ticket(1, 0),
                        Job.ticket(0, 1),
                        Job.ticket(1, 1),
                        Job.ticket(0, 2),
                        Job.ticket(1, 2));
        for (Job job : order) {
            job.needs().forEach(need -> assertThat(order.indexOf(need)).isLessThan(order.indexOf(job)));
        }
    }

    @Test
    void aTrainingNeedsThoseThatDecideItsMaskAndItsStart() {
        assertThat(Job.ticket(1, 0).needs()).isEmpty();
        assertThat(Job.ticket(1, 1).needs()).containsExactly(Job.ticket(1, 0));
        assertThat(Job.ticket(1, 3).needs()).containsExactly(Job.ticket(1, 0), Job.ticket(1, 2));
        assertThat(new Job(1, 3, Control.REINIT, 2).needs()).containsExactly(Job.ticket(1, 0), Job.ticket(1, 2));
        assertThat(new Job(1, 3, Control.RANDOM_SPARSITY, 2).needs())
                .containsExactly(Job.ticket(1, 0), Job.ticket(1, 2));
        assertThat(new Job(1, 3, Control.ONE_SHOT, 0).needs()).containsExactly(Job.ticket(1, 0), Job.ticket(1, 2));
        assertThat(new Job(1, 3, Control.ONE_SHOT_REINIT, 1).needs())
                .containsExactly(Job.ticket(1, 0), Job.ticket(1, 2));
        assertThatThrownBy(() -> new Job(0, 0, Control.REINIT, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Job(0, 1, Control.REINIT, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void finishedTrainingsAreNotHandedOut() throws InterruptedException {
        assertThat(drain(new JobQueue(WANTED, Set.of(Job.ticket(0, 0), Job.ticket(0, 1)))))
                .hasSize(WANTED.size() - 2)
                .doesNotContain(Job.ticket(0, 0), Job.ticket(0, 1));
    }

    @Test
    void aWorkerWaitsUntilSomethingIsReady() throws Exception {
        JobQueue queue = new JobQueue(Set.of(Job.ticket(0, 0), Job.ticket(0, 1)), Set.of());
        Job first = take(queue).orElseThrow();
        CompletableFuture<Optional<Job>> second = taking(queue);
        assertThatThrownBy(() -> second.get(100, TimeUnit.MILLISECONDS));
        queue.finish(first);
        assertThat(second.get()).contains(Job.ticket(0, 1));
    }

    @Test
    void whatIsAlikeIsHandedOutTogether() throws InterruptedException {
        JobQueue queue = new JobQueue(WANTED, Set.of(Job.ticket(0, 0), Job.ticket(0, 1), Job.ticket(1, 0)));
        // Ready: all of level 1 but trial 0's ticket, and all of level 2 of trial 0; a ticket is the first of them.
        List<Job> level1 = queue.take(100, (a, b) -> a.level() == b.level());
        assertThat(level1).hasSize(7).allMatch(job -> job.level() == 1).startsWith(Job.ticket(1, 1));
        assertThat(queue.take(3, (a, b) -> a.level() == b.level())).hasSize(3).startsWith(Job.ticket(0, 2));
        assertThat(queue.take(3, (a, b) -> a.level() == b.level())).hasSize(1).allMatch(job -> job.trial() == 0);
        level1.forEach(queue::finish);
        assertThat(queue.take(100, (a, b) -> a.level() == b.level())).hasSize(4).allMatch(job -> job.trial() == 1);
    }

    @Test
    void stoppingWakesWhoeverWaits() throws Exception {
        JobQueue queue = new JobQueue(Set.of(Job.ticket(0, 0), Job.ticket(0, 1)), Set.of());
        take(queue);
        CompletableFuture<Optional<Job>> second = taking(queue);
        queue.stop();
        assertThat(second.get()).isEmpty();
        assertThat(take(queue)).isEmpty();
    }

    @Test
    void whatNeedsADivergedTrainingIsDropped() throws InterruptedException {
        JobQueue queue = new JobQueue(WANTED, Set.of(Job.ticket(0, 0), Job.ticket(0, 1)));
        assertThat(queue.drop(Job.ticket(0, 1)))
                .containsExactlyInAnyOrder(
                        Job.ticket(0, 2),
                        new Job(0, 2, Control.REINIT, 1),
                        new Job(0, 2, Control.REINIT, 2),
                        new Job(0, 2, Control.ONE_SHOT, 0));
        assertThat(drain(queue)).hasSize(WANTED.size() - 2 - 4);
        JobQueue dense = new JobQueue(WANTED, Set.of(Job.ticket(0, 0)));
        assertThat(dense.drop(Job.ticket(0, 0))).hasSize(8);
        assertThat(drain(dense)).allMatch(job -> job.trial() == 1).hasSize(9);
    }

    private static CompletableFuture<Optional<Job>> taking(JobQueue queue) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return take(queue);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }
}
