package dev.tombola.sweep;

import dev.tombola.lottery.Engine;
import dev.tombola.lottery.FakeEngine;
import dev.tombola.lottery.Job;
import dev.tombola.lottery.LevelRow;
import dev.tombola.lottery.Machine;
import dev.tombola.lottery.Options;
import dev.tombola.lottery.Tickets;
import dev.tombola.nn.CostModel;
import dev.tombola.nn.FormChoice;
import dev.tombola.results.Dump;
import dev.tombola.results.Index;
import dev.tombola.results.ResultsFolder;
import dev.tombola.results.SweepRow;
import dev.tombola.train.IdleCores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

/// What tests of sweeps share: trainings that take no time, and what was heard of them.
abstract class SweepRuns {
    static final String[] TWO = {
        "base: demo",
        "set: {train.iterations: 40, train.evaluate_every: 10, run.trials: 2, run.levels: 2, run.draws: 1}",
        "grid: {train.optimizer.lr: [0.001, 0.002]}"
    };
    static final int TRAININGS = 2 * 2 * (1 + 2 * 2);

    @TempDir
    Path temp;

    /// What a listener heard, in order.
    final List<String> heard = Collections.synchronizedList(new ArrayList<>());

    SweepPlan plan(Sweep sweep, Path out, Tickets tickets) {
        return SweepPlan.of(sweep, out, temp, FormChoice.AUTO, tickets, batch -> CostModel.constant(0.5, "a test"));
    }

    SweepRun.Outcome run(Path out, Tickets tickets, Engine engine, int threads, String... lines) {
        return run(out, tickets, engine, threads, Integer.MAX_VALUE, lines);
    }

    /// @param most trainings that are finished before the sweep is stopped
    SweepRun.Outcome run(Path out, Tickets tickets, Engine engine, int threads, int most, String... lines) {
        Sweep sweep = SweepFile.of(temp, lines).read();
        return run(out, sweep, plan(sweep, out, tickets), engine, threads, most);
    }

    SweepRun.Outcome run(Path out, Sweep sweep, SweepPlan plan, Engine engine, int threads, int most) {
        return run(out, sweep, plan, engine, threads, Long.MAX_VALUE, most);
    }

    SweepRun.Outcome run(Path out, Sweep sweep, SweepPlan plan, Engine engine, int threads, long memory, int most) {
        AtomicInteger finished = new AtomicInteger();
        Site site = new Site(
                engine,
                threads,
                memory,
                new IdleCores(),
                () -> new Machine("fake, none", Optional.empty(), Options.defaults()),
                "A test.");
        try (Index index = Index.open(new ResultsFolder(out))) {
            return new SweepRun(sweep, plan, site, index, new SweepListener() {
                        @Override
                        public void finished(PlannedRecipe recipe, Job job, LevelRow row) {
                            finished.incrementAndGet();
                        }

                        @Override
                        public void progress(SweepRow.Progress progress) {
                            heard.add("progress " + progress.done() + " of " + progress.trainings());
                        }

                        @Override
                        public void failed(Failure failure) {
                            heard.add("failed " + failure.job() + ": " + failure.reason());
                        }

                        @Override
                        public void noted(String sentence) {
                            heard.add(sentence);
                        }

                        @Override
                        public boolean stopping() {
                            return finished.get() >= most;
                        }
                    })
                    .run();
        }
    }

    static Object value(Path out, String sql) {
        return Dump.value(out.resolve("results.db"), sql);
    }

    /// Trains nothing that is one of these calls, counted from 1.
    static Engine failing(Set<Integer> calls, RuntimeException reason) {
        AtomicInteger count = new AtomicInteger();
        return part -> {
            if (calls.contains(count.incrementAndGet())) {
                throw reason;
            }
            return new FakeEngine().train(part);
        };
    }
}
