package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.data.TestData;
import dev.tombola.lottery.LevelRow;
import dev.tombola.report.LevelsCsv;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The paper's network on the paper's data, for a fraction of its iterations.
class LenetRunTest {
    @Test
    void exactCountsAndTheAccuracyOfItsAge(@TempDir Path temp) {
        String iterations = Cli.FULL ? "5000" : "600";
        Cli.run(
                        "run",
                        "lenet-300-100",
                        "--data",
                        TestData.mnist().toString(),
                        "--out",
                        temp.toString(),
                        "--trials",
                        "1",
                        "--levels",
                        "3",
                        "--controls",
                        "ticket",
                        "--iterations",
                        iterations)
                .expectDone();
        List<LevelRow> rows = LevelsCsv.read(temp.resolve("levels.csv"));
        assertThat(rows).extracting(LevelRow::weightsLeft).containsExactly(266_200L, 213_060L, 170_538L, 136_511L);
        assertThat(rows.getFirst().testAccuracyEarlyStop()).isGreaterThanOrEqualTo(Cli.FULL ? 0.975 : 0.93);
    }
}
