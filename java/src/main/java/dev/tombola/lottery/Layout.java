package dev.tombola.lottery;

import dev.tombola.base.AtomicFile;
import dev.tombola.base.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Where everything that a run keeps lies in its folder. Pages, figures and pictures made of it name their own files.
record Layout(Path root) {
    /// A control's label, such as `one_shot` or `noise_0.5`.
    private static final String LABEL = "[a-z_]+(?:\\d(?:\\.\\d)?)?";

    private static final Pattern TENSORS =
            Pattern.compile("trial-(\\d{2,4})/level-(\\d{2,4})/(" + LABEL + ")(?:-(\\d{1,3}))?\\.safetensors");

    private static final Pattern TRIAL = Pattern.compile("trial-\\d{2,4}");

    private static final Pattern OWN = Pattern.compile("recipe\\.yaml|machine\\.json|levels\\.csv|curves\\.csv|"
            + "trial-\\d{2,4}/rewind\\.safetensors|"
            + "trial-\\d{2,4}/level-\\d{2,4}/" + LABEL + "(-\\d{1,3})?"
            + "(\\.safetensors|\\.csv|\\.time\\.csv|\\.checkpoint|\\.passing)");

    /// Whether there are folders of trials, with a dense network's in one of them.
    boolean hasTrials() {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.anyMatch(
                    entry -> TRIAL.matcher(entry.getFileName().toString()).matches()
                            && Files.isDirectory(entry.resolve("level-00")));
        } catch (IOException | UncheckedIOException _) {
            return false;
        }
    }

    /// Whether a run was begun here. A recipe alone may be a user's, in the folder that `runs` is in.
    boolean isBegun() {
        return Files.isRegularFile(recipe()) && (Files.exists(lock()) || hasTrials());
    }

    /// What is here and is none of a run's, if anything is.
    Optional<Path> foreign() {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.filter(entry -> !isOwn(entry.getFileName().toString()))
                    .min(Comparator.naturalOrder());
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("could not read " + root + ": " + Reason.of(e, root), e);
        }
    }

    private boolean isOwn(String name) {
        return lock().endsWith(name)
                || TRIAL.matcher(name).matches()
                || OWN.matcher(name).matches()
                || isUnfinished(root.resolve(name), AtomicFile.UNFINISHED);
    }

    Path recipe() {
        return root.resolve("recipe.yaml");
    }

    Path machine() {
        return root.resolve("machine.json");
    }

    Path levels() {
        return root.resolve("levels.csv");
    }

    Path curves() {
        return root.resolve("curves.csv");
    }

    Path lock() {
        return root.resolve(".lock");
    }

    /// A training's weights; the last of its files to appear.
    Path tensors(Job job) {
        return file(job, ".safetensors");
    }

    Path curve(Job job) {
        return file(job, ".csv");
    }

    Path times(Job job) {
        return file(job, ".time.csv");
    }

    /// A training's weights where they do not stay, for as long as others need them.
    Path passing(Job job) {
        return file(job, ".passing");
    }

    /// The state of a training that is not finished.
    Path checkpoint(Job job) {
        return file(job, ".checkpoint");
    }

    /// What the tickets of a trial go back to.
    Path rewind(int trial) {
        return folder(trial).resolve("rewind.safetensors");
    }

    /// The training whose weights a file holds; empty for every other file.
    Optional<Job> job(Path file) {
        Matcher name = TENSORS.matcher(root.relativize(file).toString().replace('\\', '/'));
        if (!name.matches() || !Control.labels().contains(name.group(3))) {
            return Optional.empty();
        }
        Control control = Control.of(name.group(3));
        int draw = name.group(4) == null ? 0 : Integer.parseInt(name.group(4));
        int level = Integer.parseInt(name.group(2));
        boolean sound = (draw > 0) == control.redrawn() && (level > 0 || control == Control.TICKET);
        return sound ? Optional.of(new Job(Integer.parseInt(name.group(1)), level, control, draw)) : Optional.empty();
    }

    /// Whether a file is one of a run's own, by its name and place, or would be once `ending` is taken off.
    boolean isUnfinished(Path file, String ending) {
        String name = root.relativize(file).toString().replace('\\', '/');
        return name.endsWith(ending)
                && OWN.matcher(name.substring(0, name.length() - ending.length()))
                        .matches();
    }

    private Path file(Job job, String ending) {
        return folder(job.trial()).resolve(numbered("level", job.level())).resolve(job.label() + ending);
    }

    private Path folder(int trial) {
        return root.resolve(numbered("trial", trial));
    }

    /// With the same digits in every language.
    private static String numbered(String word, int number) {
        return String.format(Locale.ROOT, "%s-%02d", word, number);
    }
}
