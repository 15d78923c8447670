package dev.tombola.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.tombola.scheduler.Simulation.Listener;
import dev.tombola.scheduler.Simulation.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Schedules run through.
class SimulationTest {
    private static final long PLENTY = Long.MAX_VALUE;

    /// Ladders of tickets with controls at each level, as sweeps have them.
    private static List<Training> ladders(int ladders, int levels, int controls) {
        SplittableRandom random = new SplittableRandom(7);
        List<Training> trainings = new ArrayList<>();
        for (int ladder = 0; ladder < ladders; ladder++) {
            int base = trainings.size();
            double dense = 100 + 900 * random.nextDouble();
            trainings.add(new Training(base, List.of(), dense, 10, 0));
            int before = base;
            for (int level = 1; level <= levels; level++) {
                List<Integer> needs = before == base ? List.of(base) : List.of(before, base);
                before = trainings.size();
                for (int control = 0; control <= controls; control++) {
                    trainings.add(new Training(
                            trainings.size(), needs, dense * Math.pow(0.85, level), 1 + random.nextInt(10), level));
                }
            }
        }
        return trainings;
    }

    @Test
    void aHundredThousandTrainingsEndWithinThreePercentOfTheLowerBound() {
        List<Training> trainings = ladders(1000, 25, 3);
        assertThat(trainings).hasSizeGreaterThan(100_000);
        for (int workers : new int[] {2, 64, 1000}) {
            for (double noise : new double[] {0, 0.3}) {
                Simulation simulation =
                        Simulation.of(trainings, Workers.cores(workers).off(noise), 12L * workers, Listener.SILENT);
                assertThat(simulation.groups()).isEqualTo(trainings.size());
                assertThat(simulation.makespan() / simulation.lowerBound())
                        .as("%d workers, times off by up to %s", workers, noise)
                        .isBetween(1.0, 1.03);
                assertThat(simulation.bytes()).isLessThanOrEqualTo(12L * workers);
            }
        }
    }

    @Test
    void oneLadderTakesAsLongAsItsChain() {
        List<Training> trainings = ladders(1, 10, 2);
        double chain = trainings.stream()
                        .filter(training -> training.number() % 3 == 1)
                        .mapToDouble(Training::seconds)
                        .sum()
                + trainings.getFirst().seconds();
        Simulation simulation = Simulation.of(trainings, Workers.cores(50), PLENTY, Listener.SILENT);
        assertThat(simulation.makespan()).isCloseTo(chain, within(1e-6));
        assertThat(simulation.lowerBound()).isCloseTo(chain, within(1e-6));
        assertThat(simulation.utilisation())
                .isCloseTo(trainings.stream().mapToDouble(Training::seconds).sum() / (50 * chain), within(1e-12));
    }

    @Test
    void oneWorkerIsAlwaysBusyAndEverythingIsToldInOrder() {
        List<Training> trainings = ladders(5, 6, 1);
        List<Integer> told = new ArrayList<>();
        Simulation simulation = Simulation.of(trainings, Workers.cores(1), 10, training -> {
            assertThat(told.containsAll(training.needs())).isTrue();
            told.add(training.number());
        });
        assertThat(told).hasSameSizeAs(trainings).doesNotHaveDuplicates();
        assertThat(simulation.utilisation()).isCloseTo(1, within(1e-12));
        assertThat(simulation.makespan())
                .isCloseTo(trainings.stream().mapToDouble(Training::seconds).sum(), within(1e-6));
    }

    @Test
    void theChainIsTheLongestLaddersAndTheMemoryTheMostThatWasTaken() {
        List<Training> trainings = ladders(5, 6, 1);
        double longest = 0;
        for (int ladder = 0; ladder < 5; ladder++) {
            double chain = trainings.get(13 * ladder).seconds();
            for (int ticket = 1; ticket < 13; ticket += 2) {
                chain += trainings.get(13 * ladder + ticket).seconds();
            }
            longest = Math.max(longest, chain);
        }
        Simulation simulation = Simulation.of(trainings, Workers.cores(1), PLENTY, Listener.SILENT);
        assertThat(simulation.chain()).isCloseTo(longest, within(1e-6));
        assertThat(simulation.bytes())
                .isEqualTo(trainings.stream().mapToLong(Training::bytes).max().orElseThrow());
    }

    @Test
    void timesAreOffToEitherSide() {
        List<Training> trainings = ladders(100, 25, 3);
        double estimated = trainings.stream().mapToDouble(Training::seconds).sum();
        Simulation simulation = Simulation.of(trainings, Workers.cores(1).off(0.5), PLENTY, Listener.SILENT);
        assertThat(simulation.makespan()).isNotEqualTo(estimated).isCloseTo(estimated, withinPercentage(2));
    }

    @Test
    void aDeviceTakesReplicasTogether() {
        List<Training> trainings = ladders(32, 4, 0);
        Simulation simulation = Simulation.of(trainings, new Workers(1, 16, _ -> 1, 0), PLENTY, Listener.SILENT);
        assertThat(simulation.groups()).isEqualTo(10);
        assertThat(simulation.makespan()).isEqualTo(10);
    }

    @Test
    void nothingTakesNoTime() {
        Simulation nothing = Simulation.of(List.of(), Workers.cores(2), 1, Listener.SILENT);
        assertThat(nothing.makespan()).isZero();
        assertThat(nothing.groups()).isZero();
    }
}
