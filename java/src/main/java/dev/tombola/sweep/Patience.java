package dev.tombola.sweep;

import dev.tombola.lottery.Settings;
import dev.tombola.train.Checkpoint;
import dev.tombola.train.Checkpoints;
import dev.tombola.train.Point;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/// Watches one training by a stop rule.
final class Patience {
    private final StopRule rule;
    private volatile Point end;

    Patience(StopRule rule) {
        this.rule = rule;
    }

    /// Tells of an evaluation, in order; the same one twice is one.
    void evaluated(Point point) {
        if (end == null && rule.stops(point.iteration(), point.valLoss())) {
            end = point;
        }
    }

    /// Whether the training is given up.
    boolean lost() {
        return end != null;
    }

    /// Why it is.
    String reason() {
        return String.format(
                Locale.ROOT,
                "given up at iteration %,d: its validation loss was %s, above stop.val_loss %s",
                end.iteration(),
                end.valLoss(),
                Settings.text(BigDecimal.valueOf(rule.valLoss())));
    }

    /// The same checkpoints, but none of what is given up: tried again, it is given up at the same evaluation.
    Checkpoints around(Checkpoints checkpoints) {
        return new Checkpoints() {
            @Override
            public Optional<Checkpoint> latest() {
                return checkpoints.latest();
            }

            @Override
            public OptionalInt done() {
                return checkpoints.done();
            }

            @Override
            public boolean due(int done) {
                return !lost() && checkpoints.due(done);
            }

            @Override
            public boolean worth() {
                return !lost() && checkpoints.worth();
            }

            @Override
            public void keep(Checkpoint checkpoint) {
                if (!lost()) {
                    checkpoints.keep(checkpoint);
                }
            }
        };
    }
}
