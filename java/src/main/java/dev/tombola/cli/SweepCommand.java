package dev.tombola.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.tombola.base.UserError;
import dev.tombola.kernel.Backends;
import dev.tombola.kernel.Kernels;
import dev.tombola.lottery.Options;
import dev.tombola.lottery.Settings;
import dev.tombola.lottery.Tickets;
import dev.tombola.nn.Costs;
import dev.tombola.nn.FormChoice;
import dev.tombola.sweep.Bytes;
import dev.tombola.sweep.DryRun;
import dev.tombola.sweep.Sweep;
import dev.tombola.sweep.SweepPlan;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tombola sweep SWEEP.yaml`: many recipes as one.
@Command(
        name = "sweep",
        description = {
            "Plans many recipes: a grid, a list or random samples of any recipe keys.",
            "The same recipe twice is trained once, and what earlier sweeps finished is found again."
        },
        sortOptions = false)
final class SweepCommand implements Callable<Integer> {
    /// Of the machine's memory, where nothing is said: the rest is for the page cache and others.
    private static final double SHARE = 0.75;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SWEEP.yaml", description = "The sweep file.")
    private Path file;

    @Option(names = "--dry-run", description = "Print what would be trained, and what it would take.")
    private boolean dryRun;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "runs",
            description = "Where the run folders are, each by its recipe's hash; runs if not given.")
    private Path out;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder with mnist/, cifar-10/ or your own files in it.")
    private Path data;

    @Option(names = "--backend", paramLabel = "B", defaultValue = "auto", description = "auto, cpu or reference.")
    private String backend;

    @Option(
            names = "--form",
            paramLabel = "F",
            defaultValue = "auto",
            description = "Form of the weights: auto, dense or compressed. Results are the same bits.")
    private FormChoice form;

    @Option(names = "--threads", paramLabel = "T", description = "Trainings at a time; one per core if not given.")
    private Integer threads;

    @Option(
            names = "--replicas",
            paramLabel = "R",
            defaultValue = "16",
            description = "Trainings that a GPU takes at a time; 16 if not given.")
    private int replicas;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description = "What all trainings together may take, such as 8GB; three quarters of it if not given.")
    private String memory;

    @Option(
            names = "--tickets",
            paramLabel = "T",
            defaultValue = "last",
            description = "Whose weights stay on disk: all, last (of each trial, the last level's) or none.")
    private Tickets tickets;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Any key of the recipe, as networks lists them.")
    private List<String> settings = List.of();

    @Override
    public Integer call() {
        Sweep sweep = SweepPlan.read(file, Settings.of(settings));
        if (!dryRun) {
            throw new UserError("This build only plans sweeps; add --dry-run.");
        }
        if (replicas < 1 || replicas > 1 << 16) {
            throw new UserError("--replicas is " + replicas + "; it must be 1 to 65536.");
        }
        int workers = Options.defaults()
                .withThreads(threads != null ? threads : Options.defaults().threads())
                .threads();
        long budget = memory != null ? Bytes.of("--memory", memory) : (long) (SHARE * physical());
        PrintWriter stderr = spec.commandLine().getErr();
        Kernels kernels = Backends.open(backend, Backends.BEST).kernels();
        SweepPlan plan =
                SweepPlan.of(sweep, out, data, form, tickets, batch -> Costs.of(kernels, batch, stderr::println));
        DryRun run = DryRun.of(plan, workers, replicas, budget);
        spec.commandLine().getOut().print(DryRunTable.of(sweep, plan, run, workers, replicas, budget));
        spec.commandLine().getOut().flush();
        return 0;
    }

    private static long physical() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }
}
