package dev.tombola.sweep;

import dev.tombola.lottery.Job;
import dev.tombola.lottery.Recipe;
import dev.tombola.scheduler.Simulation;
import dev.tombola.scheduler.Training;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a plan would take, without training anything.
///
/// @param sequential seconds of all trainings one after another on one core
/// @param cores the plan on the cores asked for
/// @param replicaGroups how often a GPU would take up to so many trainings at a time
/// @param disk bytes when everything is done
/// @param diskOnTheWay the most bytes while it goes on
public record DryRun(double sequential, Simulation cores, int replicaGroups, long disk, long diskOnTheWay) {
    /// @param threads trainings at a time
    /// @param replicas trainings that a GPU takes at a time
    /// @param memory bytes that everything together may take
    public static DryRun of(SweepPlan plan, int threads, int replicas, long memory) {
        List<Training> trainings = plan.trainings();
        Disk disk = new Disk(plan);
        long forTrainings = plan.forTrainings(memory);
        Simulation cores = Simulation.of(trainings, Simulation.Workers.cores(threads), forTrainings, disk);
        Simulation.Workers device = new Simulation.Workers(1, replicas, List::size, 0);
        Simulation groups = Simulation.of(trainings, device, Long.MAX_VALUE, Simulation.Listener.SILENT);
        return new DryRun(
                trainings.stream().mapToDouble(Training::seconds).sum(), cores, groups.groups(), disk.now, disk.most);
    }

    /// Follows what lies on disk.
    private static final class Disk implements Simulation.Listener {
        private final SweepPlan plan;
        private final List<Training> trainings;
        private final int[] users;
        private final Set<Integer> there = new HashSet<>();
        private long now;
        private long most;

        Disk(SweepPlan plan) {
            this.plan = plan;
            this.trainings = plan.trainings();
            this.users = new int[trainings.size()];
            trainings.forEach(training -> reads(training).forEach(read -> users[read]++));
        }

        @Override
        public void finished(Training training) {
            Cost cost = plan.cost(training);
            now += cost.curve() + cost.ticket();
            there.add(training.number());
            most = Math.max(most, now);
            letGo(training);
            for (int read : reads(training)) {
                users[read]--;
                letGo(trainings.get(read));
            }
        }

        /// Those of the trainings it needs whose weights it needs.
        private List<Integer> reads(Training training) {
            Recipe.Prune prune = plan.recipe(training).recipe().prune();
            Set<Job> reads = plan.job(training).reads(prune);
            return training.needs().stream()
                    .filter(need -> reads.contains(plan.job(trainings.get(need))))
                    .toList();
        }

        private void letGo(Training training) {
            PlannedRecipe planned = plan.recipe(training);
            Job job = plan.job(training);
            if (users[training.number()] == 0
                    && !plan.tickets().keep(planned.recipe(), planned.jobs(), job)
                    && there.remove(training.number())) {
                now -= plan.cost(training).ticket();
            }
        }
    }
}
