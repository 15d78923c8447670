package dev.tombola.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.tombola.base.Plural;
import dev.tombola.base.UserError;
import dev.tombola.kernel.Backends;
import dev.tombola.lottery.Engine;
import dev.tombola.lottery.LocalEngine;
import dev.tombola.lottery.Machine;
import dev.tombola.lottery.Options;
import dev.tombola.lottery.Recipe;
import dev.tombola.lottery.RunReader;
import dev.tombola.lottery.Settings;
import dev.tombola.lottery.Tickets;
import dev.tombola.nn.Costs;
import dev.tombola.results.Index;
import dev.tombola.results.ResultsFolder;
import dev.tombola.spark.Spark;
import dev.tombola.spark.SparkEngine;
import dev.tombola.sweep.Bytes;
import dev.tombola.sweep.DryRun;
import dev.tombola.sweep.Part;
import dev.tombola.sweep.Site;
import dev.tombola.sweep.SlurmScript;
import dev.tombola.sweep.Sweep;
import dev.tombola.sweep.SweepPlan;
import dev.tombola.sweep.SweepRun;
import dev.tombola.train.IdleCores;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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

    /// So many recipes take seconds, and a million with all their trainings minutes, before more is seen of them.
    private static final int MANY = 2000;

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

    /// Who trains.
    private enum Where {
        LOCAL,
        SPARK,
        SLURM
    }

    @Option(
            names = "--engine",
            paramLabel = "E",
            defaultValue = "local",
            description = "local; spark: an Apache Spark cluster's executors; slurm: jobs of a cluster, a part each.")
    private Where engine;

    @Option(
            names = "--master",
            paramLabel = "URL",
            description = "With spark: such as local[2] or spark://host:7077; spark-submit's if not given.")
    private String master;

    @Mixin
    private SlurmOptions slurm;

    @Override
    public Integer call() {
        requireFit();
        Sweep sweep = Sweep.read(file, Settings.of(settings));
        Options options = machine.with(out);
        // Elsewhere there may be a GPU that is not here, and what is only reckoned needs none.
        boolean reckoned = dryRun && engine != Where.SLURM;
        boolean elsewhere =
                (reckoned || engine != Where.LOCAL) && options.backend().equals("cuda");
        Backends.Choice choice = Backends.open(elsewhere ? "cpu" : options.backend(), options.isa());
        boolean perhaps = reckoned && options.backend().equals("auto");
        boolean gpu = perhaps || elsewhere || choice.device() != null;
        if (sweep.count() >= MANY) {
            spec.commandLine().getErr().printf("Reckoning with %s.%n", Plural.of(sweep.count(), "recipe"));
        }
        sweep.recipes(recipe -> options.requirePrecision(recipe, choice.name(), gpu));
        SweepPlan plan = plan(sweep, options, choice);
        plan.recipes().stream().findFirst().ifPresent(first -> RunReader.requireOutside(first.folder()));
        if (engine == Where.SLURM) {
            return submit(sweep, plan, options);
        }
        if (dryRun) {
            return dryRun(sweep, plan, options);
        }
        try (Interruption interruption = Interruption.watch()) {
            PrintWriter stderr = spec.commandLine().getErr();
            SweepLines lines = new SweepLines(stderr, interruption, LiveLine.onTerminal());
            SweepRun.Outcome outcome;
            try {
                outcome = engine == Where.SPARK
                        ? onSpark(sweep, plan, options, lines)
                        : here(sweep, plan, options, choice, lines);
            } finally {
                lines.end();
            }
            return SweepLines.ended(
                    outcome, out, part != null, spec.commandLine().getOut(), stderr);
        }
    }

    private void requireFit() {
        if (out.toString().isEmpty()) {
            throw new UserError("--out is empty; name a folder, or leave it out for runs.");
        }
        if (Files.exists(out) && !Files.isDirectory(out)) {
            throw new UserError("--out is %s, which is a file; name a folder.".formatted(out));
        }
        if (engine != Where.SLURM) {
            slurm.requireNone();
        } else if (part != null) {
            throw new UserError("--engine slurm hands out all parts; leave --part out.");
        }
        if (engine != Where.SPARK && master != null) {
            throw new UserError("--master is an Apache Spark cluster's; add --engine spark.");
        }
        if (engine == Where.SPARK && memory != null) {
            throw new UserError("--memory is this machine's; what executors have, spark.executor.memory and"
                    + " spark.executor.memoryOverhead say.");
        }
    }

    private SweepPlan plan(Sweep sweep, Options options, Backends.Choice choice) {
        PrintWriter stderr = spec.commandLine().getErr();
        SweepPlan whole = SweepPlan.of(
                sweep,
                out,
                options.data(),
                options.form(),
                tickets,
                batch -> Costs.of(choice.kernels(), batch, stderr::println));
        return part == null ? whole : whole.part(Part.of(part));
    }

    private int dryRun(Sweep sweep, SweepPlan plan, Options options) {
        int replicas = options.replicas() == 0 ? GROUP : options.replicas();
        DryRun run = DryRun.of(plan, options.threads(), replicas, budget());
        PrintWriter stdout = spec.commandLine().getOut();
        stdout.print(DryRunTable.of(sweep, plan, run, options.threads(), replicas, budget()));
        stdout.flush();
        return 0;
    }

    /// Hands the sweep to Slurm, or only shows what would be handed in.
    private int submit(Sweep sweep, SweepPlan plan, Options options) {
        long asked = memory == null ? 0 : Bytes.of("--memory", memory);
        SlurmScript script = slurm.script(file, sweep, plan, options, tickets, asked, settings);
        PrintWriter stdout = spec.commandLine().getOut();
        if (dryRun) {
            stdout.print(script.parts() + "\n" + script.rest());
            stdout.flush();
        } else {
            PrintWriter stderr = spec.commandLine().getErr();
            plan.requireData(recipe -> recipe.load(options.data()).warning(), stderr::println);
            SlurmOptions.submit(script, plan, System.getenv(), stdout);
        }
        return 0;
    }

    private SweepRun.Outcome here(
            Sweep sweep, SweepPlan plan, Options options, Backends.Choice choice, SweepLines lines) {
        // A GPU's groups are as large as its own memory and Java's allow.
        long forTrainings = choice.device() != null && memory == null ? Long.MAX_VALUE : plan.forTrainings(budget());
        try (IdleCores idle = new IdleCores(choice.helped());
                LocalEngine local = new LocalEngine(options, choice, idle, lines::noted)) {
            local.lendSpare();
            Supplier<Machine> ran = () -> new Machine(choice, options);
            Site site = new Site(local, local.workers(), forTrainings, idle, ran, choice.reason());
            return train(sweep, plan, site, lines);
        }
    }

    private SweepRun.Outcome onSpark(Sweep sweep, SweepPlan plan, Options options, SweepLines lines) {
        try (SparkEngine spark = Spark.open(Optional.ofNullable(master), options)) {
            Supplier<Machine> ran = () -> new Machine("spark", spark.gpu(), options);
            // What trainings take is the executors' memory.
            Site site = new Site(spark, spark.workers(), Long.MAX_VALUE, new IdleCores(), ran, spark.reason());
            return train(sweep, plan, site, lines);
        }
    }

    /// The last set stays at hand.
    private static Optional<String> looked(Engine engine, Recipe recipe) {
        Optional<String> warning = engine.hold(recipe);
        engine.release(recipe);
        return warning;
    }

    private SweepRun.Outcome train(Sweep sweep, SweepPlan plan, Site site, SweepLines lines) {
        plan.requireData(recipe -> looked(site.engine(), recipe), lines::noted);
        ResultsFolder results = new ResultsFolder(out);
        try (Index index = part == null ? Index.open(results) : null) {
            List<String> facts = new ArrayList<>(List.of(
                    site.reason(),
                    String.format(
                            Locale.ROOT,
                            "Sweep %s: %s, %s, %,d of them to do.",
                            sweep.name(),
                            Plural.of(plan.recipes().size(), "recipe"),
                            Plural.of(plan.wanted() - plan.lost(), "training"),
                            plan.trainings().size()),
                    part == null
                            ? "Run folders in %s, results database %s.".formatted(out, results.file())
                            : "Part %s, run folders in %s.".formatted(part, out)));
            plan.recipes().stream()
                    .flatMap(planned -> planned.recipe().numerics().sentence().stream())
                    .distinct()
                    .forEach(facts::add);
            lines.begun(facts);
            if (plan.lost() > 0) {
                lines.noted(Plural.are(plan.lost(), "training") + " left out, for what was needed diverged before.");
            }
            return new SweepRun(sweep, plan, site, index, lines).run();
        }
    }

    /// Bytes that everything together may take.
    private long budget() {
        return memory != null
                ? Bytes.of("--memory", memory)
                : (long) (SHARE
                        * ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                                .getTotalMemorySize());
    }
}
