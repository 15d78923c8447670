package dev.tombola.lottery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tombola.base.Reason;
import dev.tombola.base.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// What a run folder holds. Reading takes no lock and changes nothing: the run may be going on, and what it has
/// finished is there whole.
public final class RunReader {
    /// What a user does about a file that cannot be read.
    static final String REMEDY = "Move it elsewhere, and its training is done anew.";

    private static final Duration SIGN_OF_LIFE = Duration.ofMinutes(15);

    private final Layout layout;
    private final Recipe recipe;

    RunReader(Layout layout, Recipe recipe) {
        this.layout = layout;
        this.recipe = recipe;
    }

    /// What a folder holds of finished trainings.
    ///
    /// @param rows of those that can be read, in order
    public record Contents(SortedMap<Job, LevelRow> rows, FinishedJobs jobs) {}

    /// Whether a folder is a run's: it has a recipe, or has lost it and still holds trainings.
    public static boolean isRun(Path folder) {
        return hasRecipe(folder) || new Layout(folder).hasTrials();
    }

    /// Whether a folder has a recipe.
    public static boolean hasRecipe(Path folder) {
        return Files.isRegularFile(new Layout(folder).recipe());
    }

    /// Whether a folder has its tables and they hold all that is finished there: who is killed leaves no time of
    /// ending.
    ///
    /// @throws UserError if `machine.json` is damaged
    public static boolean isEnded(Path folder) {
        Layout layout = new Layout(folder);
        return Files.isRegularFile(layout.levels())
                && Files.isRegularFile(layout.curves())
                && new RunReader(layout, null).machine().containsKey("finished");
    }

    /// Refuses a run folder that would lie inside another run's, where neither is found as what it is.
    public static void requireOutside(Path folder) {
        Path around = folder.toAbsolutePath().normalize().getParent();
        for (; around != null; around = around.getParent()) {
            if (new Layout(around).isBegun()) {
                throw new UserError(
                        "The run folder %s would lie inside that of another run, %s; name another with --out."
                                .formatted(folder, around));
            }
        }
    }

    /// @throws UserError if it is no run folder, or its recipe is missing or none
    public static RunReader open(Path folder) {
        Layout layout = new Layout(folder);
        if (!hasRecipe(folder)) {
            throw new UserError(folder
                    + (layout.hasTrials()
                            ? " holds trainings but no recipe.yaml; the command that made it writes it again."
                            : " is no run folder: it has no recipe.yaml."));
        }
        Recipe recipe = recipe(layout);
        if (recipe.data().source() instanceof Source.Own own && own.content().isEmpty()) {
            throw new UserError(layout.recipe() + " has no data.content, which tombola run writes for own data.");
        }
        return new RunReader(layout, recipe);
    }

    /// The recipe that a run wrote.
    ///
    /// @throws UserError if it is none any more
    static Recipe recipe(Layout layout) {
        try {
            return Recipe.open(layout.recipe().toString(), List.of());
        } catch (UserError e) {
            throw damagedFile(layout.recipe(), e);
        }
    }

    /// What a user does about a run's recipe or table that is none any more.
    ///
    /// @param found what is wrong with the file, which it may name
    public static UserError damagedFile(Path file, UserError found) {
        String message = found.getMessage();
        return new UserError(
                (message.contains(file.toString()) ? message : "In %s: %s".formatted(file, message))
                        + " The run wrote this file itself: move it elsewhere, and the command that made the folder"
                        + " writes it again.",
                found);
    }

    /// With the extent of all that was ever asked of the folder.
    public Recipe recipe() {
        return recipe;
    }

    /// How many trainings that extent has.
    public int trainings() {
        return Job.all(recipe.run()).size();
    }

    /// What `machine.json` says, by name; nothing where the file is not there.
    ///
    /// @throws UserError if it is damaged
    public Map<String, String> machine() {
        if (!Files.exists(layout.machine())) {
            return Map.of();
        }
        try {
            JsonNode tree = new JsonMapper().readTree(layout.machine().toFile());
            if (!tree.isObject()) {
                throw damagedMachine(null);
            }
            Map<String, String> facts = new LinkedHashMap<>();
            tree.properties()
                    .forEach(fact -> facts.put(fact.getKey(), fact.getValue().asText()));
            return facts;
        } catch (JsonProcessingException e) {
            throw damagedMachine(e);
        } catch (IOException e) {
            throw unreadable(layout.machine(), e);
        }
    }

    private UserError damagedMachine(JsonProcessingException e) {
        return new UserError(
                layout.machine() + " is no JSON as tombola writes it; the next training in its folder writes it anew.",
                e);
    }

