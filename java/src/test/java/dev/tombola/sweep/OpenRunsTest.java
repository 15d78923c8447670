package dev.tombola.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.lottery.FakeEngine;
import dev.tombola.lottery.Recipe;
import dev.tombola.lottery.Tickets;
import dev.tombola.train.Trained;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How long a sweep's folders are open and their images held: as long as they are needed, and not all at once. Level 0
/// of all recipes comes first, so all would be open at once.
@Timeout(120)
class OpenRunsTest extends SweepRuns {
    private static final String[] NINETY = {
        "base: demo",
        "set: {train.iterations: 20, train.evaluate_every: 10, run.trials: 1, run.levels: 1, run.controls: [ticket]}",
        "grid: {run.seed: 1..90}"
    };

    /// Counts whose images are held.
    private static class Holding extends FakeEngine {
        final Set<String> held = ConcurrentHashMap.newKeySet();
        private final AtomicInteger most = new AtomicInteger();
        private final AtomicInteger asked = new AtomicInteger();

        @Override
        public Optional<String> hold(Recipe recipe) {
            asked.incrementAndGet();
            assertThat(held.add(recipe.hash())).isTrue();
            most.accumulateAndGet(held.size(), Math::max);
            return Optional.empty();
        }

        @Override
        public void release(Recipe recipe) {
            assertThat(held.remove(recipe.hash())).isTrue();
        }
    }

    @Test
    void onlyAFewAreOpenAtATime() {
        Holding engine = new Holding();
        assertThat(run(temp.resolve("runs"), Tickets.NONE, engine, 2, NINETY))
                .isEqualTo(new SweepRun.Outcome(180, List.of(), 0, false));
        assertThat(engine.most.get()).isBetween(OpenRuns.MOST, OpenRuns.MOST + 2);
        assertThat(engine.held).isEmpty();
    }

    /// The first training of all takes longer than level 0 of all others.
    @Test
    void oneInWhichATrainingGoesOnStaysOpen() {
        CountDownLatch others = new CountDownLatch(89);
        AtomicInteger calls = new AtomicInteger();
        Holding engine = new Holding() {
            @Override
            public Trained train(Part part) {
                if (calls.incrementAndGet() == 1) {
                    try {
                        assertThat(others.await(60, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    assertThat(held).contains(part.recipe().hash());
                }
                others.countDown();
                return super.train(part);
            }
        };
        assertThat(run(temp.resolve("runs"), Tickets.NONE, engine, 2, NINETY))
                .isEqualTo(new SweepRun.Outcome(180, List.of(), 0, false));
    }

    /// Nor is it opened again for its next training.
    @Test
    void whatIsRefusedIsNotHeld() throws IOException {
        Path out = temp.resolve("runs");
        PlannedRecipe first = plan(SweepFile.of(temp, TWO).read(), out, Tickets.LAST)
                .recipes()
                .getFirst();
        Files.createDirectories(out);
        Files.writeString(first.folder(), "a file");
        Holding engine = new Holding();
        SweepRun.Outcome outcome = run(out, Tickets.LAST, engine, 2, TWO);
        assertThat(outcome.failures())
                .isNotEmpty()
                .allMatch(failure -> failure.recipe().hash().equals(first.hash()));
        assertThat(engine.held).isEmpty();
        assertThat(engine.asked.get()).as("once for each recipe").isEqualTo(2);
    }
}
