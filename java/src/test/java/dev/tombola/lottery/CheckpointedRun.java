package dev.tombola.lottery;

import dev.tombola.nn.FormChoice;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// A process of its own that runs a small recipe with rewinding, by a clock that a checkpoint is due by every few
/// steps.
public final class CheckpointedRun {
    static final Recipe RECIPE = Recipe.preset(
            "demo",
            "train.iterations=1500",
            "prune.rewind=400",
            "run.trials=1",
            "run.levels=1",
            "run.draws=1",
            "data.train=1500",
            "data.test=300",
            "data.validation=300");

    private CheckpointedRun() {}

    /// @param arguments the run folder
    public static void main(String[] arguments) {
        AtomicLong clock = new AtomicLong();
        run(Path.of(arguments[0]), () -> clock.addAndGet(10_000_000_000L));
    }

    static void run(Path out, LongSupplier nanos) {
        Options options =
                Options.defaults().withOut(out).withForm(FormChoice.COMPRESSED).withThreads(2);
        Lottery.run(
                RECIPE,
                options,
                new LotteryListener() {
                    @Override
                    public void noted(String sentence) {
                        System.out.println(sentence);
                    }
                },
                nanos);
    }
}
