package dev.tombola.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What is handed out, when, and what becomes of the rest.
class SchedulerTest {
    private static Training training(int number, double seconds, long bytes, int kind, Integer... needs) {
        return new Training(number, List.of(needs), seconds, bytes, kind);
    }

    private static List<Training> alike(int count, long bytes) {
        return IntStream.range(0, count)
                .mapToObj(number -> training(number, 1, bytes, 0))
                .toList();
    }

    /// Two ladders of three levels, the second the longer, each level with a control beside it.
    private static final List<Training> LADDERS = List.of(
            training(0, 1, 10, 0),
            training(1, 1, 10, 1, 0),
            training(2, 1, 10, 1, 0),
            training(3, 1, 10, 2, 1, 0),
            training(4, 1, 10, 2, 1, 0),
            training(5, 2, 10, 0),
            training(6, 2, 10, 1, 5),
            training(7, 2, 10, 1, 5),
            training(8, 2, 10, 2, 6, 5),
            training(9, 2, 10, 2, 6, 5));

    private static List<Integer> numbers(Optional<List<Training>> group) {
        return group.orElseThrow().stream().map(Training::number).toList();
    }

    @Test
    void whatIsPutOffIsHandedOutAgainWhenItIsResumed() {
        Scheduler scheduler =
                new Scheduler(List.of(new Training(0, List.of(), 2, 8, 0), new Training(1, List.of(0), 1, 8, 0)), 8);
        Training first = scheduler.next(1).orElseThrow().getFirst();
        scheduler.putOff(first);
        assertThat(scheduler.next(1)).isEmpty();
        assertThat(scheduler.hasPutOff()).isTrue();
        assertThat(scheduler.left()).isEqualTo(2);
        assertThat(scheduler.running() + scheduler.used()).isZero();
        scheduler.resume();
        assertThat(scheduler.hasPutOff()).isFalse();
        assertThat(scheduler.next(1)).contains(List.of(first));
        scheduler.finished(first);
        assertThat(scheduler.next(1)).isPresent();
    }

    @Test
    void theLongestChainComesFirstThenTheLongestTraining() {
        Scheduler scheduler = new Scheduler(LADDERS, 1000);
        assertThat(numbers(scheduler.next(1))).containsExactly(5);
        assertThat(numbers(scheduler.next(1))).containsExactly(0);
        assertThat(scheduler.next(1)).as("everything else waits for these two").isEmpty();
        scheduler.finished(LADDERS.get(5));
        assertThat(numbers(scheduler.next(1))).as("two levels hang on it").containsExactly(6);
        assertThat(numbers(scheduler.next(1))).as("as long as what it beats").containsExactly(7);
        scheduler.finished(LADDERS.get(0));
        assertThat(numbers(scheduler.next(1))).containsExactly(1);
        assertThat(scheduler.running()).isEqualTo(3);
        assertThat(scheduler.left()).isEqualTo(8);
    }

    @Test
    void aGroupIsOfOneKindAndNoLargerThanAsked() {
        Scheduler scheduler = new Scheduler(LADDERS, 1000);
        assertThat(numbers(scheduler.next(5))).containsExactly(5, 0);
        scheduler.finished(LADDERS.get(0));
        scheduler.finished(LADDERS.get(5));
        assertThat(numbers(scheduler.next(3))).containsExactly(6, 7, 1);
        assertThat(numbers(scheduler.next(3))).containsExactly(2);
    }

    @Test
    void aFailedTrainingTakesWhatNeedsItAndNothingElse() {
        Scheduler scheduler = new Scheduler(LADDERS, 1000);
        scheduler.next(2);
        scheduler.finished(LADDERS.get(5));
        scheduler.finished(LADDERS.get(0));
        scheduler.next(2);
        assertThat(scheduler.failed(LADDERS.get(6))).containsExactly(LADDERS.get(8), LADDERS.get(9));
        assertThat(scheduler.failed(LADDERS.get(7))).as("a control").isEmpty();
        List<Integer> rest = new ArrayList<>();
        while (scheduler.left() > 0) {
            Training next = scheduler.next(1).orElseThrow().getFirst();
            rest.add(next.number());
            scheduler.finished(next);
        }
        assertThat(rest).containsExactly(1, 2, 3, 4);
        assertThat(scheduler.next(1)).isEmpty();
        assertThat(scheduler.used()).isZero();
    }

