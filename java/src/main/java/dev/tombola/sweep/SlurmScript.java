package dev.tombola.sweep;

import dev.tombola.base.UserError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// What is handed to `sbatch`: a job array that trains a sweep in parts, and after it one job that is the same sweep
/// undivided. The parts write run folders and nothing else, for the results database does not stand several writers on
/// a network file system; the job after them trains what a lost part left, writes the database, and its exit code and
/// failures are the sweep's.
///
/// @param name of the sweep
/// @param command `tombola sweep FILE …` without part and threads; paths in it are absolute
/// @param needs what each job asks for
/// @param atOnce parts that may run at a time; 0 for all
/// @param folder where scripts and logs are, absolute
/// @param from the folder that the jobs run in, absolute
/// @param options of sbatch, such as `--partition=long`; they overrule ours
public record SlurmScript(
        String name, List<String> command, SlurmNeeds needs, int atOnce, Path folder, Path from, List<String> options) {
    /// Options of sbatch that make a sweep of jobs.
    private static final List<String> OURS = List.of("--array", "-a", "--dependency", "-d", "--wrap");

    public SlurmScript {
        command = List.copyOf(command);
        options = List.copyOf(options);
        for (Path path : List.of(folder, from)) {
            if (path.toString().chars().anyMatch(letter -> letter < ' ' || letter == '\\')) {
                throw new UserError(
                        "Slurm cannot write logs for %s; the path must be without \\ and line breaks.".formatted(path));
            }
        }
        for (String option : options) {
            String word = option.strip().split("[ =]", 2)[0];
            if (!word.matches("--?\\w[\\w-]*") || option.lines().count() != 1 || OURS.contains(word)) {
                throw new UserError("--slurm is %s; it must be an option of sbatch other than %s, such as %s."
                        .formatted(
                                option.isBlank() ? "empty" : option,
                                String.join(", ", OURS),
                                "--slurm=--partition=long"));
            }
        }
    }

    /// The file of [#parts].
    public Path partsFile() {
        return folder.resolve("parts.sbatch");
    }

    /// The file of [#rest].
    public Path restFile() {
        return folder.resolve("rest.sbatch");
    }

    /// The job array: element i trains part i.
    public String parts() {
        String array = "1-" + needs.parts() + (atOnce > 0 ? "%" + atOnce : "");
        return script(
                "The sweep in parts, one a job. rest.sbatch follows when all of them have ended.",
                List.of("--array=" + array, "--output=" + log("%A-part-%a.log")),
                List.of("--part", "\"$SLURM_ARRAY_TASK_ID/" + needs.parts() + "\""));
    }

    /// The sweep undivided, to be submitted so that it comes after the parts.
    public String rest() {
        return script(
                "What the parts left, the database and the list of failures.",
                List.of("--output=" + log("%j-rest.log")),
                List.of());
    }

    /// A killed job starts again by itself, goes on where it was and ends with the same bytes.
    private String script(String comment, List<String> own, List<String> words) {
        List<String> asked = new ArrayList<>(List.of("--job-name=" + jobName()));
        asked.addAll(own);
        asked.addAll(List.of(
                "--ntasks=1",
                "--cpus-per-task=" + needs.threads(),
                "--mem=" + needs.mem(),
                "--time=" + needs.time(),
                "--chdir=" + quotedForSlurm(from.toString()),
                "--open-mode=append",
                "--requeue"));
        asked.addAll(options);
        List<String> line = new ArrayList<>(List.of("exec"));
        command.forEach(word -> line.add(quoted(word)));
        line.addAll(List.of("--threads", "\"$SLURM_CPUS_PER_TASK\""));
        line.addAll(words);
        return "#!/bin/bash\n# " + comment + "\n"
                + asked.stream().map(option -> "#SBATCH " + option + "\n").collect(Collectors.joining())
                + String.join(" ", line) + "\n";
    }

    private String jobName() {
        return "tombola-" + name.replaceAll("[^\\w.-]+", "-");
    }

    /// A percent sign begins a number's place in the names of logs.
    private String log(String file) {
        return quotedForSlurm(folder.toString().replace("%", "%%") + "/" + file);
    }

    /// For `#SBATCH` lines, where a backslash takes a letter for itself.
    private static String quotedForSlurm(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /// A path as one word of a shell's.
    public static String quoted(Path path) {
        return quoted(path.toString());
    }

    private static String quoted(String word) {
        return word.matches("[\\w./=:,@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