    /// Finished trainings; a file that is damaged or belongs elsewhere keeps none but its own from being read.
    public Contents contents() {
        SortedMap<Job, LevelRow> rows = new TreeMap<>();
        Set<Job> diverged = new HashSet<>();
        Set<Job> stripped = new HashSet<>();
        Set<Job> passing = new HashSet<>();
        SortedMap<Job, String> damaged = new TreeMap<>();
        for (Path file : files()) {
            layout.job(file).filter(job -> curveFile(job).isThere()).ifPresent(job -> {
                try {
                    Provenance provenance = provenance(file, job);
                    if (!hasRewind(job, provenance)) {
                        return;
                    }
                    curveFile(job).requireBegin();
                    if (provenance.divergedAt() > 0) {
                        diverged.add(job);
                    } else {
                        curveFile(job).requireEnd(recipe.train().iterations());
                    }
                    rows.put(job, provenance.row(times(job)));
                    if (provenance.stripped()) {
                        stripped.add(job);
                        if (Files.exists(layout.passing(job))) {
                            passing.add(job);
                        }
                    }
                } catch (UserError e) {
                    damaged.put(job, e.getMessage() + " " + REMEDY);
                }
            });
        }
        return new Contents(rows, new FinishedJobs(new TreeSet<>(rows.keySet()), diverged, stripped, passing, damaged));
    }

    /// What a training's ticket says of itself.
    private Provenance provenance(Path file, Job job) {
        Provenance provenance = Provenance.read(file);
        if (!provenance.recipe().equals(recipe.hash()) || !provenance.job().equals(job)) {
            throw new UserError("%s belongs to %s of recipe %s, not to %s of recipe %s."
                    .formatted(file, provenance.job(), provenance.recipe(), job, recipe.hash()));
        }
        return provenance;
    }

    /// The weights that a finished training has left.
    public TicketTensors tensors(Job job) {
        return new TicketTensors(layout.tensors(job));
    }

    /// How many trainings have left their weights: [#contents] without a look into the files.
    public int countFinished() {
        return (int)
                files().stream().filter(file -> layout.job(file).isPresent()).count();
    }

    /// Whether a run seems to be going on: it has not said that it ended, and left something not long ago. A training
    /// that takes long leaves a checkpoint every few minutes.
    public boolean isGoingOn() {
        if (machine().containsKey("finished")) {
            return false;
        }
        Instant recently = Instant.now().minus(SIGN_OF_LIFE);
        return files().stream().anyMatch(file -> file.toFile().lastModified() > recently.toEpochMilli());
    }

    /// A finished training's evaluations, in order.
    ///
    /// @throws UserError if their file is damaged
    public List<CurveRow> curve(Job job) {
        return curveFile(job).rows();
    }

    /// The files of the folder itself, of its trials and of their levels; nobody else's folders are entered.
    List<Path> files() {
        List<Path> files = new ArrayList<>();
        list(
                layout.root(),
                "trial-\\d+",
                trial -> list(trial, "level-\\d+", level -> list(level, "", _ -> {}, files), files),
                files);
        return files;
    }

    private CurveFile curveFile(Job job) {
        return new CurveFile(layout.curve(job));
    }

    /// A training whose weights others go back to is unfinished without them; one that diverged leaves none, and they
    /// do not outstay the ticket's own.
    private boolean hasRewind(Job job, Provenance provenance) {
        if (job.level() > 0
                || !recipe.prune().rewindsWeights()
                || provenance.divergedAt() > 0
                || provenance.stripped()) {
            return true;
        }
        RewindFile rewind = new RewindFile(layout.rewind(job.trial()), recipe, job.trial());
        boolean there = Files.exists(rewind.file());
        if (there) {
            rewind.check();
        }
        return there;
    }

    /// Times are no part of the result: where they are missing or damaged they are unknown.
    private Times times(Job job) {
        Path file = layout.times(job);
        try {
            return Files.exists(file) ? Times.parse(Files.readString(file), file) : Times.UNKNOWN;
        } catch (IOException | UserError _) {
            return Times.UNKNOWN;
        }
    }

    private static void list(Path folder, String inner, Consumer<Path> enter, List<Path> files) {
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.toList()) {
                if (Files.isRegularFile(entry)) {
                    files.add(entry);
                } else if (entry.getFileName().toString().matches(inner)) {
                    enter.accept(entry);
                }
            }
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    static UncheckedIOException unreadable(Path file, IOException e) {
        return new UncheckedIOException("could not read " + file + ": " + Reason.of(e, file), e);
    }
}
