package dev.tombola.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.tombola.base.UserError;
import dev.tombola.kernel.Backends;
import dev.tombola.lottery.LocalEngine;
import dev.tombola.lottery.Machine;
import dev.tombola.lottery.Options;
import dev.tombola.lottery.Settings;
import dev.tombola.lottery.Tickets;
import dev.tombola.nn.Costs;
import dev.tombola.results.Index;
import dev.tombola.results.ResultsFolder;
import dev.tombola.sweep.Bytes;
import dev.tombola.sweep.DryRun;
import dev.tombola.sweep.Part;
import dev.tombola.sweep.SlurmScript;
import dev.tombola.sweep.Sweep;
import dev.tombola.sweep.SweepPlan;
import dev.tombola.sweep.SweepRun;
import dev.tombola.train.IdleCores;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tombola sweep SWEEP.yaml`: many recipes as one.
@Command(
        name = "sweep",
        description = {
            "Trains many recipes: a grid, a list or random samples of any recipe keys.",
            "The same recipe twice is trained once; run again, the sweep finishes what is missing."
        },
        sortOptions = false)
final class SweepCommand implements Callable<Integer> {
    /// Of the machine's memory, where nothing is said: the rest is for the page cache and others.
    private static final double SHARE = 0.75;

    /// Trainings that a GPU takes at a time, for a dry run where nothing is said.
    private static final int GROUP = 16;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SWEEP.yaml", description = "The sweep file.")
    private Path file;

    @Option(names = "--dry-run", description = "Only print what would be trained, and what it would take.")
    private boolean dryRun;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "runs",
            description = "Where the run folders are, each by its recipe's hash; runs if not given.")
    private Path out;

    @Mixin
    private MachineOptions machine;

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

    @Option(
            names = "--part",
            paramLabel = "I/N",
            description = "Only the recipes of part I of N; leaves the database to whoever runs the whole sweep.")
    private String part;

    @Mixin
    private SlurmOptions slurm;

    @Override
    public Integer call() {
        boolean jobs = slurm.asked();
        if (jobs && part != null) {
            throw new UserError("--engine slurm hands out all parts; leave --part out.");
        }
        Sweep sweep = SweepPlan.read(file, Settings.of(settings));
        Options options = machine.with(out);
        long budget = memory != null ? Bytes.of("--memory", memory) : (long) (SHARE * physical());
        PrintWriter stderr = spec.commandLine().getErr();
        Backends.Choice choice = Backends.open(options.backend(), options.isa());
        SweepPlan whole = SweepPlan.of(
                sweep,
                out,
                options.data(),
                options.form(),
                tickets,
                batch -> Costs.of(choice.kernels(), batch, stderr::println));
        SweepPlan plan = part == null ? whole : whole.part(Part.of(part));
        if (jobs) {
            return submit(sweep, plan, options, choice);
        }
        return dryRun ? dryRun(sweep, plan, options, budget) : run(sweep, plan, options, choice, budget);
    }

    private int dryRun(Sweep sweep, SweepPlan plan, Options options, long budget) {
        int replicas = options.replicas() == 0 ? GROUP : options.replicas();
        DryRun run = DryRun.of(plan, options.threads(), replicas, budget);
        PrintWriter stdout = spec.commandLine().getOut();
        stdout.print(DryRunTable.of(sweep, plan, run, options.threads(), replicas, budget));
        stdout.flush();
        return 0;
    }

    /// Hands the sweep to Slurm, or only shows what would be handed in.
    private int submit(Sweep sweep, SweepPlan plan, Options options, Backends.Choice choice) {
        long asked = memory == null ? 0 : Bytes.of("--memory", memory);
        SlurmScript script = slurm.script(file, sweep, plan, options, tickets, asked, settings);
        PrintWriter stdout = spec.commandLine().getOut();
        if (dryRun) {
            stdout.print(script.parts() + "\n" + script.rest());
            stdout.flush();
        } else {
            PrintWriter stderr = spec.commandLine().getErr();
            try (LocalEngine engine = new LocalEngine(options, choice, new IdleCores(), stderr::println)) {
                plan.requireData(engine, stderr::println);
            }
            SlurmOptions.submit(script, plan, System.getenv(), stdout);
        }
        return 0;
    }

    private int run(Sweep sweep, SweepPlan plan, Options options, Backends.Choice choice, long budget) {
        PrintWriter stderr = spec.commandLine().getErr();
        ResultsFolder results = new ResultsFolder(out);
        // A GPU's groups are as large as its own memory allows.
        long forTrainings = choice.device() != null && memory == null ? Long.MAX_VALUE : plan.forTrainings(budget);
        IdleCores idle = new IdleCores();
        try (Interruption interruption = Interruption.watch()) {
            SweepLines lines = new SweepLines(stderr, interruption, ProgressLines.onTerminal());
            SweepRun.Outcome outcome;
            try (LocalEngine engine = new LocalEngine(options, choice, idle, lines::noted)) {
                plan.requireData(engine, lines::noted);
                try (Index index = part == null ? Index.open(results) : null) {
                    lines.begun(facts(sweep, plan, results, choice.reason()));
                    Supplier<Machine> machine = () -> new Machine(choice.name(), options);
                    outcome = new SweepRun(sweep, plan, forTrainings, engine, idle, machine, index, lines)
                            .run(engine.workers());
                }
            } finally {
                lines.end();
            }
            return ended(outcome, results);
        }
    }

    private List<String> facts(Sweep sweep, SweepPlan plan, ResultsFolder results, String reason) {
        return List.of(
                reason,
                String.format(
                        Locale.ROOT,
                        "Sweep %s: %,d recipes, %,d trainings, %,d of them to do.",
                        sweep.name(),
                        plan.recipes().size(),
                        plan.wanted() - plan.lost(),
                        plan.trainings().size()),
                part == null
                        ? "Run folders in %s, results database %s.".formatted(results.path(), results.file())
                        : "Part %s, run folders in %s.".formatted(part, results.path()));
    }

    /// Says what came of it; returns the exit code.
    private int ended(SweepRun.Outcome outcome, ResultsFolder results) {
        PrintWriter stdout = spec.commandLine().getOut();
        PrintWriter stderr = spec.commandLine().getErr();
        if (outcome.interrupted()) {
            stderr.printf(
                    "tombola: interrupted; %d finished trainings are kept in %s, and the same command goes on%n",
                    outcome.done(), results.path());
            return Main.INTERRUPTED;
        }
        stdout.printf(
                "%d trainings done%s; tombola results %s shows them.%n",
                outcome.done(),
                outcome.leftOut() == 0 ? "" : ", %d left out".formatted(outcome.leftOut()),
                results.path());
        if (outcome.failures().isEmpty()) {
            return 0;
        }
        stderr.printf("tombola: %d trainings failed:%n", outcome.failures().size());
        outcome.failures().forEach(failure -> stderr.println("  " + SweepLines.sentence(failure)));
        return Main.FAILED;
    }

    private static long physical() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }
}
