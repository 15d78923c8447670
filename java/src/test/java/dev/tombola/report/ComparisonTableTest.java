package dev.tombola.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.lottery.LevelRow;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class ComparisonTableTest {
    private static final String END = "train.iterations";
    private static final List<LevelRow> ROWS = List.of(
            row(0, 0, 0.90, 0.95, 1000),
            row(1, 0, 0.92, 0.97, 2000),
            row(0, 1, 0.93, 0.91, 500),
            row(1, 1, 0.95, 0.93, 500),
            SampleRun.diverged(row(0, 2, 0.9, 0.9, 500)));

    /// The dense network has the better test accuracy, level 1 the better validation accuracy, level 2 none.
    @Test
    void accuraciesAreOfTheImagesAskedFor() {
        Map<String, String> recipe = Map.of("train.optimizer.lr", "0.1", END, "2000");
        Map<String, String> other = Map.of("train.optimizer.lr", "0.2", END, "2000");
        assertThat(table(Score.TEST, recipe, other))
                .contains("<td>96.00<small>95.00–97.00</small></td><td>≥ 1,500<small>1,000–2,000</small></td>"
                        + "<td>96.00<small>95.00–97.00</small></td><td>100<small>1,000 weights</small></td>"
                        + "<td>none</td><td>–</td><td>–</td></tr>")
                .contains("on test images;");
        assertThat(table(Score.VALIDATION, recipe, other))
                .contains("<td>91.00<small>90.00–92.00</small></td><td>≥ 1,500<small>1,000–2,000</small></td>"
                        + "<td>94.00<small>93.00–95.00</small></td><td>50.0<small>500 weights</small></td>")
                .contains("on validation images;");
    }

    @Test
    void sixSettingsBesidesTheNameAreShownAndTheOthersNamed() {
        Map<String, String> recipe = new LinkedHashMap<>();
        Map<String, String> other = new LinkedHashMap<>();
        for (String key : List.of("a", "b", "c", "d", "e", "f", "g", "h", "i")) {
            recipe.put(key, key + " here");
            other.put(key, key + " there");
        }
        assertThat(table(Score.TEST, recipe, other))
                .contains("<th colspan=\"6\">settings</th>", "<th>b</th>", "<th>g</th>", "<td>g here</td>")
                .doesNotContain("<th>a</th>", "<th>h</th>")
                .contains(" The runs differ in h and i as well.");
        recipe.remove("i");
        recipe.remove("h");
        assertThat(table(Score.TEST, recipe, other)).doesNotContain("as well");
    }

    private static String table(Score score, Map<String, String> recipe, Map<String, String> other) {
        SequencedMap<Path, RunFiles> runs = new LinkedHashMap<>();
        runs.put(Path.of("one"), run(recipe));
        runs.put(Path.of("two"), run(other));
        Differences differences = new Differences(List.copyOf(runs.values()));
        HtmlPage page = new HtmlPage("a test", "a test");
        new ComparisonTable(score, Compared.of(runs, differences), differences).to(page);
        return page.end();
    }

    private static RunFiles run(Map<String, String> recipe) {
        return new RunFiles("", recipe, Map.of(), new Levels(ROWS), List.of());
    }

    private static LevelRow row(int trial, int level, double validation, double test, int stop) {
        int left = level == 0 ? 1000 : 500;
        return new LevelRow(
                trial,
                "ticket",
                0,
                level,
                left,
                1000,
                left / 10.0,
                stop,
                0.1,
                validation,
                test,
                1,
                test,
                1,
                1,
                1,
                1,
                "ddd");
    }
}
