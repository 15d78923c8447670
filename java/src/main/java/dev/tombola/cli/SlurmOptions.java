package dev.tombola.cli;

import dev.tombola.base.AtomicFile;
import dev.tombola.base.Plural;
import dev.tombola.base.UserError;
import dev.tombola.lottery.Options;
import dev.tombola.lottery.Tickets;
import dev.tombola.sweep.Bytes;
import dev.tombola.sweep.Part;
import dev.tombola.sweep.Sbatch;
import dev.tombola.sweep.SlurmNeeds;
import dev.tombola.sweep.SlurmScript;
import dev.tombola.sweep.Sweep;
import dev.tombola.sweep.SweepPlan;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/// How the jobs are that Slurm is asked for.
final class SlurmOptions {
    /// The launcher says where it is, so that jobs can start it.
    private static final String LAUNCHER = "tombola.command";

    /// How sbatch is asked for a GPU, or for none.
    private static final Pattern GPUS = Pattern.compile("(--gres|--gpus(-per-\\w+)?|--tres-per-task)([ =].*)?|-G.*");

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "With slurm: parts; if not given one a recipe, 64 at most, with ten minutes to do or more.")
    private Integer jobs;

    @Option(
            names = "--at-once",
            paramLabel = "N",
            description = "With slurm: parts that run at a time; all if not given.")
    private Integer atOnce;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            description = "With slurm: when a job is ended, such as 12:00:00; three times the estimate if not given.")
    private String time;

    @Option(
            names = "--slurm",
            paramLabel = "OPTION",
            description = "With slurm: any option of sbatch, as in --slurm=--partition=long; as often as needed.")
    private List<String> options = List.of();

    /// Refuses what is said of jobs where there are none.
    void requireNone() {
        if (jobs != null || atOnce != null || time != null || !options.isEmpty()) {
            throw new UserError("--jobs, --at-once, --time and --slurm are for jobs of Slurm; add --engine slurm.");
        }
    }

    /// The scripts that train a sweep.
    ///
    /// @param file of the sweep
    /// @param how what every job is told, its threads and the folder of run folders among it
    /// @param memory bytes for each job's trainings; 0 for as much as they are estimated to take
    /// @param settings on top of the file's
    SlurmScript script(
            Path file, Sweep sweep, SweepPlan plan, Options how, Tickets tickets, long memory, List<String> settings) {
        SlurmNeeds needs = SlurmNeeds.of(
                plan, count("--jobs", jobs), how.threads(), memory, time == null ? "" : SlurmNeeds.time(time));
        Path out = how.out().toAbsolutePath().normalize();
        // A GPU's groups are as large as its own memory and Java's allow.
        String budget = how.backend().equals("cuda") && memory == 0 ? "" : needs.budget();
        return new SlurmScript(
                sweep.name(),
                command(file, how.withOut(out), tickets, budget, settings),
                needs,
                count("--at-once", atOnce),
                out.resolve("slurm"),
                Path.of("").toAbsolutePath(),
                how.backend().equals("cuda") ? withGpu() : options);
    }

    private List<String> withGpu() {
        boolean asked = options.stream()
                .map(String::strip)
                .anyMatch(option -> GPUS.matcher(option).matches());
        return asked
                ? options
                : Stream.concat(Stream.of("--gres=gpu:1"), options.stream()).toList();
    }

    private static int count(String option, Integer given) {
        if (given != null && (given < 1 || given > Part.MOST)) {
            throw new UserError("%s is %d; it must be 1 to %,d.".formatted(option, given, Part.MOST));
        }
        return given == null ? 0 : given;
    }

    private static List<String> command(Path file, Options how, Tickets tickets, String memory, List<String> settings) {
        String launcher = System.getProperty(LAUNCHER);
        if (launcher == null) {
            throw new UserError("Jobs start the command tombola, and nobody says where it is; start this with that"
                    + " command, or with java -D" + LAUNCHER + "=PATH.");
        }
        List<String> command = new ArrayList<>(
                List.of(launcher, "sweep", file.toAbsolutePath().normalize().toString()));
        command.addAll(List.of("--out", how.out().toString(), "--tickets", lower(tickets)));
        command.addAll(List.of("--backend", how.backend(), "--isa", how.isa(), "--form", lower(how.form())));
        if (how.replicas() > 0) {
            command.addAll(List.of("--replicas", Integer.toString(how.replicas())));
        }
        if (!memory.isEmpty()) {
            command.addAll(List.of("--memory", memory));
        }
        if (how.data() != null) {
            command.addAll(
                    List.of("--data", how.data().toAbsolutePath().normalize().toString()));
        }
        settings.forEach(setting -> command.addAll(List.of("--set", setting)));
        return command;
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /// Writes the scripts and hands them to Slurm.
    ///
    /// @param environment with the `PATH` on which sbatch is
    /// @throws UserError if there is none; the scripts are there then
    /// @throws UncheckedIOException with what sbatch says, if it refuses
    static void submit(SlurmScript script, SweepPlan plan, Map<String, String> environment, PrintWriter out) {
        AtomicFile.write(script.partsFile(), script.parts());
        AtomicFile.write(script.restFile(), script.rest());
        Sbatch sbatch = Sbatch.find(environment)
                .orElseThrow(
                        () -> new UserError(("There is no sbatch on this machine; the scripts are written: where there"
                                        + " is one, sbatch --parsable %s prints a JOB, then sbatch --dependency=afterany:JOB %s.")
                                .formatted(
                                        SlurmScript.quoted(script.partsFile()),
                                        SlurmScript.quoted(script.restFile()))));
        String parts = sbatch.submit(script.partsFile());
        String rest;
        try {
            rest = sbatch.submit(script.restFile(), "--dependency=afterany:" + parts);
        } catch (UncheckedIOException e) {
            throw new UncheckedIOException(
                    "%s; the parts are submitted as job %s, and scancel %2$s takes them back"
                            .formatted(e.getMessage(), parts),
                    e.getCause());
        }
        SlurmNeeds needs = script.needs();
        out.printf(
                Locale.ROOT,
                "Job array %s: %s in %s, for each %s, %s and %s.%n",
                parts,
                Plural.of(plan.recipes().size(), "recipe"),
                Plural.of(needs.parts(), "part"),
                Plural.of(needs.threads(), "core"),
                Bytes.text(needs.memory()),
                needs.time());
        out.printf("Job %s, after it: what the parts left, the database and the list of failures.%n", rest);
        out.printf("Scripts and logs are in %s.%n", script.folder());
        out.printf(
                "squeue -j %s,%s lists them, tombola results --follow %s shows how far those that run are, and scancel %1$s"
                        + " %2$s ends them.%n",
                parts, rest, SlurmScript.quoted(script.folder().getParent()));
    }
}
