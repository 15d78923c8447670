package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One command line run in this JVM: its exit code and what it printed.
record Cli(int code, String out, String err) {
    /// Whether the slow families run whole.
    static final boolean FULL = "full".equals(System.getProperty("tombola.tests"));

    /// For the JVMs of processes that end before a better compiler and collector would pay.
    static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    static Cli run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(List.of(arguments), new PrintWriter(out, true), new PrintWriter(err, true));
        return new Cli(code, out.toString(), err.toString());
    }

    /// Runs a small demo with every kind of control into `folder`, or fails with what it said.
    static Cli demo(Path folder, String... more) {
        return tryDemo(folder, more).expectDone();
    }

    /// The same, whatever comes of it.
    static Cli tryDemo(Path folder, String... more) {
        List<String> all = new ArrayList<>(List.of("run", "demo", "--out", folder.toString()));
        all.addAll(List.of("--iterations", FULL ? "600" : "90", "--levels", "2", "--trials", "2"));
        all.addAll(List.of(
                "--controls", "reinit,one_shot,one_shot_reinit,random_sparsity,resample,initial_magnitude,noise_0.5"));
        all.addAll(List.of("--set", "run.draws=1", "--set", "data.train=600", "--set", "data.test=200"));
        all.addAll(List.of("--set", "data.validation=300", "--set", "train.batch=28"));
        all.addAll(List.of("--set", "train.evaluate_every=40"));
        all.addAll(List.of(more));
        return run(all.toArray(String[]::new));
    }

    Cli expectDone() {
        assertThat(code).as(err).isZero();
        return this;
    }

    /// Exit code 2 and exactly one line, which holds every one of `parts`.
    void expectMistake(String... parts) {
        assertThat(code).as(err).isEqualTo(Main.MISTAKE);
        assertThat(err.lines()).as(err).hasSize(1);
        assertThat(err).startsWith("tombola: ").contains(parts);
    }
}
