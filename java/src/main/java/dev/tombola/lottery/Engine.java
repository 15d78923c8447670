package dev.tombola.lottery;

import dev.tombola.train.Checkpoints;
import dev.tombola.train.Task;
import dev.tombola.train.Trained;
import dev.tombola.train.TrainingListener;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Whoever trains: this machine's processor or GPU, or other machines. Where it runs never changes a bit of what a
/// training in FP32 comes to; in TF32 another kind of GPU may. Called from several threads.
public interface Engine {
    /// A training.
    ///
    /// @param trial whose split of the recipe's data is trained on
    /// @param checkpoints what an interrupted training left, and where this one leaves its state
    /// @param done iterations that the checkpoint has behind it, or [Task#first]
    record Part(Recipe recipe, int trial, Task task, int done, Checkpoints checkpoints, TrainingListener listener) {
        /// The same with others' checkpoints.
        public Part with(Checkpoints others) {
            return new Part(recipe, trial, task, done, others, listener);
        }
    }

    /// Trains to the end, or until the loss is not finite.
    ///
    /// @throws dev.tombola.train.StoppedException when the listener asks to stop
    Trained train(Part part);

    /// Makes ready for a recipe's trainings, which can be asked for until [#release].
    ///
    /// @return what to be warned of about its images, in one sentence
    /// @throws dev.tombola.base.UserError if they are missing or damaged
    default Optional<String> hold(Recipe recipe) {
        return Optional.empty();
    }

    /// Ends a [#hold].
    default void release(Recipe recipe) {}

    /// How many trainings are worth being handed over at once. What several come to is in Java's memory before any is
    /// kept, so that no more go on than [JavaMemory] has room for.
    default int together() {
        return 1;
    }

    /// What several trainings come to that may run side by side, on images of one data set: by their places in the
    /// list, some at a time and each once, so that these can be kept while the others are still to do. They are trained
    /// at the latest when they are asked for.
    ///
    /// @throws dev.tombola.train.StoppedException by the iterator, when a listener asks to stop
    default Iterator<NavigableMap<Integer, Trained>> inGroups(List<Part> parts) {
        return IntStream.range(0, parts.size())
                .<NavigableMap<Integer, Trained>>mapToObj(i -> new TreeMap<>(Map.of(i, train(parts.get(i)))))
                .iterator();
    }

    /// The same of all, in their order.
    default List<Trained> train(List<Part> parts) {
        NavigableMap<Integer, Trained> all = new TreeMap<>();
        inGroups(parts).forEachRemaining(all::putAll);
        return List.copyOf(all.values());
    }
}
