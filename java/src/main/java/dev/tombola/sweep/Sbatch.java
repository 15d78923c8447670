package dev.tombola.sweep;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Slurm's command that takes jobs.
public final class Sbatch {
    /// A job's number, and on a site of several clusters the cluster's name.
    private static final Pattern JOB = Pattern.compile("(?m)^(\\d+)(?:;\\S+)?$");

    private final Path program;
    private final Map<String, String> environment;

    private Sbatch(Path program, Map<String, String> environment) {
        this.program = program;
        this.environment = environment;
    }

    /// The `sbatch` on the `PATH` of an environment; empty where there is none.
    public static Optional<Sbatch> find(Map<String, String> environment) {
        return Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "sbatch"))
                .filter(Files::isExecutable)
                .findFirst()
                .map(program -> new Sbatch(program, environment));
    }

    /// Submits a script.
    ///
    /// @param options that come before it
    /// @return the job's number
    /// @throws UncheckedIOException whose message is what sbatch says, if it does not take it
    public String submit(Path script, String... options) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--parsable"));
        command.addAll(List.of(options));
        command.add(script.toString());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            Matcher job = JOB.matcher(said);
            if (code == 0 && job.find()) {
                return job.group(1);
            }
            throw new IOException("sbatch did not take %s (exit code %d): %s".formatted(script, code, oneLine(said)));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException("interrupted while sbatch took " + script, new IOException(e));
        }
    }

    private static String oneLine(String said) {
        return said.isBlank()
                ? "it said nothing"
                : said.lines().map(String::strip).collect(Collectors.joining(" "));
    }
}
