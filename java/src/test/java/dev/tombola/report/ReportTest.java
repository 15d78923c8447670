package dev.tombola.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import dev.tombola.data.Digits;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.SAXException;

class ReportTest {
    private static final String REMEDY = "move it elsewhere, and the command that made the folder writes it again.";
    private static final List<String> TWO = List.of("ticket", "reinit");
    private static final List<String> NAMES = List.of(
            "accuracy",
            "accuracy-end",
            "curves",
            "early-stop",
            "speed",
            "train-accuracy",
            "train-accuracy-end",
            "validation-loss");

    @TempDir
    private Path folder;

    @Test
    void writesPageAndFiguresAndNothingElse() throws IOException, ParserConfigurationException, SAXException {
        Path page = Report.write(SampleRun.of("mnist", 1000, 2, 5, TWO).write(folder));
        assertThat(page).isEqualTo(folder.resolve("report.html")).isRegularFile();
        assertThat(names(folder))
                .containsExactly("curves.csv", "figures", "levels.csv", "machine.json", "recipe.yaml", "report.html");
        assertThat(names(folder.resolve("figures")))
                .containsExactlyElementsOf(NAMES.stream()
                        .flatMap(name -> Stream.of(name + ".png", name + ".svg"))
                        .sorted()
                        .toList());
        for (String name : NAMES) {
            Path figure = folder.resolve("figures").resolve(name);
            BufferedImage image = ImageIO.read(Path.of(figure + ".png").toFile());
            assertThat(image.getWidth()).isEqualTo(1800);
            assertThat(image.getHeight()).isEqualTo(1120);
            byte[] svg = Files.readAllBytes(Path.of(figure + ".svg"));
            assertThat(DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(new ByteArrayInputStream(svg))
                            .getDocumentElement()
                            .getTagName())
                    .isEqualTo("svg");
        }
    }

    @Test
    void pictureAndPageDependOnTheFilesAlone() throws IOException {
        SampleRun run = SampleRun.of("mnist", 1000, 2, 5, TWO);
        Map<String, byte[]> first = bytes(run.write(folder.resolve("a")));
        Map<String, byte[]> second = bytes(run.write(folder.resolve("b")));
        assertThat(first.keySet()).isEqualTo(second.keySet()).hasSize(1 + 2 * NAMES.size());
        first.forEach((name, bytes) -> assertThat(second.get(name)).as(name).isEqualTo(bytes));
    }

    @Test
    void thePageNeedsNothingElse() throws IOException {
        String page = page(SampleRun.of("mnist", 1000, 2, 5, TWO));
        assertThat(page).doesNotContain("<script").doesNotContain("<link").doesNotContain(" src=");
        assertThat(page.replace("http://www.w3.org/2000/svg", ""))
                .doesNotContain("http:")
                .doesNotContain("https:");
        assertThat(page.split("<svg ", -1)).hasSize(1 + NAMES.size());
        assertThat(page)
                .contains("arXiv:1803.03635")
                .contains("accuracies and early stop are its figures 4 and 12")
                .contains("<dt>training accuracy</dt>\n<dd>Over all images that are trained on")
                .contains("LeNet-300-100 on MNIST")
                .contains("1,000 iterations");
    }

    @Test
    void whatComesFromFilesIsEscaped() throws IOException {
        String page = page(SampleRun.of("'<img> & \"co\"'", 300, 1, 1, TWO));
        assertThat(page)
                .contains("Some &lt;CPU&gt; &amp; more")
                .doesNotContain("<CPU>")
                .doesNotContain("<img>")
                .contains("&lt;img&gt; &amp; &quot;co&quot;");
    }

    @Test
    void syntheticDigitsAreCalledSynthetic() throws IOException {
        String page = page(SampleRun.of(Digits.NAME, 600, 1, 2, TWO));
        assertThat(page)
                .contains("The data are synthetic")
                .contains("<h1>Lottery tickets: LeNet-300-100 on synthetic digits</h1>");
        assertThat(page).doesNotContain("on " + Digits.NAME).doesNotContain(">" + Digits.NAME + "<");
        assertThat(Files.readString(folder.resolve("figures/curves.svg"))).contains("synthetic digits");
        assertThat(page(SampleRun.of("mnist", 600, 1, 2, TWO))).doesNotContain("ynthetic");
    }

    @Test
    void divergedTrainingsAreCounted() throws IOException {
        String page = page(SampleRun.of("mnist", 300, 2, 2, TWO)
                .with(row -> row.level() == 2 && row.control().equals("ticket") ? SampleRun.diverged(row) : row));
        assertThat(page)
                .contains("2 of 18 trainings diverged (a loss or accuracy that is not finite) and are left out of")
                .doesNotContain("NaN");
        assertThat(page(SampleRun.of("mnist", 300, 1, 2, TWO)
                        .with(row ->
                                row.level() == 2 && row.control().equals("ticket") ? SampleRun.diverged(row) : row)))
                .contains("<span>9 trainings, 1 diverged</span>")
                .contains("1 of 9 trainings diverged (a loss or accuracy that is not finite) and is left out of")
                .contains("or some diverged, it says how many.");
        assertThat(page(SampleRun.of("mnist", 300, 2, 2, TWO))).doesNotContain("diverged");
    }

