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
    /// Bytes of one set's splits that are kept at hand: of MNIST's, some 300.
    private static final long SPLITS_AT_HAND = 64 << 20;

    private final Path data;
    private final Supplier<Arena> memory;
    private final Map<ImageSet, Held> sets = new LinkedHashMap<>();

    /// What decides which images train and which validate.
    private record Division(long seed, int trial, int validation) {
        Split of(int count) {
            return Split.of(seed, Stream.trial(trial), count, validation);
        }
    }

    /// A set: empty until it is first needed, while trainings on others go on.
    private static final class Held {
        private int holders; // under the store's lock; all else under its own
        private Arena arena;
        private TrainingData any;
        private int count;
        private Optional<String> warning;
        private final Map<Division, TrainingData> splits = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Division, TrainingData> eldest) {
                return size() * (long) count * Integer.BYTES > SPLITS_AT_HAND;
            }
        };

        synchronized Optional<String> filled(
                ImageSet set, Division division, Supplier<Dataset> images, Supplier<Arena> memory) {
            if (any == null) {
                Dataset dataset = images.get();
                arena = memory.get();
                try {
                    count = dataset.train().count();
                    warning = dataset.warning();
                    any = TrainingData.of(arena, dataset, set.scaling(dataset), division.of(count));
                } catch (RuntimeException e) {
                    arena.close();
                    arena = null;
                    throw e;
                }
                splits.put(division, any);
            }
            return warning;
        }

        synchronized TrainingData get(Division division) {
            return splits.computeIfAbsent(division, _ -> any.with(division.of(count)));
        }

        synchronized void close() {
            if (arena != null) {
                arena.close();
            }
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
    Optional<String> hold(Recipe recipe) {
        return hold(recipe, () -> recipe.load(data));
    }

    /// The same for images that come from elsewhere.
    Optional<String> hold(Recipe recipe, Supplier<Dataset> images) {
        ImageSet set = ImageSet.of(recipe);
        Held held;
        synchronized (this) {
            if (!sets.containsKey(set)) {
                letGo();
                sets.put(set, new Held());
            }
            held = sets.get(set);
            held.holders++;
        }
        try {
            Division division = division(recipe, 0);
            Optional<String> warning = held.filled(set, division, images, memory);
            held.get(division).requireBatch(recipe.train().batch());
            return warning;
        } catch (RuntimeException e) {
            release(recipe);
            throw e;
        }
    }

    /// Ends a [#hold].
    synchronized void release(Recipe recipe) {
        sets.get(ImageSet.of(recipe)).holders--;
    }

    /// The images of a recipe that is held, under a trial's split.
    TrainingData get(Recipe recipe, int trial) {
        Held held;
        synchronized (this) {
            held = sets.get(ImageSet.of(recipe));
        }
        return held.get(division(recipe, trial));
    }

    @Override
    public synchronized void close() {
        sets.values().forEach(Held::close);
        sets.clear();
    }

    private void letGo() {
        for (Iterator<Held> all = sets.values().iterator(); all.hasNext(); ) {
            Held held = all.next();
            if (held.holders == 0) {
                held.close();
                all.remove();
            }
        }
    }

    private static Division division(Recipe recipe, int trial) {
        return new Division(recipe.run().seed(), trial, recipe.data().validation());
    }
}
