package dev.tombola.train;

import java.util.Optional;
import java.util.OptionalInt;

/// Where one training leaves its state on the way, and finds what an interrupted one left.
public interface Checkpoints {
    /// Keeps none.
    Checkpoints NONE = from(Optional.empty());

    /// Has this one to go on from, and keeps none.
    static Checkpoints from(Optional<Checkpoint> found) {
        return new Checkpoints() {
            @Override
            public Optional<Checkpoint> latest() {
                return found;
            }

            @Override
            public boolean due(int done) {
                return false;
            }

            @Override
            public boolean worth() {
                return false;
            }

            @Override
            public void keep(Checkpoint checkpoint) {
                throw new IllegalStateException("no checkpoint is ever due here");
            }
        };
    }

    /// What to go on from, left last: read each time that it is asked for, for it is large.
    Optional<Checkpoint> latest();

    /// Iterations that it has behind it.
    default OptionalInt done() {
        return latest().map(found -> OptionalInt.of(found.done())).orElse(OptionalInt.empty());
    }

    /// Asked after each iteration but the last: whether to [#keep] a checkpoint now.
    ///
    /// @param done iterations done
    boolean due(int done);

    /// Asked where a training is told to stop: whether what it did is worth a checkpoint.
    boolean worth();

    /// Keeps a checkpoint in place of the one before.
    void keep(Checkpoint checkpoint);
}
