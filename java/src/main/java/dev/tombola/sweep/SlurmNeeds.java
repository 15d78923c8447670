package dev.tombola.sweep;

import dev.tombola.base.UserError;
import dev.tombola.scheduler.Simulation;
import dev.tombola.scheduler.Training;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// What a sweep's jobs on Slurm ask for: as many as there are parts, and all of them the same.
///
/// @param parts jobs that the sweep is cut into
/// @param threads trainings at a time in each
/// @param memory bytes that a job's trainings may take together, images and program included
/// @param time after which Slurm ends a job, in Slurm's own words
public record SlurmNeeds(int parts, int threads, long memory, String time) {
    private static final Pattern TIME = Pattern.compile("(\\d{1,4}-)?\\d{1,6}(:\\d{1,2}){0,2}");

    private static final int MOST_UNASKED = 64;
    private static final double SHORTEST_UNASKED = 600;

    /// A node may be much slower than the machine that made the estimate, and a job must load its images first.
    private static final double TIMES_SLOWER = 3;

    private static final long STEP = 600;

    private static final double MORE_MEMORY = 1.25;
    private static final long MEBIBYTE = 1 << 20;

    /// Java sees a node's memory, not the job's, where Slurm has no control groups, and collects nothing before.
    private static final long UNCOLLECTED = 1024 * MEBIBYTE;

    /// Estimates what is not said.
    ///
    /// @param parts jobs; 0 for a job a recipe, at most 64, and no more than have ten minutes to do
    /// @param memory bytes; 0 for what the largest trainings take that can run at a time
    /// @param time in Slurm's words; empty for three times what the longest part is estimated to take, and ten minutes
    /// @throws UserError if a training does not fit the memory even alone
    public static SlurmNeeds of(SweepPlan plan, int parts, int threads, long memory, String time) {
        int count = parts > 0 ? parts : parts(plan, threads);
        long bytes = memory > 0 ? memory : memory(plan, threads);
        plan.forTrainings(bytes);
        return new SlurmNeeds(count, threads, bytes, time.isEmpty() ? time(plan, count, threads, bytes) : time);
    }

    /// What the option `--time` says.
    public static String time(String text) {
        if (!TIME.matcher(text.strip()).matches()) {
            throw new UserError("--time is %s; it must be such as 90 (minutes), 12:00:00 or 2-12:00:00 (days first)."
                    .formatted(text.isBlank() ? "empty" : text));
        }
        return text.strip();
    }

    private static int parts(SweepPlan plan, int threads) {
        double seconds =
                plan.trainings().stream().mapToDouble(Training::seconds).sum() / threads;
        int worthwhile = (int) Math.ceil(Math.min(seconds / SHORTEST_UNASKED, MOST_UNASKED));
        return Math.max(1, Math.min(worthwhile, plan.recipes().size()));
    }

    /// Enough for any part, and for all that is left at the end.
    private static long memory(SweepPlan plan, int threads) {
        return SweepPlan.PROGRAM
                + plan.shared()
                + plan.trainings().stream()
                        .map(Training::bytes)
                        .sorted(Comparator.reverseOrder())
                        .limit(threads)
                        .mapToLong(bytes -> bytes)
                        .sum();
    }

    private static String time(SweepPlan plan, int count, int threads, long memory) {
        double longest = plan.parts(count).stream()
                .mapToDouble(part -> makespan(part, threads, memory))
                .max()
                .orElse(0);
        long steps = (long) Math.ceil((TIMES_SLOWER * longest + STEP) / STEP);
        return text(Duration.ofSeconds(steps * STEP));
    }

    private static double makespan(SweepPlan part, int threads, long memory) {
        List<Training> trainings = part.trainings();
        return Simulation.of(
                        trainings,
                        Simulation.Workers.cores(threads),
                        part.forTrainings(memory),
                        Simulation.Listener.SILENT)
                .makespan();
    }

    /// As `--time` has it: days-hours:minutes:seconds.
    static String text(Duration time) {
        return String.format(
                Locale.ROOT,
                "%d-%02d:%02d:%02d",
                time.toDays(),
                time.toHoursPart(),
                time.toMinutesPart(),
                time.toSecondsPart());
    }

    /// As `--mem` has it, with a quarter more than the trainings may take: Slurm ends a job that takes more than it
    /// said.
    String mem() {
        return Math.ceilDiv((long) (MORE_MEMORY * memory) + UNCOLLECTED, MEBIBYTE) + "M";
    }

    /// As our own `--memory` has it.
    public String budget() {
        return String.format(Locale.ROOT, "%.3fGB", Math.ceil(memory / 1e6) / 1e3);
    }
}
