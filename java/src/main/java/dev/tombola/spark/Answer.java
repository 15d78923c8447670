package dev.tombola.spark;

import dev.tombola.train.Trained;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/// What a Spark task comes to: what was trained, or why it failed. A training fails alike wherever it is done, so a
/// failure is an answer: Spark would do a task that throws again and again.
///
/// @param trained null where it failed
/// @param failure null where it did not
record Answer(List<Trained> trained, RuntimeException failure) implements Serializable {
    static Answer of(List<Trained> trained) {
        return new Answer(new ArrayList<>(trained), null);
    }

    static Answer failed(RuntimeException failure) {
        return new Answer(null, failure);
    }
}
