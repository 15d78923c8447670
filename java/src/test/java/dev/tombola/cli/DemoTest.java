package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.lottery.LevelRow;
import dev.tombola.report.LevelsCsv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The first thing that a newcomer sees, whole.
class DemoTest {
    @Test
    void winningTicketsAreFoundAndRedrawnOnesAreWorse(@TempDir Path temp) throws IOException {
        Cli demo = Cli.run("run", "demo", "--out", temp.toString()).expectDone();
        assertThat(demo.out())
                .contains("level", "% left", "ticket %", "reinit %", "early stop", "µs/step", "report.html");
        assertThat(demo.err()).contains("synthetic");
        assertThat(Files.readString(temp.resolve("report.html"))).contains("synthetic");
        for (String figure :
                List.of("accuracy", "accuracy-end", "train-accuracy", "train-accuracy-end", "early-stop", "curves")) {
            assertThat(temp.resolve("figures/" + figure + ".svg")).isNotEmptyFile();
            assertThat(temp.resolve("figures/" + figure + ".png")).isNotEmptyFile();
        }
        List<LevelRow> rows = LevelsCsv.read(temp.resolve("levels.csv"));
        int last = rows.stream().mapToInt(LevelRow::level).max().orElseThrow();
        assertThat(mean(rows, "ticket", last) - mean(rows, "reinit", last)).isGreaterThanOrEqualTo(0.03);
    }

    private static double mean(List<LevelRow> rows, String control, int level) {
        return rows.stream()
                .filter(row -> row.level() == level && row.control().equals(control))
                .mapToDouble(LevelRow::testAccuracyEarlyStop)
                .average()
                .orElseThrow();
    }
}
