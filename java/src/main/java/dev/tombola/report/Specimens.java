package dev.tombola.report;

import dev.tombola.base.UserError;
import dev.tombola.lottery.Control;
import dev.tombola.lottery.FinishedJobs;
import dev.tombola.lottery.Job;
import dev.tombola.lottery.Recipe;
import dev.tombola.lottery.RunReader;
import dev.tombola.lottery.TicketTensors;
import dev.tombola.nn.Weighted;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The tickets of a run whose weights are there, and which of them and of their layers are looked at.
final class Specimens {
    /// Panels that a figure has where nobody asks for layers by name.
    private static final int LAYERS = 6;

    /// Sizes that colours tell apart.
    private static final int LEVELS = 6;

    private final RunReader reader;
    private final FinishedJobs jobs;
    private final TreeMap<Integer, Double> percentLeft = new TreeMap<>();
    private final List<Integer> levels;
    private final List<Weighted> layers;
    private final int nearFastest;

    private Specimens(Path run, RunReader reader, Collection<Integer> askedLevels, Collection<String> askedLayers) {
        this.reader = reader;
        RunReader.Contents contents = reader.contents();
        jobs = contents.jobs();
        jobs.damaged().forEach((job, why) -> {
            if (job.control() == Control.TICKET) {
                throw new UserError(why);
            }
        });
        contents.rows().forEach((job, row) -> {
            if (job.level() > 0 && isKept(job)) {
                percentLeft.put(job.level(), row.percentLeft());
            }
        });
        if (percentLeft.isEmpty()) {
            throw new UserError(run + " has no weights of a ticket above level 0"
                    + (jobs.stripped().isEmpty()
                            ? ": no such training has finished."
                            : ": its sweep left them out; ask for them with --tickets all."));
        }
        levels = askedLevels.isEmpty() ? chosen() : asked(askedLevels);
        nearFastest = PaperSizes.fastest(levels, this::percentLeft).orElseThrow();
        layers = askedLayers.isEmpty() ? shown(pruned(recipe())) : named(askedLayers);
    }

    /// @param levels to look at, those near the paper's sizes where empty
    /// @param layers names such as `fc1`; where empty all that are pruned, or six of them from first to last
    /// @throws UserError if the folder is no run's, a ticket in it is damaged, no weights of one above level 0 are
    ///     there or something asked for is not
    static Specimens of(Path run, Collection<Integer> levels, Collection<String> layers) {
        return new Specimens(run, RunReader.open(run), levels, layers);
    }

    Recipe recipe() {
        return reader.recipe();
    }

    /// The layers to look at, in the network's order.
    List<Weighted> layers() {
        return layers;
    }

    /// The levels to look at, ascending, without the dense network's.
    List<Integer> levels() {
        return levels;
    }

    /// Of [#levels] the one whose weights are compared with the pruned ones: nearest in size to the paper's fastest.
    int nearFastest() {
        return nearFastest;
    }

    double percentLeft(int level) {
        return percentLeft.get(level);
    }

    /// The trials whose ticket of a level is there with its weights.
    SortedSet<Integer> trials(int level) {
        return jobs.all().stream()
                .filter(job -> job.level() == level && isKept(job))
                .map(Job::trial)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// Whether the dense network's weights of a trial are there.
    boolean hasDense(int trial) {
        return isKept(Job.ticket(trial, 0));
    }

    /// Whether the initial values that a trial's tickets keep are there: in the dense network's file, or in the
    /// tickets' own where they start from them.
    boolean hasInitial(int trial) {
        Recipe.Prune prune = recipe().prune();
        return hasDense(trial) || (prune.strategy() == Recipe.Strategy.RESET && prune.rewind() == 0);
    }

    TicketTensors tensors(int trial, int level) {
        return reader.tensors(Job.ticket(trial, level));
    }

    private boolean isKept(Job job) {
        return job.control() == Control.TICKET
                && jobs.all().contains(job)
                && !jobs.stripped().contains(job);
    }

    /// The dense network is of the paper's sizes as well, but shown by itself.
    private List<Integer> chosen() {
        List<Integer> all =
                Stream.concat(Stream.of(0), percentLeft.keySet().stream()).toList();
        return PaperSizes.chosen(all, level -> level == 0 ? 100 : percentLeft(level)).stream()
                .filter(level -> level > 0)
                .toList();
    }

    private List<Integer> asked(Collection<Integer> asked) {
        SortedSet<Integer> sorted = new TreeSet<>(asked);
        for (int level : sorted) {
            if (!percentLeft.containsKey(level)) {
                throw new UserError("--levels has %d; there are weights of tickets of %s %s."
                        .formatted(level, percentLeft.size() == 1 ? "level" : "levels", list(percentLeft.keySet())));
            }
        }
        if (sorted.size() > LEVELS) {
            throw new UserError("--levels has %s: that is %d levels, and a figure shows at most %d."
                    .formatted(list(sorted), sorted.size(), LEVELS));
        }
        return List.copyOf(sorted);
    }

    private List<Weighted> named(Collection<String> names) {
        Map<String, Weighted> all =
                recipe().network().weighted().stream().collect(Collectors.toMap(Weighted::name, layer -> layer));
        for (String name : names) {
            if (!all.containsKey(name)) {
                throw new UserError("--layers has %s; the layers of %s are %s."
                        .formatted(
                                name,
                                recipe().network().name(),
                                list(recipe().network().weighted().stream()
                                        .map(Weighted::name)
                                        .toList())));
            }
        }
        return recipe().network().weighted().stream()
                .filter(layer -> names.contains(layer.name()))
                .toList();
    }

    /// The layers that the recipe prunes; all where it prunes none.
    private static List<Weighted> pruned(Recipe recipe) {
        List<Weighted> pruned = recipe.network().weighted().stream()
                .filter(layer -> recipe.prune().rates().of(layer.role()).signum() > 0)
                .toList();
        return pruned.isEmpty() ? recipe.network().weighted() : pruned;
    }

    /// All layers, or as many of them as fit, evenly from the first to the last.
    static List<Weighted> shown(List<Weighted> all) {
        int n = all.size();
        return n <= LAYERS
                ? all
                : IntStream.range(0, LAYERS)
                        .mapToObj(i -> all.get((2 * i * (n - 1) + LAYERS - 1) / (2 * (LAYERS - 1))))
                        .toList();
    }

    private static String list(Collection<?> items) {
        return items.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