    @Test
    void trainingsThatAreMissingAreCounted() throws IOException {
        SampleRun whole = SampleRun.of("mnist", 300, 3, 2, TWO);
        assertThat(page(whole))
                .contains("<dt>Found here</dt><dd>3 trials <span>27 trainings</span>")
                .doesNotContain(" of 3 trials")
                .doesNotContain("0 of 9 trainings")
                .doesNotContain("it says how many");
        String page = page(whole.with(row -> row.level() == 2 && row.trial() > 0
                ? row.draw() == 2 ? SampleRun.diverged(row) : row.trial() == 1 ? null : row
                : row));
        assertThat(page)
                .contains("<dt>Found here</dt><dd>3 trials <span>24 of 27 trainings, 2 diverged</span>")
                .contains("<small>2 of 3 trials</small>")
                .contains("<small>5 of 9 trainings</small>")
                .contains(" · 2 to 3 of 3 trials · ")
                .contains(", 5 of 9 trainings</title>")
                .contains("it says how many");
        assertThat(page(whole.with(row -> row.trial() == 2 ? null : row)))
                .contains("<dt>Found here</dt><dd>2 of 3 trials <span>18 of 27 trainings</span>")
                .contains(" · 2 of 3 trials · ");
        assertThat(page(whole.with(row -> row.level() == 2 && row.draw() == 2 ? null : row)))
                .contains("<small>6 of 9 trainings</small>")
                .contains(" · 3 trials, not all redraws · ");
    }

    @Test
    void earlyStopsAtTheVeryEndAreLowerBounds() throws IOException {
        SampleRun run = SampleRun.of("mnist", 1000, 2, 2, TWO).with(row -> SampleRun.stop(row, 300));
        assertThat(page(run)).doesNotContain("very end").doesNotContain("≥");
        assertThat(page(run.with(row -> row.level() == 1 && row.trial() == 0 ? SampleRun.stop(row, 1000) : row)))
                .contains("In 4 of 18 trainings validation loss was lowest at the very end: their early stop is a lower"
                        + " bound; train longer.")
                .contains("<td>≥ 650<small>300–1,000</small>")
                .contains("<td>300</td>");
        assertThat(page(run.with(row -> row.level() == 0 && row.trial() == 0 ? SampleRun.stop(row, 1000) : row)))
                .contains("In 1 of 18 trainings validation loss was lowest at the very end: its early stop is a lower");
    }

    @Test
    void aStepIsTheMedianOfTheTicketsTrials() throws IOException {
        assertThat(page(SampleRun.of("mnist", 300, 3, 1, TWO)
                        .with(row -> SampleRun.ran(
                                row, row.control().equals("ticket") && row.trial() == 2 ? 500 : 80, "ddd"))))
                .contains("<td>80.0</td></tr>")
                .doesNotContain("<td>220</td></tr>");
    }

    @Test
    void anEmptyRunHasAPage() throws IOException {
        String page = page(new SampleRun("mnist", 300, List.of(), List.of()));
        assertThat(page).contains("No training has finished yet.").doesNotContain("<figure");
    }

