package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.train.IdleCores;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupMemoryTest {
    private static final Recipe RECIPE = Recipe.open(
            "demo", List.of("train.iterations=20", "train.evaluate_every=10", "run.trials=4", "run.levels=0"));

    @TempDir
    Path temp;

    @Test
    void noMoreAreHandedOverThanJavaCanKeep() {
        FakeGroups engine = new FakeGroups();
        try (RunFolder folder = RunFolder.open(temp.resolve("run"), RECIPE)) {
            OpenRun run = new OpenRun(folder, RECIPE, Job.all(RECIPE.run()), Tickets.ALL, System::nanoTime);
            long three = 3 * JavaMemory.of(RECIPE, Long.MAX_VALUE);
            LotteryListener listener = new LotteryListener() {};
            assertThat(new LotteryRun(run, engine, new IdleCores(), three, listener).run(1))
                    .isFalse();
        }
        assertThat(engine.sizes()).containsExactly(3, 1);
    }
}
