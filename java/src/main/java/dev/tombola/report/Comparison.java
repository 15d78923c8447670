package dev.tombola.report;

import dev.tombola.base.AtomicFile;
import dev.tombola.base.AtomicFolder;
import dev.tombola.base.Reason;
import dev.tombola.base.Turn;
import dev.tombola.base.UserError;
import dev.tombola.lottery.Control;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Several runs laid over one another in figures, a line for each: `compare.html`, one page with everything in it, and
/// `figures/` with the same figures in SVG and PNG.
///
/// @param runs run folders, two to ten of them
/// @param controls whose lines are drawn, one to three of them: solid, dashed, dotted
/// @param score which images accuracy is measured on
/// @param size what the x axis counts
/// @param at training iterations to show accuracy at, besides the early stop and the end
public record Comparison(List<Path> runs, List<String> controls, Score score, Size size, List<Integer> at) {
    /// More lines cannot be told apart.
    private static final int MOST = 10;

    private static final String PAGE = "compare.html";
    private static final String FIGURES = "figures";
    private static final Pattern OURS = Pattern.compile("compare\\.html|figures/[a-z0-9-]+\\.(svg|png)");

    public Comparison {
        Map<Path, Path> distinct = new LinkedHashMap<>();
        runs.forEach(run -> distinct.putIfAbsent(run.toAbsolutePath().normalize(), run));
        runs = List.copyOf(distinct.values());
        controls = controls.stream().distinct().toList();
        at = at.stream().distinct().sorted().toList();
        controls.forEach(Control::of);
        if (runs.size() < 2) {
            throw new UserError("There is nothing to compare %s with; name two runs or more, or a folder of them."
                    .formatted(runs.getFirst()));
        }
        if (runs.size() > MOST) {
            throw new UserError(
                    ("%d runs are too many to tell apart in a figure, %d at most; choose some of a folder with"
                                    + " --where, as in --where 'lr < 0.01' (tombola results FOLDER --by run lists them).")
                            .formatted(runs.size(), MOST));
        }
        if (controls.isEmpty() || controls.size() > ComparisonFigures.STROKES.size()) {
            throw new UserError("--control names %d controls (%s); one to three can be drawn, solid, dashed and dotted."
                    .formatted(controls.size(), String.join(", ", controls)));
        }
    }