    @Test
    void whatIsNoRunFolderIsNamed() throws IOException {
        assertThatThrownBy(() -> Report.write(folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(folder + " has no recipe.yaml, levels.csv, curves.csv");
        SampleRun.of("mnist", 300, 1, 0, TWO).write(folder);
        Files.delete(folder.resolve("levels.csv"));
        assertThatThrownBy(() -> Report.write(folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("has no levels.csv:");
        assertThatThrownBy(() -> Report.write(folder.resolve("nowhere")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("nowhere is no folder");
    }

    @Test
    void brokenFilesAreNamed() throws IOException {
        SampleRun run = SampleRun.of("mnist", 300, 1, 0, TWO);
        Path levels = run.write(folder).resolve("levels.csv");
        Files.writeString(levels, Files.readString(levels).replaceFirst("trial", "Trial"));
        assertThatThrownBy(() -> Report.write(folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("levels.csv line 1 is 'Trial,")
                .hasMessageEndingWith(REMEDY);
        Path curves = run.write(folder).resolve("curves.csv");
        Files.writeString(curves, Files.readString(curves) + "0,ticket\n");
        assertThatThrownBy(() -> Report.write(folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("curves.csv line 5 has 2 fields where 9 are expected")
                .hasMessageEndingWith(REMEDY);
        Files.write(run.write(folder).resolve("curves.csv"), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThatThrownBy(() -> Report.write(folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("curves.csv is not text")
                .hasMessageEndingWith(REMEDY);
        Files.writeString(run.write(folder).resolve("machine.json"), "{\n  \"cpu\": nonsense\n}");
        assertThatThrownBy(() -> Report.write(folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("machine.json line 2 cannot be read");
        Files.writeString(run.write(folder).resolve("machine.json"), "{\n");
        assertThatThrownBy(() -> Report.write(folder))
                .isInstanceOf(UserError.class)
                .hasMessageEndingWith("cannot be read: Unexpected end-of-input: expected close marker for Object.");
        Files.write(run.write(folder).resolve("machine.json"), new byte[] {(byte) 0xff});
        assertThatThrownBy(() -> Report.write(folder))
                .isInstanceOf(UserError.class)
                .hasMessageEndingWith("machine.json is not text in UTF-8.");
        Files.write(run.write(folder).resolve("recipe.yaml"), new byte[] {(byte) 0xff});
        assertThatThrownBy(() -> Report.write(folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("recipe.yaml is not UTF-8")
                .hasMessageEndingWith(REMEDY);
        run.recipe("draws: 3", "draws: many").write(folder);
        assertThatThrownBy(() -> Report.write(folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("recipe.yaml: run.draws is many; it must be a whole number, 1 or more.")
                .hasMessageEndingWith(REMEDY);
        run.recipe("evaluate_every: 100", "evaluate_every: 0").write(folder);
        assertThatThrownBy(() -> Report.write(folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("recipe.yaml: train.evaluate_every is 0; it must be a whole number, 1 or more.");
        run.recipe("fc: 0.2", "fc: 1e-999999999").write(folder);
        assertThatThrownBy(() -> Report.write(folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("prune.rates.fc is 1E-999999999; it must be a number from 0 to below 1.");
        assertThat(folder.resolve("figures"))
                .as("what is refused draws nothing")
                .doesNotExist();
        Files.writeString(run.write(folder).resolve("recipe.yaml"), "just a word");
        assertThatThrownBy(() -> Report.write(folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("recipe.yaml should hold names and values");
        Files.writeString(folder.resolve("recipe.yaml"), "network: demo\ntrain: [\n");
        assertThatThrownBy(() -> Report.write(folder))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("In " + folder.resolve("recipe.yaml") + ", line 3 could not be read as YAML: ")
                .hasMessageEndingWith(REMEDY);
    }

    /// Recipes are written without exponents, and read with them.
    @Test
    void aRateOfLessThanAMillionthIsARate() throws IOException {
        SampleRun.of("mnist", 300, 1, 0, TWO)
                .recipe("rates: {conv: 0.1, fc: 0.2,", "rates: {conv: 0.0000000, fc: 0.00000012,")
                .write(folder);
        assertThat(Files.readString(Report.write(folder), StandardCharsets.UTF_8))
                .contains("0.000012 % of fc, 10 % of output a level");
    }

    @Test
    void anotherGpuThanBeforeIsTold() throws IOException {
        Files.writeString(
                SampleRun.of("mnist", 300, 1, 0, TWO).write(folder).resolve("machine.json"),
                "{\"gpu\": \"one\", \"gpu_warning\": \"The other was another.\"}");
        assertThat(Files.readString(Report.write(folder), StandardCharsets.UTF_8))
                .contains("<p class=\"notice\">The other was another.", "<th>gpu</th>", "<th>gpu warning</th>");
    }

    @Test
    void dataThatAreNotTheOriginalAreTold() throws IOException {
        Files.writeString(
                SampleRun.of("mnist", 300, 1, 0, TWO).write(folder).resolve("machine.json"),
                "{\"data_warning\": \"The data are others.\"}");
        assertThat(Files.readString(Report.write(folder), StandardCharsets.UTF_8))
                .contains("<p class=\"notice\">The data are others.");
    }

    @Test
    void aMissingMachineFileIsNoHindrance() throws IOException {
        Files.delete(SampleRun.of("mnist", 300, 1, 0, TWO).write(folder).resolve("machine.json"));
        assertThat(Files.readString(Report.write(folder), StandardCharsets.UTF_8))
                .doesNotContain("<h2>Machine");
    }

    private String page(SampleRun run) throws IOException {
        return Files.readString(Report.write(run.write(folder)), StandardCharsets.UTF_8);
    }

    private static Map<String, byte[]> bytes(Path run) throws IOException {
        Path page = Report.write(run);
        Map<String, byte[]> found = new TreeMap<>();
        found.put("report.html", Files.readAllBytes(page));
        for (String name : names(run.resolve("figures"))) {
            found.put(name, Files.readAllBytes(run.resolve("figures").resolve(name)));
        }
        return found;
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
