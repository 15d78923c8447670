package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.data.Digits;
import dev.tombola.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the program keeps is the same to the byte whatever language the JVM that it is called in speaks: Arabic, here,
/// with digits of its own.
class LanguageTest {
    private static final Locale ARABIC = Locale.of("ar", "EG");

    @TempDir
    Path temp;

    private static <T> T speaking(Locale language, Supplier<T> task) {
        Locale before = Locale.getDefault(Locale.Category.FORMAT);
        Locale.setDefault(Locale.Category.FORMAT, language);
        try {
            return task.get();
        } finally {
            Locale.setDefault(Locale.Category.FORMAT, before);
        }
    }

    @Test
    void itsDigitsAreOthers() {
        assertThat(speaking(ARABIC, () -> String.valueOf(1) + "%d".formatted(1)))
                .isEqualTo("1١");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "network: demo",
                "network: {name: mine, input: 1x14x14, layers: [linear 20, relu, linear 12, relu, output 10]}"
            })
    void aRunIsTheSame(String network) throws IOException {
        String yaml = network + """

                data: {name: synthetic-digits, train: 400, test: 100, validation: 100}
                train: {iterations: 20, batch: 20, evaluate_every: 10, optimizer: {name: adam, lr: 0.002}}
                prune: {rates: {fc: 0.3, output: 0.2}}
                run: {seed: 1, trials: 2, levels: 2, controls: [ticket, reinit], draws: 1}
                """;
        Path expected = speaking(Locale.ROOT, () -> run(yaml, "root"));
        Path found = speaking(ARABIC, () -> run(yaml, "arabic"));
        assertThat(FolderBytes.of(found))
                .isEqualTo(FolderBytes.of(expected))
                .containsKeys("recipe.yaml", "trial-01/level-02/reinit-1.safetensors");
        assertThat(Files.readString(found.resolve("recipe.yaml")))
                .isEqualTo(Recipe.parse(yaml).toYaml());
        assertThat(Ticket.open(found.resolve("trial-00/level-01/ticket.safetensors"))
                        .provenance()
                        .recipe())
                .isEqualTo(Recipe.parse(yaml).hash());

        speaking(Locale.ROOT, () -> Report.write(expected));
        SortedMap<String, Integer> pages = FolderBytes.of(expected);
        speaking(ARABIC, () -> Report.write(expected));
        assertThat(FolderBytes.of(expected)).isEqualTo(pages).containsKey("report.html");
    }

    private Path run(String yaml, String name) {
        Options options = Options.defaults().withOut(temp.resolve(name)).withThreads(2);
        return Lottery.run(Recipe.parse(yaml), options, LotteryListener.SILENT).folder();
    }

    @Test
    void ownDataAreTheSame() {
        Recipe recipe = Recipe.preset(
                "demo",
                "data.name=cifar-records",
                "data.train_files=a.bin",
                "data.test_files=t.bin",
                "data.validation=10",
                "data.shape=1x14x14");
        for (Supplier<String> text : List.<Supplier<String>>of(
                recipe::toYaml, () -> Digits.draw(1, 20, 10, Digits.Style.DEMO).content())) {
            assertThat(speaking(ARABIC, text)).isEqualTo(speaking(Locale.ROOT, text));
        }
    }
}