    /// Whether a comparison was left in a folder.
    public static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(PAGE));
    }

    /// Why a run has no lines, in one sentence, where it has none: it was given up, or has only begun.
    ///
    /// @throws UserError if its table is damaged
    public static Optional<String> nothingIn(Path run) {
        Path levels = run.resolve("levels.csv");
        return Files.exists(levels) && !LevelsCsv.read(levels).isEmpty()
                ? Optional.empty()
                : Optional.of(run + " has no finished training.");
    }

    /// Reads the runs and writes page and figures into `out`, which appears whole by rename and may replace an earlier
    /// comparison. The same files give the same page and SVG to the byte.
    ///
    /// @return where `compare.html` lies
    /// @throws UserError if a folder is no run's or has no training, if data differ, if a control or an iteration that
    ///     was asked for is not there, or if `out` holds something else
    public Path write(Path out) {
        requireOurs(out);
        Consumer<Path> content = content();
        return Turn.at(lock(out), () -> {
            requireOurs(out);
            AtomicFolder.write(out, content);
            return out.resolve(PAGE);
        });
    }

    /// As [#write], into `compare`, `compare-2`, … beside `run`: the first that is not there.
    ///
    /// @return where `compare.html` lies, from the current folder where `run` is given from there
    public Path writeBeside(Path run) {
        Path beside = run.toAbsolutePath().normalize().resolveSibling("compare").toAbsolutePath();
        Path first = run.isAbsolute() ? beside : Path.of("").toAbsolutePath().relativize(beside);
        Consumer<Path> content = content();
        return Turn.at(lock(first), () -> {
            Path out = IntStream.iterate(1, i -> i + 1)
                    .mapToObj(i -> i == 1 ? first : first.resolveSibling("compare-" + i))
                    .filter(folder -> !Files.exists(folder))
                    .findFirst()
                    .orElseThrow();
            AtomicFolder.write(out, content);
            return out.resolve(PAGE);
        });
    }

    private static Path lock(Path out) {
        Path folder = out.toAbsolutePath().normalize();
        return folder.resolveSibling(folder.getFileName() + ".tombola.lock");
    }

    /// Reads the runs; what comes of it fills a folder.
    private Consumer<Path> content() {
        Map<Path, RunFiles> read = new LinkedHashMap<>();
        for (Path folder : runs) {
            read.put(folder, read(folder));
        }
        requireOneDataSet(read);
        requireControls(read);
        Differences differences = new Differences(List.copyOf(read.values()));
        List<Compared> compared = Compared.of(read, differences);
        List<Chart> charts = new ComparisonFigures(this, compared).all();
        return folder -> {
            String missing = FigureFiles.write(charts, folder.resolve(FIGURES));
            String page = new ComparisonPage(this, compared, differences).of(charts, missing);
            AtomicFile.write(folder.resolve(PAGE), page);
        };
    }

    /// Of its curves, which may be many, no more than is shown is kept.
    private RunFiles read(Path folder) {
        RunFiles run = RunFiles.read(folder);
        if (run.levels().isEmpty()) {
            throw new UserError(folder + " has no finished training; leave it out.");
        }
        Set<Integer> shown = new HashSet<>(at);
        shown.add((int) run.lastIteration());
        RunFiles kept = run.onlyAt(shown);
        for (int iteration : at) {
            if (kept.curves().stream().noneMatch(row -> row.iteration() == iteration)) {
                throw new UserError("--at %d: %s has no evaluation then; it has one every %s iterations up to %s."
                        .formatted(
                                iteration,
                                folder,
                                run.recipe().get("train.evaluate_every"),
                                run.recipe().get("train.iterations")));
            }
        }
        return kept;
    }

    private static void requireOneDataSet(Map<Path, RunFiles> read) {
        Map<String, Path> found = new LinkedHashMap<>();
        read.forEach((folder, run) -> found.putIfAbsent(run.data(), folder));
        if (found.size() > 1) {
            throw new UserError(
                    "The runs are on different data, whose accuracies cannot be compared: %s; choose those on one."
                            .formatted(found.entrySet().stream()
                                    .map(data -> data.getValue() + " on " + data.getKey())
                                    .collect(Collectors.joining(", "))));
        }
    }

    private void requireControls(Map<Path, RunFiles> read) {
        List<String> there = read.values().stream()
                .flatMap(run -> run.levels().controls().stream())
                .distinct()
                .sorted()
                .toList();
        for (String control : controls) {
            if (!there.contains(control)) {
                throw new UserError("--control %s: no run has trained that; they have %s."
                        .formatted(control, String.join(", ", there)));
            }
        }
    }

    /// Nothing is replaced but what an earlier comparison left.
    private static void requireOurs(Path out) {
        if (!Files.exists(out)) {
            return;
        }
        boolean page = Files.exists(out.resolve(PAGE));
        try {
            Path root = out.toRealPath();
            Path figures = root.resolve(FIGURES);
            Optional<Path> foreign = Stream.of(inside(root), inside(figures))
                    .flatMap(List::stream)
                    .filter(path -> !path.equals(figures) || !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .map(root::relativize)
                    .filter(file -> !page || !OURS.matcher(file.toString()).matches())
                    .min(Comparator.naturalOrder());
            if (foreign.isPresent()) {
                throw new UserError("--out %s holds something else than a comparison (%s); name a new folder."
                        .formatted(out, foreign.get().toString().isEmpty() ? "it is a file" : foreign.get()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not read " + out + ": " + Reason.of(e, out), e);
        }
    }

    /// What is in a folder, the file itself, or nothing.
    private static List<Path> inside(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return Files.exists(path) ? List.of(path) : List.of();
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.toList();
        }
    }

    /// What is drawn where it is one control and not the ticket.
    Optional<String> alone() {
        return controls.equals(List.of(Levels.TICKET)) || controls.size() > 1
                ? Optional.empty()
                : Optional.of(Look.of(controls.getFirst()).label());
    }
}