    @Test
    void aFailureAtTheBottomTakesTheWholeLadder() {
        Scheduler scheduler = new Scheduler(LADDERS, 1000);
        scheduler.next(1);
        assertThat(scheduler.failed(LADDERS.get(5))).isEqualTo(LADDERS.subList(6, 10));
        assertThat(scheduler.left()).isEqualTo(5);
    }

    @Test
    void whatIsDroppedIsInOrder() {
        List<Training> trainings = List.of(
                training(0, 1, 1, 0), training(1, 1, 1, 0, 0), training(2, 1, 1, 0, 1), training(3, 1, 1, 0, 0));
        Scheduler scheduler = new Scheduler(trainings, 4);
        scheduler.next(1);
        assertThat(scheduler.failed(trainings.getFirst())).isEqualTo(trainings.subList(1, 4));
    }

    @Test
    void amongEqualsTheFirstIsTakenFirst() {
        List<Training> trainings = alike(9, 1);
        Scheduler scheduler = new Scheduler(trainings, 9);
        for (Training training : trainings) {
            assertThat(scheduler.next(1)).contains(List.of(training));
        }
    }

    /// What a group gave back one by one would else go one by one to whoever waits.
    @Test
    void groupsTakeHalfOfTheMemoryAtLeast() {
        List<Training> trainings = alike(23, 10);
        Scheduler scheduler = new Scheduler(trainings, 109);
        assertThat(scheduler.next(64).orElseThrow()).hasSize(10);
        trainings.subList(0, 4).forEach(scheduler::finished);
        assertThat(scheduler.next(64)).as("49 bytes are free").isEmpty();
        assertThat(scheduler.next(4))
                .as("a group that is no larger")
                .hasValueSatisfying(group -> assertThat(group).hasSize(4));
        trainings.subList(4, 10).forEach(scheduler::finished);
        assertThat(scheduler.next(64).orElseThrow()).hasSize(6);
        trainings.subList(10, 14).forEach(scheduler::finished);
        assertThat(scheduler.next(64).orElseThrow()).as("all that are left").hasSize(3);
    }

    @Test
    void aLargeTrainingIsNotPassedOverForEver() {
        List<Training> trainings = new ArrayList<>(List.of(training(0, 9, 60, 0)));
        for (int i = 1; i <= 200; i++) {
            trainings.add(training(i, 1, 50, 1));
        }
        trainings.add(training(201, 10, 60, 2));
        Scheduler scheduler = new Scheduler(trainings, 100);
        assertThat(numbers(scheduler.next(1))).containsExactly(201);
        assertThat(scheduler.next(1)).as("40 bytes are left, 50 wanted").isEmpty();
        scheduler.finished(trainings.get(201));
        assertThat(numbers(scheduler.next(1))).containsExactly(0);
        scheduler.finished(trainings.get(0));
        assertThat(numbers(scheduler.next(1))).containsExactly(1);
    }

