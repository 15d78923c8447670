package dev.tombola.bench;

import dev.tombola.scheduler.Scheduler;
import dev.tombola.scheduler.Simulation;
import dev.tombola.scheduler.Simulation.Listener;
import dev.tombola.scheduler.Simulation.Workers;
import dev.tombola.scheduler.Training;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;

/// Schedules of sweeps that nobody trains: how long the scheduler takes for them, how much heap, and how far above the
/// lower bound they end. Prints first the shapes of 100,000 trainings, then the paper's whole set of experiments
/// ([PaperSet]) on one core, 1,000 cores, and 1, 8 and 64 GPUs.
/// `java -cp bench/target/benchmarks.jar dev.tombola.bench.SchedulerTable`
@Command(name = "SchedulerTable", description = "The scheduler on 100,000 trainings and on the paper's whole set.")
public final class SchedulerTable implements Callable<Integer> {
    private static final long MEMORY = 1L << 40;
    private static final double NOISE = 0.2;

    private final Program program;

    private SchedulerTable(Program program) {
        this.program = program;
    }

    public static void main(String[] args) {
        Program program = new Program();
        program.run(new SchedulerTable(program), args);
    }

    @Override
    public Integer call() {
        PrintWriter out = program.out();
        out.println("| trainings | shape | workers | handing out, s | heap, MB | makespan / lower bound | busy |");
        out.println("|---|---|---|---|---|---|---|");
        for (int workers : new int[] {2, 64, 1000}) {
            row(out, "1,000 ladders of 26 levels, 4 a level", () -> ladders(1000, 25, 3), workers);
            row(out, "4,000 ladders of 26 levels, tickets only", () -> ladders(4000, 25, 0), workers);
            row(out, "100,000 dense trainings", () -> ladders(100_000, 0, 0), workers);
            row(out, "40 ladders of 1,000 levels, 3 a level", () -> ladders(40, 1000, 2), workers);
        }
        PaperSet paper = PaperSet.ofPaper();
        out.println();
        out.println(paper.table());
        out.println("| workers | days | lower bound, days | longest chain, days | busy |");
        out.println("|---|---|---|---|---|");
        for (int cores : new int[] {1, 2, 64, 1000}) {
            paperRow(
                    out,
                    "%,d %s".formatted(cores, cores == 1 ? "core" : "cores"),
                    paper.trainings(),
                    Workers.cores(cores));
        }
        for (int devices : new int[] {1, 8, 64}) {
            for (int replicas : new int[] {16, 2}) {
                String who = "%d %s, %d at a time (bound)".formatted(devices, devices == 1 ? "GPU" : "GPUs", replicas);
                Workers workers = new Workers(devices, replicas, paper::boundOnDevice, 0);
                paperRow(out, who, paper.trainings(), workers);
            }
        }
        return 0;
    }

    private static void row(PrintWriter out, String shape, Supplier<List<Training>> made, int workers) {
        long before = heap();
        List<Training> trainings = made.get();
        long start = System.nanoTime();
        Scheduler scheduler = new Scheduler(trainings, MEMORY);
        long held = heap() - before;
        Simulation simulation = Simulation.of(trainings, Workers.cores(workers).off(NOISE), MEMORY, Listener.SILENT);
        double seconds = (System.nanoTime() - start) / 1e9;
        out.printf(
                "| %,d | %s | %,d | %.2f | %,d | %.4f | %.1f %% |%n",
                scheduler.left(),
                shape,
                workers,
                seconds,
                held / 1_000_000,
                simulation.makespan() / simulation.lowerBound(),
                100 * simulation.utilisation());
    }

    private static void paperRow(PrintWriter out, String who, List<Training> trainings, Workers workers) {
        Simulation simulation = Simulation.of(trainings, workers, Long.MAX_VALUE, Listener.SILENT);
        out.printf(
                "| %s | %,.2f | %,.2f | %,.2f | %.1f %% |%n",
                who,
                simulation.makespan() / 86_400,
                simulation.lowerBound() / 86_400,
                simulation.chain() / 86_400,
                100 * simulation.utilisation());
    }

    /// Bytes of objects that are still in use.
    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /// Ladders whose levels shrink as a sweep's do, dense trainings of 100 to 1,000 seconds.
    private static List<Training> ladders(int ladders, int levels, int controls) {
        SplittableRandom random = new SplittableRandom(7);
        List<Training> trainings = new ArrayList<>();
        for (int ladder = 0; ladder < ladders; ladder++) {
            int base = trainings.size();
            double dense = random.nextDouble(100, 1000);
            trainings.add(new Training(base, List.of(), dense, 1, 0));
            int before = base;
            for (int level = 1; level <= levels; level++) {
                List<Integer> needs = before == base ? List.of(base) : List.of(before, base);
                before = trainings.size();
                for (int control = 0; control <= controls; control++) {
                    double seconds = dense * Math.max(0.05, Math.pow(0.85, level));
                    trainings.add(new Training(trainings.size(), needs, seconds, 1, level));
                }
            }
        }
        return trainings;
    }
}
