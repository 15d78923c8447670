package dev.tombola.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.kernel.Backends;
import dev.tombola.kernel.EmulatedDevice;
import dev.tombola.lottery.FolderBytes;
import dev.tombola.lottery.LocalEngine;
import dev.tombola.lottery.Machine;
import dev.tombola.lottery.Options;
import dev.tombola.lottery.Tickets;
import dev.tombola.nn.CostModel;
import dev.tombola.nn.FormChoice;
import dev.tombola.results.Dump;
import dev.tombola.results.Index;
import dev.tombola.results.ResultsFolder;
import dev.tombola.train.IdleCores;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Trainings of several recipes side by side on a device, which a processor stands in for, come to what they come to
/// one by one: rates of learning and of pruning, and controls differ within a group.
class SideBySideSweepTest {
    @TempDir
    private Path temp;

    /// Of the second grid only some agree in what a group must agree in.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "adam | train.optimizer.lr: [0.001, 0.01], prune.rates.fc: [0.2, 0.7] | 2",
                "sgd | train.optimizer.lr: [0.01], train.optimizer.weight_decay: [0, 0.01], prune.rewind: [0, 2] | 8"
            })
    void recipesShareGroupsAndKeepTheirBits(String optimizer, String grid, int kinds) {
        Sweep sweep = SweepFile.of(
                        temp,
                        "base: demo",
                        "set: {train.iterations: 4, train.evaluate_every: 3, run.trials: 1, run.levels: 1, run.draws: 1,",
                        "      run.controls: [ticket, reinit], data.train: 300, data.test: 100, data.validation: 100,",
                        "      train.optimizer.name: %s}".formatted(optimizer),
                        "grid: {" + grid + "}")
                .read();
        Path together = temp.resolve("together");
        Path apart = temp.resolve("apart");
        Backends.Choice cpu = Backends.open("cpu", Backends.BEST);
        Backends.Choice device = new Backends.Choice(cpu.kernels(), new EmulatedDevice(), "Backend cuda, emulated.");
        SweepRun.Outcome outcome = run(sweep, together, device, kinds);
        assertThat(outcome.failures()).isEmpty();
        assertThat(run(sweep, apart, cpu, kinds)).isEqualTo(outcome);
        assertThat(FolderBytes.of(together)).isEqualTo(FolderBytes.of(apart));
        assertThat(Dump.rows(
                        together.resolve("results.db"),
                        "SELECT run, trial, control, draw, level, test_accuracy_end FROM levels"))
                .isEqualTo(Dump.rows(
                        apart.resolve("results.db"),
                        "SELECT run, trial, control, draw, level, test_accuracy_end FROM levels"))
                .hasSize(4 * (1 + 2));
    }

    private static SweepRun.Outcome run(Sweep sweep, Path out, Backends.Choice choice, int kinds) {
        Options options = Options.defaults();
        IdleCores idle = new IdleCores();
        SweepPlan plan = SweepPlan.of(
                sweep, out, null, FormChoice.AUTO, Tickets.ALL, batch -> CostModel.constant(0.5, "a test"));
        assertThat(plan.trainings().stream().map(training -> training.kind()).distinct())
                .hasSize(kinds);
        try (LocalEngine engine = new LocalEngine(options, choice, idle, _ -> {});
                Index index = Index.open(new ResultsFolder(out))) {
            Site site = new Site(
                    engine,
                    engine.workers(),
                    Long.MAX_VALUE,
                    idle,
                    () -> new Machine(choice, options),
                    choice.reason());
            return new SweepRun(sweep, plan, site, index, SweepListener.SILENT).run();
        }
    }
}
