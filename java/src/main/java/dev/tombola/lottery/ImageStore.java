package dev.tombola.lottery;

import dev.tombola.data.Dataset;
import dev.tombola.data.Split;
import dev.tombola.numeric.Stream;
import dev.tombola.train.TrainingData;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Images in memory for as long as trainings read them: each set once, however many recipes have it. A set that nobody
/// holds any more stays until another one is wanted.
final class ImageStore implements AutoCloseable {
    /// Splits of one set that are kept at hand.
    private static final int SPLITS_AT_HAND = 8;

    private final Path data;
    private final Supplier<Arena> memory;
    private final Map<ImageSet, Held> sets = new LinkedHashMap<>();

    /// What decides which images train and which validate.
    private record Division(long seed, int trial, int validation) {
        Split of(int count) {
            return Split.of(seed, Stream.trial(trial), count, validation);
        }
    }

    /// A set in memory.
    private static final class Held {
        private final Arena arena;
        private final TrainingData any;
        private final int count;
        private final Optional<String> warning;
        private int holders;
        private final Map<Division, TrainingData> splits = new LinkedHashMap<>(SPLITS_AT_HAND, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Division, TrainingData> eldest) {
                return size() > SPLITS_AT_HAND;
            }
        };

        Held(Arena arena, ImageSet set, Dataset dataset, Division division) {
            this.arena = arena;
            this.count = dataset.train().count();
            this.warning = dataset.warning();
            this.any = TrainingData.of(arena, dataset, set.scaling(dataset), division.of(count));
            splits.put(division, any);
        }

        TrainingData get(Division division) {
            return splits.computeIfAbsent(division, _ -> any.with(division.of(count)));
        }
    }

    /// @param data what `--data` says, or null
    /// @param memory where a set lies
    ImageStore(Path data, Supplier<Arena> memory) {
        this.data = data;
        this.memory = memory;
    }

    /// Reads a recipe's images unless they are there; they stay until [#release].
    ///
    /// @return what to be warned of about them
    /// @throws dev.tombola.base.UserError if they are missing or damaged, or if an epoch has not even one batch
    synchronized Optional<String> hold(Recipe recipe) {
        Held held = sets.get(ImageSet.of(recipe));
        if (held == null) {
            hold(recipe, recipe.load(data));
            held = sets.get(ImageSet.of(recipe));
        } else {
            hold(held, recipe);
        }
        return held.warning;
    }

    /// The same for a recipe whose images were read already.
    synchronized void hold(Recipe recipe, Dataset dataset) {
        ImageSet set = ImageSet.of(recipe);
        if (!sets.containsKey(set)) {
            letGo();
            Arena arena = memory.get();
            try {
                sets.put(set, new Held(arena, set, dataset, division(recipe, 0)));
            } catch (RuntimeException e) {
                arena.close();
                throw e;
            }
        }
        hold(sets.get(set), recipe);
    }

    /// Ends a [#hold].
    synchronized void release(Recipe recipe) {
        sets.get(ImageSet.of(recipe)).holders--;
    }

    /// The images of a recipe that is held, under a trial's split.
    synchronized TrainingData get(Recipe recipe, int trial) {
        return sets.get(ImageSet.of(recipe)).get(division(recipe, trial));
    }

    @Override
    public synchronized void close() {
        sets.values().forEach(held -> held.arena.close());
        sets.clear();
    }

    private static void hold(Held held, Recipe recipe) {
        held.get(division(recipe, 0)).requireBatch(recipe.train().batch());
        held.holders++;
    }

    private void letGo() {
        for (Iterator<Held> all = sets.values().iterator(); all.hasNext(); ) {
            Held held = all.next();
            if (held.holders == 0) {
                held.arena.close();
                all.remove();
            }
        }
    }

    private static Division division(Recipe recipe, int trial) {
        return new Division(recipe.run().seed(), trial, recipe.data().validation());
    }
}
