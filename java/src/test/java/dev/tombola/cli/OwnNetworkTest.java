package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.lottery.Ticket;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A recipe that lists the layers of a network of its own, from the file to the ticket that answers.
class OwnNetworkTest {
    private static final String LAYERS = "[conv 5 bias=false, batch_norm, relu, residual 6 stride=2, relu, max_pool 2, "
            + "dropout 0.25, linear 12, relu, output 10]";

    @TempDir
    Path temp;

    private Path recipe(String layers, String input) throws IOException {
        return Files.writeString(temp.resolve("recipe.yaml"), """
                network:
                  name: mine
                  input: %s
                  layers: %s
                data: {name: synthetic-digits, train: 500, test: 200, validation: 100}
                train:
                  iterations: 60
                  batch: 20
                  evaluate_every: 30
                  optimizer: {name: sgd, lr: 0.05, momentum: 0.9, weight_decay: 0.0001}
                  schedule: {warmup: 10, drops: [40]}
                prune: {scope: global, rates: {conv: 0.3, fc: 0.3, output: 0}}
                run: {seed: 3, trials: 1, levels: 2, draws: 1}
                """.formatted(input, layers));
    }

    /// It is run where there is a GPU, and must not be found wrong there.
    @Test
    void theRecipeThatBackendsAreComparedWithRuns() {
        Cli.run(
                        "run",
                        "../bench/gpu/images.yaml",
                        "--out",
                        temp.resolve("images").toString(),
                        "--iterations",
                        "2")
                .expectDone();
    }

    @Test
    void itRunsOnAllKernelsToTheSameBytes() throws IOException {
        Path file = recipe(LAYERS, "1x14x14");
        Path first = temp.resolve("first");
        Path second = temp.resolve("second");
        Cli.run("run", file.toString(), "--out", first.toString(), "--form", "dense")
                .expectDone();
        Cli.run("run", file.toString(), "--out", second.toString(), "--backend", "reference", "--form", "compressed")
                .expectDone();
        List<Path> tickets;
        try (Stream<Path> files = Files.walk(first)) {
            tickets = files.filter(path -> path.toString().endsWith(".safetensors"))
                    .sorted()
                    .toList();
        }
        assertThat(tickets).hasSize(1 + 2 * 2);
        for (Path ticket : tickets) {
            assertThat(second.resolve(first.relativize(ticket))).hasSameBinaryContentAs(ticket);
        }
        assertThat(first.resolve("recipe.yaml")).content().contains("name: \"mine\"", "conv 5 bias=false, batch_norm");
        Ticket ticket = Ticket.open(tickets.getLast());
        assertThat(ticket.network().name()).isEqualTo("mine");
        assertThat(ticket.layers()).hasSize(6);
        byte[] image = new byte[14 * 14];
        IntStream.range(0, image.length).forEach(k -> image[k] = (byte) (k * 7));
        assertThat(ticket.predict(image)).isBetween(0, 9);
        Path picture = temp.resolve("masks.png");
        Cli shown = Cli.run("show", tickets.getLast().toString(), "--png", picture.toString())
                .expectDone();
        for (Ticket.LayerCount layer : ticket.layers()) {
            assertThat(shown.out())
                    .containsPattern("%s +[0-9×]+ +%,d +%,d +%.2f\n"
                            .formatted(layer.name(), layer.survivors(), layer.total(), layer.percentLeft()));
        }
        assertThat(shown.out())
                .startsWith("%s: trial 0, level 2, ".formatted(tickets.getLast()))
                .contains(ticket.provenance().facts().values())
                .endsWith("Picture of the masks: " + picture + "\n");
        assertThat(linesOfText(ImageIO.read(picture.toFile())))
                .as("two of the caption and one above each layer")
                .isEqualTo(2 + ticket.layers().size());
    }

    /// Rows of pixels with ink in them count as one line where they lie together.
    private static int linesOfText(BufferedImage picture) {
        int lines = 0;
        boolean within = false;
        for (int y = 0; y < picture.getHeight(); y++) {
            int row = y;
            boolean ink = IntStream.range(0, picture.getWidth()).anyMatch(x -> picture.getRGB(x, row) == 0xFF1F2328);
            lines += ink && !within ? 1 : 0;
            within = ink;
        }
        return lines;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[conv 5, max_pool 20, output 10]        | 1x14x14 | layer 2, max_pool 20: max_pool 20 is too large",
                "[conv 5, relu]                          | 1x14x14 | layer 2 is relu, but the last layer",
                "[conv 5, output 7]                      | 1x14x14 | 7 classes",
                "[conv 5, output 10]                     | 3x14x14 | 3x14x14",
                "[]                                      | 1x14x14 | network.layers is empty",
                "[conv 65536 kernel=1, output 10]        | 1x65536x65536 | network.input is 1x65536x65536: an image has",
                "[conv 65536 kernel=1, output 10]        | 1x999x999 | layer 1, conv 65536 kernel=1: it has 65536×999",
                "[linear 65536, linear 65536, output 10] | 1x14x14 | layer 2, linear 65536: with it the network has 4,",
                "[conv 9 kernel=15 padding=7, linear 65536, conv 65536 kernel=15, output 10] | 1x14x14 | layer 3, conv",
                "[{conv: 5}, output 10]                  | 1x14x14 | network.layers has the item {",
            })
    void whatDoesNotFitIsOneLine(String layers, String input, String message) throws IOException {
        Cli.run(
                        "run",
                        recipe(layers, input).toString(),
                        "--out",
                        temp.resolve("out").toString())
                .expectMistake(message);
    }

    @Test
    void aNameThatIsTakenIsRefused() throws IOException {
        Path file = recipe(LAYERS, "1x14x14");
        Cli.run("run", file.toString(), "--set", "network.name=conv-2").expectMistake("network.name is conv-2");
        Cli.run("run", file.toString(), "--set", "network=conv-2").expectMistake("network.layers lists other layers");
    }
}