    /// Two large ones, one after the other: the second is as patient as the first.
    @Test
    void smallOnesGoOnForAWhileAndThenTheWorkersWaitForTheLargeOne() {
        List<Training> trainings = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            trainings.add(training(i, 1, 15, 0));
        }
        trainings.add(training(200, 100, 10, 1));
        trainings.add(training(201, 50, 80, 2, 200));
        trainings.add(training(202, 50, 90, 3, 201));
        Scheduler scheduler = new Scheduler(trainings, 100);
        assertThat(numbers(scheduler.next(1))).containsExactly(200);
        List<Training> running = new ArrayList<>(scheduler.next(2).orElseThrow());
        for (int large = 201; large <= 202; large++) {
            scheduler.finished(trainings.get(large - 1));
            int passed = -1;
            while (!running.contains(trainings.get(large))) {
                Optional<List<Training>> next = scheduler.next(1);
                if (next.isPresent()) {
                    running.addAll(next.get());
                    passed++;
                } else {
                    scheduler.finished(running.removeFirst());
                }
            }
            assertThat(passed).as("small ones before %d", large).isBetween(1, 30);
            running.removeLast();
        }
    }

    @Test
    void whateverFinishesOrFailsTheRulesHold() {
        SplittableRandom random = new SplittableRandom(5);
        List<Training> trainings = ladders(random, 300);
        long memory = 100;
        Scheduler scheduler = new Scheduler(trainings, memory);
        Set<Integer> finished = new HashSet<>();
        Set<Integer> lost = new HashSet<>();
        List<Training> running = new ArrayList<>();
        int handed = 0;
        while (scheduler.left() > 0) {
            Optional<List<Training>> group =
                    running.size() < 8 ? scheduler.next(1 + random.nextInt(4)) : Optional.empty();
            if (group.isPresent()) {
                assertThat(group.get().stream().map(Training::kind).distinct()).hasSize(1);
                assertThat(group.get())
                        .allSatisfy(one ->
                                assertThat(finished.containsAll(one.needs())).isTrue());
                running.addAll(group.get());
                handed += group.get().size();
                assertThat(running.stream().mapToLong(Training::bytes).sum())
                        .isEqualTo(scheduler.used())
                        .isLessThanOrEqualTo(memory);
            } else {
                assertThat(running).as("someone must be at work").isNotEmpty();
                Training ended = running.remove(random.nextInt(running.size()));
                if (random.nextInt(20) == 0) {
                    lost.add(ended.number());
                    scheduler.failed(ended).forEach(dropped -> {
                        assertThat(dropped.needs()).anyMatch(lost::contains);
                        assertThat(lost.add(dropped.number())).isTrue();
                        assertThat(running).doesNotContain(dropped);
                    });
                } else {
                    scheduler.finished(ended);
                    finished.add(ended.number());
                }
            }
        }
        assertThat(finished.size() + lost.size()).isEqualTo(trainings.size());
        assertThat(handed).isLessThan(trainings.size());
        trainings.stream()
                .filter(training -> finished.contains(training.number()))
                .forEach(training ->
                        assertThat(Collections.disjoint(lost, training.needs())).isTrue());
    }

    private static List<Training> ladders(SplittableRandom random, int count) {
        List<Training> trainings = new ArrayList<>();
        for (int ladder = 0; ladder < count; ladder++) {
            int base = trainings.size();
            int kind = random.nextInt(5);
            trainings.add(training(base, 1 + random.nextDouble(), 1 + random.nextInt(40), kind));
            int before = base;
            for (int level = 1; level < 6; level++) {
                Integer[] needs = before == base ? new Integer[] {base} : new Integer[] {before, base};
                for (int control = 0; control < 3; control++) {
                    int number = trainings.size();
                    trainings.add(
                            training(number, random.nextDouble(), 1 + random.nextInt(40), kind + 5 * level, needs));
                }
                before = trainings.size() - 3;
            }
        }
        return trainings;
    }

    @Test
    void whatCannotBeScheduledIsRefused() {
        assertThatThrownBy(() -> new Scheduler(LADDERS, 9)).hasMessageContaining("training 0 of 10 bytes");
        assertThatThrownBy(() -> new Scheduler(LADDERS.subList(1, 2), 99)).hasMessageContaining("training 1");
        assertThatThrownBy(() -> training(3, 1, 1, 0, 3)).hasMessageContaining("comes after those that it needs");
        Scheduler scheduler = new Scheduler(LADDERS, 1000);
        assertThatThrownBy(() -> scheduler.finished(LADDERS.get(5))).hasMessage("training 5 is READY, not running");
    }
}
