package dev.tombola.lottery;

import dev.tombola.train.IdleCores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Run folders as a lottery leaves them, of trainings that take no time.
public final class FakeRun {
    private FakeRun() {}

    /// A small recipe with seven trainings, and with these settings.
    public static Recipe recipe(String... settings) {
        List<String> all = new ArrayList<>(List.of("train.iterations=40", "train.evaluate_every=10", "run.trials=1"));
        all.addAll(List.of("run.levels=3", "run.draws=1"));
        all.addAll(List.of(settings));
        return Recipe.open("demo", all);
    }

    /// Runs a recipe whose trainings of level 3 diverge, at once.
    public static void write(Path folder, Recipe recipe) {
        try (RunFolder run = RunFolder.open(folder, recipe)) {
            run.writeMachine("""
                    {"version": "1", "backend": "cuda", "gpu": "H", "cores": 2, "started": "2026-01-01T00:00:00Z",
                     "data_warning": "data", "gpu_warning": "other"}
                    """);
            long last = recipe.ladder().weights(3);
            FakeEngine engine = new FakeEngine((_, task) -> task.masks().survivors() == last);
            Lottery.run(recipe, run, engine, 2, new IdleCores(), LotteryListener.SILENT, System::nanoTime);
        }
    }
}
