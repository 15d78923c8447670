package dev.tombola.cli;

import dev.tombola.sweep.Bytes;
import dev.tombola.sweep.DryRun;
import dev.tombola.sweep.Sweep;
import dev.tombola.sweep.SweepPlan;
import java.util.Locale;

/// What a dry run prints.
final class DryRunTable {
    private final StringBuilder text = new StringBuilder();

    private DryRunTable() {}

    static String of(Sweep sweep, SweepPlan plan, DryRun run, int threads, int replicas, long memory) {
        DryRunTable table = new DryRunTable();
        int recipes = plan.recipes().size();
        int missing = plan.trainings().size();
        table.line("sweep", sweep.name());
        table.line("recipes", count(recipes) + same(plan.asked() - recipes));
        table.line("trainings", trainings(plan));
        table.line(
                "groups",
                "%s on cores, a training each; %s on a GPU, up to %s at a time"
                        .formatted(count(missing), count(run.replicaGroups()), count(replicas)));
        table.line("time", time(run.sequential()) + " on one core");
        table.line(
                count(threads) + " at a time",
                String.format(
                        Locale.ROOT,
                        "%s, %.1f %% above the lower bound; busy %.1f %%",
                        time(run.cores().makespan()),
                        100 * Math.max(0, above(run) - 1),
                        100 * run.cores().utilisation()));
        table.line(
                "memory",
                "%s at most at once, of %s: trainings %s, images %s, program %s"
                        .formatted(
                                Bytes.text(run.cores().bytes() + plan.shared() + SweepPlan.PROGRAM),
                                Bytes.text(memory),
                                Bytes.text(run.cores().bytes()),
                                Bytes.text(plan.shared()),
                                Bytes.text(SweepPlan.PROGRAM)));
        table.line(
                "disk",
                "%s more when done, %s more on the way (tickets: %s)"
                        .formatted(
                                Bytes.text(run.disk()),
                                Bytes.text(run.diskOnTheWay()),
                                plan.tickets().name().toLowerCase(Locale.ROOT)));
        return table.text.toString();
    }

    private static String trainings(SweepPlan plan) {
        int missing = plan.trainings().size();
        long lost = plan.lost();
        return "%s: %s finished, %s to do%s"
                .formatted(
                        count(plan.wanted()),
                        count(plan.finished()),
                        count(missing),
                        lost == 0 ? "" : ", %s lost to trainings that diverged".formatted(count(lost)));
    }

    private static double above(DryRun run) {
        return run.cores().lowerBound() == 0
                ? 1
                : run.cores().makespan() / run.cores().lowerBound();
    }

    private static String same(int count) {
        return switch (count) {
            case 0 -> "";
            case 1 -> "; 1 more is the same as another";
            default -> "; %s more are the same as others".formatted(count(count));
        };
    }

    private static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private void line(String name, String words) {
        text.append(String.format(Locale.ROOT, "%-16s  ", name)).append(words).append('\n');
    }

    /// In the largest unit of which there is more than one.
    static String time(double seconds) {
        if (seconds < 120) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        if (seconds < 2 * 3600) {
            return String.format(Locale.ROOT, "%.1f minutes", seconds / 60);
        }
        return seconds < 2 * 86_400
                ? String.format(Locale.ROOT, "%.1f hours", seconds / 3600)
                : String.format(Locale.ROOT, "%,.1f days", seconds / 86_400);
    }
}
