package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A Slurm of this one machine: four cores, 8 GB and no queue but ours. It ends with whoever started it, because its
/// input does.
final class Slurm {
    private static final Path SCRIPT = Path.of("src/test/slurm/slurm-here.sh");
    private static final int CANNOT = 3;

    private final Process process;
    private final Map<String, String> environment = new HashMap<>(System.getenv());

    private Slurm(Process process, Path folder) {
        this.process = process;
        environment.keySet().removeIf(name -> name.startsWith("SLURM_") || name.startsWith("SBATCH_"));
        environment.put("SLURM_CONF", folder.resolve("slurm.conf").toString());
    }

    /// Starts one, or skips the test aloud where it cannot be.
    ///
    /// @param folder its own, empty; its path is short, for a socket is in it
    static Slurm start(Path folder) throws Exception {
        Process process = new ProcessBuilder(SCRIPT.toAbsolutePath().toString(), folder.toString())
                .redirectErrorStream(true)
                .start();
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        List<String> lines = new ArrayList<>();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            lines.add(line);
            if (line.equals("ready")) {
                return new Slurm(process, folder);
            }
        }
        int code = process.waitFor();
        assumeTrue(code != CANNOT, () -> "not tested with a real Slurm: " + lines.getLast());
        throw new AssertionError("slurm-here.sh ended with " + code + ": " + lines);
    }

    /// What its commands need.
    Map<String, String> environment() {
        return environment;
    }

    /// What Slurm knows of a job or of one of an array.
    String job(String job) throws Exception {
        return run("scontrol", "--oneliner", "show", "job", job);
    }

    /// Waits until none of these jobs waits or runs.
    void await(List<String> jobs) throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        String left = "?";
        while (!left.isBlank() && System.nanoTime() < end) {
            Thread.sleep(200);
            left = run("squeue", "--noheader", "--jobs", String.join(",", jobs));
        }
        assertThat(left).as("jobs that do not end").isBlank();
    }

    private String run(String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process started = builder.start();
        String said = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(started.waitFor()).as(said).isZero();
        return said;
    }

    /// Ends it, with the jobs that it has.
    void stop() throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
