package dev.tombola.bench.peers;

import dev.tombola.base.UserError;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// A Python with torch in a process of its own that runs `bench/peers/pytorch.py` and answers line by line.
///
/// The Python is the one that the system property `tombola.python` names, else that of the virtual environment
/// `bench/peers/.venv`. The repository's root is the folder that `tombola.root` names, else the current one.
public final class PyTorch implements AutoCloseable {
    private static final String NAMED = "tombola.python";
    private static final Path PEERS = Path.of(System.getProperty("tombola.root", ""), "bench/peers");
    private static final Path SCRIPT = PEERS.resolve("pytorch.py");
    private static final String HOW = "python3 -m venv bench/peers/.venv && bench/peers/.venv/bin/pip install torch"
            + " makes one, and --python PATH (for JMH itself -Dtombola.python=PATH) names another";

    /// One thread, and an allocator that keeps what was freed: without it each step's gradients are mapped anew.
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "OMP_NUM_THREADS",
            "1",
            "MKL_NUM_THREADS",
            "1",
            "MALLOC_TRIM_THRESHOLD_",
            "1000000000",
            "MALLOC_MMAP_THRESHOLD_",
            "1000000000");

    private final Path errors;
    private final Process process;
    private final Writer questions;
    private final BufferedReader answers;

    /// Starts the script and has it prepare one of its works.
    ///
    /// @param percent weights left, in percent
    PyTorch(String work, double percent) {
        this();
        System.out.println(ask("prepare " + work + " " + percent));
    }

    private PyTorch() {
        String python = python().toString();
        if (!Files.isExecutable(python())) {
            throw new IllegalStateException("There is no Python with PyTorch at " + python + ": " + HOW + ".");
        }
        if (!Files.isRegularFile(SCRIPT)) {
            throw new IllegalStateException("There is no " + SCRIPT + " here: run this in the repository's root.");
        }
        try {
            errors = Files.createTempFile("pytorch", ".log");
            ProcessBuilder builder = new ProcessBuilder(python, "-B", SCRIPT.toString());
            builder.environment().putAll(ENVIRONMENT);
            process = builder.redirectError(errors.toFile()).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        questions = process.outputWriter();
        answers = process.inputReader();
    }

    /// Where the Python is looked for.
    private static Path python() {
        String named = System.getProperty(NAMED, "");
        return named.isEmpty() ? PEERS.resolve(".venv/bin/python") : Path.of(named);
    }

    /// PyTorch's version, what it computes with, and its threads; nothing where there is none and nobody asked for it.
    ///
    /// @param python the user's Python from now on, or null
    /// @param notes is told in one line why there is none
    /// @throws UserError if the user's has none
    public static Optional<String> found(Path python, Consumer<String> notes) {
        if (python != null) {
            System.setProperty(NAMED, python.toString());
        }
        try (PyTorch pytorch = new PyTorch()) {
            return Optional.of(pytorch.ask("about"));
        } catch (IllegalStateException e) {
            if (python != null) {
                throw new UserError("--python " + python + ": " + e.getMessage(), e);
            }
            notes.accept("Without PyTorch, ours only: " + e.getMessage());
            return Optional.empty();
        }
    }

    /// What a JVM is given so that it takes the same Python.
    public static String option() {
        return "-D" + NAMED + "=" + python();
    }

    /// Does what was prepared.
    void run(int times) {
        ask("run " + times);
    }

    private String ask(String question) {
        try {
            questions.write(question + "\n");
            questions.flush();
            String answer = answers.readLine();
            if (answer != null) {
                return answer;
            }
        } catch (IOException e) {
            throw new IllegalStateException(failure(question), e);
        }
        throw new IllegalStateException(failure(question));
    }

    private String failure(String question) {
        String last = "it says nothing";
        try {
            List<String> lines = Files.readAllLines(errors);
            last = lines.reversed().stream()
                    .filter(line -> !line.isBlank())
                    .findFirst()
                    .orElse(last);
        } catch (IOException e) {
            last = e.toString();
        }
        String hint = last.contains("No module named 'torch'") ? " (" + HOW + ")" : "";
        return "PyTorch failed at '" + question + "': " + last + hint;
    }

    @Override
    public void close() {
        try {
            questions.close();
            process.waitFor();
            Files.delete(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
        }
    }
}
