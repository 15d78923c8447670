package dev.tombola.train;

import dev.tombola.kernel.Group;
import dev.tombola.kernel.Mirror;
import dev.tombola.tensor.Score;
import java.util.List;
import java.util.stream.IntStream;

/// The totals that all trainings of a group keep of one kind, as they were last read.
final class ReplicaScores {
    private final Mirror mirror;
    private final List<Score> scores;

    /// @param first the first training's
    ReplicaScores(Group group, int replicas, Score first) {
        this.mirror = group.mirror(first.descriptor());
        this.scores = IntStream.range(0, replicas)
                .mapToObj(r -> new Score(mirror.of(r)))
                .toList();
    }

    Score of(int replica) {
        return scores.get(replica);
    }

    /// Makes all of them 0 here; [#write] tells the device.
    void clear() {
        scores.forEach(Score::clear);
    }

    void write() {
        mirror.write();
    }

    void read() {
        mirror.read();
    }
}
