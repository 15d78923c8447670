package dev.tombola.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.tombola.base.UserError;
import dev.tombola.lottery.Lottery;
import dev.tombola.lottery.LotteryListener;
import dev.tombola.lottery.Options;
import dev.tombola.lottery.Recipe;
import dev.tombola.lottery.Ticket;
import dev.tombola.nn.Networks;
import dev.tombola.nn.Weighted;
import dev.tombola.tensor.Mask;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The anatomy of a real, short run with a convolution.
class AnatomyTest {
    private static final List<String> FIGURES = List.of(
            AnatomyFigures.DISTANCE,
            AnatomyFigures.GROWTH,
            AnatomyFigures.INCOMING,
            AnatomyFigures.INITIAL,
            AnatomyFigures.OUTGOING);

    @TempDir
    static Path temp;

    private static Path run;

    @BeforeAll
    static void train() {
        Recipe recipe = Recipe.parse("""
                network: {name: mine, input: 1x14x14, layers: [conv 4, relu, max_pool 2, linear 12, relu, output 10]}
                data: {name: synthetic-digits, train: 300, test: 50, validation: 50}
                train: {iterations: 40, batch: 20, evaluate_every: 20, optimizer: {name: adam, lr: 0.005}}
                prune: {rates: {conv: 0.2, fc: 0.4, output: 0.2}}
                run: {seed: 3, trials: 2, levels: 7, controls: [reinit], draws: 1}
                """);
        run = temp.resolve("run");
        Lottery.run(recipe, Options.defaults().withOut(run), LotteryListener.SILENT);
    }

    @Test
    void pageAndFiguresAreWrittenAndTheSameEveryTime() throws Exception {
        Path copy = copy("twice");
        Map<String, byte[]> before = files(copy);
        Anatomy.Written written = Anatomy.write(copy, List.of(), List.of());
        assertThat(written.page()).isEqualTo(copy.resolve("anatomy.html"));
        assertThat(written.notes()).isEmpty();
        Map<String, byte[]> first = files(copy);
        Anatomy.write(copy, List.of(), List.of());
        assertThat(files(copy)).containsExactlyEntriesOf(first);
        first.keySet().removeAll(before.keySet());
        assertThat(first.keySet())
                .containsExactlyElementsOf(Stream.concat(
                                Stream.of("anatomy.html"),
                                FIGURES.stream()
                                        .flatMap(name ->
                                                Stream.of("figures/" + name + ".png", "figures/" + name + ".svg")))
                        .toList());
        for (String name : FIGURES) {
            byte[] svg = first.get("figures/" + name + ".svg");
            assertThat(DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(new ByteArrayInputStream(svg))
                            .getDocumentElement()
                            .getTagName())
                    .isEqualTo("svg");
        }
        String page = Files.readString(written.page());
        assertThat(page).doesNotContain("<script").doesNotContain("<link").doesNotContain(" src=");
        assertThat(page).doesNotContain("NaN").doesNotContain("Infinity");
        assertThat(page.split("<svg ", -1)).hasSize(FIGURES.size() + 1);
        for (int figure : new int[] {15, 16, 19, 20, 21, 22, 23, 24}) {
            assertThat(page).containsPattern("paper&#39;s figure[^.]*\\b" + figure);
        }
        assertThat(page).contains("conv1, fc1, output.").contains("Of a convolution, whole channels");
    }

    @Test
    void whatIsPooledIsWhatTheTicketsHold() {
        for (Weighted layer : networkOf(Ticket.open(ticket(0, 0)))) {
            String weight = layer.weight().name();
            LayerAnatomy anatomy = Anatomy.read(specimens(List.of(1, 3), List.of()), layer);
            assertThat(anatomy.initial().total()).isEqualTo(2L * layer.weight().count());
            for (int level : new int[] {1, 3}) {
                long survivors = 0;
                long positive = 0;
                for (int trial = 0; trial < 2; trial++) {
                    Mask mask = Ticket.open(ticket(trial, level)).masks().get(weight);
                    float[] initial = Ticket.open(ticket(trial, 0)).start().get(weight);
                    survivors += mask.survivors();
                    for (int i = 0; i < initial.length; i++) {
                        positive += mask.alive(i) && initial[i] >= 0 ? 1 : 0;
                    }
                }
                assertThat(anatomy.surviving().get(level).total()).isEqualTo(survivors);
                assertThat(anatomy.surviving().get(level).notNegative()).isEqualTo((double) positive / survivors);
                for (Connections side : List.of(
                        anatomy.incoming().get(level), anatomy.outgoing().get(level))) {
                    assertThat(side.left() * 2 * layer.weight().count()).isCloseTo((double) survivors, within(1e-6));
                }
            }
            assertThat(anatomy.surviving()).containsOnlyKeys(1, 3);
            long survivors = Stream.of(0, 1)
                    .mapToLong(trial ->
                            Ticket.open(ticket(trial, 3)).masks().get(weight).survivors())
                    .sum();
            assertThat(anatomy.moved().in().total()).isEqualTo(survivors);
            assertThat(anatomy.moved().in().total() + anatomy.moved().out().total())
                    .isEqualTo(2L * layer.weight().count());
        }
    }

    @Test
    void theTableIsOfTheTicketThatIsCompared() throws IOException {
        Specimens specimens = specimens(List.of(2, 5), List.of("conv1", "fc1"));
        Path copy = copy("table");
        String page = Files.readString(
                Anatomy.write(copy, List.of(2, 5), List.of("conv1", "fc1")).page());
        assertThat(page)
                .contains("<h2>The ticket of " + Text.percentLeft(specimens.percentLeft(2)) + " %, level 2</h2>");
        for (Weighted layer : specimens.layers()) {
            LayerAnatomy anatomy = Anatomy.read(specimens, layer);
            String row = page.substring(page.indexOf("<tr><td>" + layer.name()));
            List<String> cells =
                    List.of(row.substring(8, row.indexOf("</td></tr>")).split("</td><td>"));
            assertThat(cells.subList(1, 4))
                    .containsExactly(
                            Text.percentLeft(100 * anatomy.incoming().get(2).left()),
                            tenth(anatomy.initial().notNegative()),
                            tenth(anatomy.surviving().get(2).notNegative()));
            assertThat(Double.parseDouble(cells.get(4)))
                    .isCloseTo(anatomy.moved().in().quantile(0.5), withinPercentage(5));
            assertThat(Double.parseDouble(cells.get(5)))
                    .isCloseTo(anatomy.moved().out().quantile(0.5), withinPercentage(5));
            assertThat(cells.subList(8, 10))
                    .containsExactly(
                            tenth(anatomy.incoming().get(2).none()),
                            tenth(anatomy.outgoing().get(2).none()));
        }
    }

    private static String tenth(double fraction) {
        return String.format(Locale.ROOT, "%.1f", 100 * fraction);
    }

    /// The filter with the most weights left, counted from the ticket's own file.
    @Test
    void unitsOfAConvolutionAreItsChannels() {
        Specimens specimens = specimens(List.of(2), List.of("conv1"));
        LayerAnatomy conv = Anatomy.read(specimens, specimens.layers().getFirst());
        int most = 0;
        for (int trial = 0; trial < 2; trial++) {
            Mask mask = Ticket.open(ticket(trial, 2)).masks().get("conv1.weight");
            for (int filter = 0; filter < 4; filter++) {
                int left = 0;
                for (int i = 9 * filter; i < 9 * filter + 9; i++) {
                    left += mask.alive(i) ? 1 : 0;
                }
                most = Math.max(most, left);
            }
        }
        assertThat(conv.incoming().get(2).curve().getFirst().y()).isEqualTo(100.0 * most / 9);
        List<Chart> charts = new AnatomyFigures(RunFiles.read(run), specimens, List.of(conv)).all();
        assertThat(charts.get(3).panels()).extracting(Chart.Panel::title).containsExactly("conv1 · 4 filters");
        assertThat(charts.get(4).panels()).extracting(Chart.Panel::title).containsExactly("conv1 · 1 channel");
        assertThat(charts)
                .allSatisfy(
                        chart -> assertThat(chart.subtitle()).isEqualTo("mine on synthetic digits · 2 trials, pooled"));
    }

    @Test
    void levelsAreThePapersOrThoseAskedFor() {
        Specimens chosen = specimens(List.of(), List.of());
        assertThat(chosen.levels()).containsExactly(1, 3, 6, 7);
        assertThat(chosen.nearFastest()).isEqualTo(3);
        assertThat(specimens(List.of(2, 1, 2), List.of()).levels()).containsExactly(1, 2);
        assertThat(specimens(List.of(1), List.of()).nearFastest()).isEqualTo(1);
        assertThat(specimens(List.of(1, 2, 3, 4, 5, 6), List.of()).levels()).hasSize(6);
    }

    @Test
    void ofManyLayersSixAreShownFromFirstToLast() {
        List<Weighted> vgg = Networks.named("vgg-19").weighted();
        assertThat(vgg).hasSize(17);
        assertThat(Specimens.shown(vgg))
                .extracting(Weighted::name)
                .containsExactly("conv1", "conv4", "conv7", "conv11", "conv14", "output");
        assertThat(Specimens.shown(vgg.subList(0, 6))).isEqualTo(vgg.subList(0, 6));
    }

    @Test
    void whatIsNotThereIsNamed() throws IOException {
        refused(
                run,
                List.of(8),
                List.of(),
                "--levels has 8; there are weights of tickets of levels 1, 2, 3, 4, 5, 6, 7.");
        refused(
                run,
                List.of(0),
                List.of(),
                "--levels has 0; there are weights of tickets of levels 1, 2, 3, 4, 5, 6, 7.");
        refused(
                run,
                List.of(1, 2, 3, 4, 5, 6, 7),
                List.of(),
                "--levels has 1, 2, 3, 4, 5, 6, 7: that is 7 levels, and a figure shows at most 6.");
        refused(run, List.of(), List.of("fc9"), "--layers has fc9; the layers of mine are conv1, fc1, output.");
        refused(temp.resolve("nowhere"), List.of(), List.of(), "nowhere is no folder with recipe.yaml");
        Path empty = copy("empty");
        for (int level = 1; level <= 7; level++) {
            for (int trial = 0; trial < 2; trial++) {
                Files.delete(ticket(empty, trial, level));
            }
        }
        refused(empty, List.of(), List.of(), "empty has no weights of a ticket above level 0: no such training has");
    }

    @Test
    void aTicketThatIsDamagedOrFromElsewhereIsNamed() throws IOException {
        Path damaged = copy("damaged");
        Path file = ticket(damaged, 1, 2);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        refused(damaged, List.of(), List.of(), file + " is not a sound safetensors file");
        Files.copy(ticket(damaged, 0, 2), file, StandardCopyOption.REPLACE_EXISTING);
        refused(damaged, List.of(), List.of(), file + " belongs to trial 0, level 2, ticket");
        Path wrong = copy("wrong");
        file = ticket(wrong, 0, 0);
        bytes = Files.readAllBytes(file);
        bytes[bytes.length - 5000] ^= 1;
        Files.write(file, bytes);
        refused(wrong, List.of(), List.of(), file + " is damaged: the sum of end/fc1.weight is ");
    }

    /// Of every curve of density nearly all lies on the axis, and under it an area of 1.
    @Test
    void theAreaUnderADensityIsOne() {
        Specimens specimens = specimens(List.of(), List.of());
        List<LayerAnatomy> layers = specimens.layers().stream()
                .map(layer -> Anatomy.read(specimens, layer))
                .toList();
        List<Chart> charts = new AnatomyFigures(RunFiles.read(run), specimens, layers).all();
        for (Chart chart : charts.subList(0, 3)) {
            for (Chart.Line line : chart.panels().get(1).lines()) {
                double area = 0;
                for (int i = 1; i < line.points().size(); i++) {
                    Chart.Point left = line.points().get(i - 1);
                    Chart.Point right = line.points().get(i);
                    area += (right.x() - left.x()) * (left.y() + right.y()) / 2;
                }
                assertThat(area).as("%s: %s", chart.title(), line.label()).isBetween(0.98, 1.005);
            }
        }
        assertThat(charts.get(1).panels())
                .as("distances")
                .allMatch(panel -> panel.x().low() == 0);
        assertThat(charts.get(2).panels())
                .as("growths")
                .allMatch(panel -> panel.x().low() < 0);
    }

    /// A ticket that was moved away is not pooled, and the figures say how many are.
    @Test
    void aTicketThatIsMissingIsLeftOut() throws IOException {
        Path missing = copy("missing");
        Files.delete(ticket(missing, 1, 3));
        Specimens specimens = Specimens.of(missing, List.of(2, 3), List.of("fc1"));
        LayerAnatomy fc1 = Anatomy.read(specimens, specimens.layers().getFirst());
        List<Chart> charts = new AnatomyFigures(RunFiles.read(missing), specimens, List.of(fc1)).all();
        assertThat(charts)
                .extracting(Chart::subtitle)
                .allMatch(text -> text.contains("1 to 2 of 2 trials, pooled") || text.endsWith("1 of 2 trials"))
                .anyMatch(text -> text.endsWith("1 of 2 trials"));
    }

    @Test
    void whereNoTrialHasTheDenseNetworkAndTheTicketMovementIsNotDrawn() throws IOException {
        Path apart = copy("apart");
        Files.delete(ticket(apart, 1, 0));
        Files.delete(ticket(apart, 0, 3));
        Anatomy.Written written = Anatomy.write(apart, List.of(2, 3), List.of("fc1"));
        assertThat(written.notes()).singleElement().asString().startsWith("How far weights move");
        assertThat(apart.resolve("figures/anatomy-distance.svg")).doesNotExist();
    }

    /// Tickets that are rewound start from other values than the initial ones. Once those are not there, neither are
    /// the
    /// figures of them that were drawn before.
    @Test
    void initialValuesAreThoseOfLevelZero() throws IOException {
        Recipe recipe = Recipe.parse("""
                network: {name: mine, input: 1x14x14, layers: [linear 8, relu, output 10]}
                data: {name: synthetic-digits, train: 100, test: 50, validation: 50}
                train: {iterations: 20, batch: 20, evaluate_every: 10, optimizer: {name: adam, lr: 0.05}}
                prune: {rates: {fc: 0.4, output: 0.2}, rewind: 10}
                run: {seed: 3, trials: 1, levels: 1, controls: [ticket]}
                """);
        Path rewound = temp.resolve("rewound");
        Lottery.run(recipe, Options.defaults().withOut(rewound), LotteryListener.SILENT);
        Ticket dense = Ticket.open(ticket(rewound, 0, 0));
        Ticket ticket = Ticket.open(ticket(rewound, 0, 1));
        Specimens specimens = Specimens.of(rewound, List.of(), List.of("fc1"));
        Tally surviving = Anatomy.read(specimens, specimens.layers().getFirst())
                .surviving()
                .get(1);
        float most = -1;
        float[] initial = dense.start().get("fc1.weight");
        for (int i = 0; i < initial.length; i++) {
            most = ticket.masks().get("fc1.weight").alive(i) ? Math.max(most, initial[i]) : most;
        }
        assertThat(surviving.quantile(1)).isCloseTo(most, within(1e-3));
        Anatomy.write(rewound, List.of(), List.of());
        assertThat(rewound.resolve("figures/anatomy-growth.png")).exists();
        Files.createFile(rewound.resolve("figures/anatomy-mine.png"));
        Files.delete(ticket(rewound, 0, 0));
        Anatomy.Written written = Anatomy.write(rewound, List.of(), List.of());
        assertThat(written.notes())
                .containsExactly(
                        "Initial values, how far weights move and how much they grow are not drawn: the weights of"
                                + " level 0 are not there (a sweep keeps them with --tickets all).");
        assertThat(Files.readString(written.page()))
                .contains(written.notes().getFirst())
                .doesNotContain("NaN");
        assertThat(files(rewound.resolve("figures")).keySet())
                .filteredOn(name -> name.startsWith("anatomy"))
                .containsExactly(
                        "anatomy-incoming.png",
                        "anatomy-incoming.svg",
                        "anatomy-mine.png",
                        "anatomy-outgoing.png",
                        "anatomy-outgoing.svg");
    }

    private static void refused(Path folder, List<Integer> levels, List<String> layers, String message) {
        assertThatThrownBy(() -> Anatomy.write(folder, levels, layers))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(message);
        assertThat(folder.resolve("anatomy.html")).doesNotExist();
    }

    private static Specimens specimens(List<Integer> levels, List<String> layers) {
        return Specimens.of(run, levels, layers);
    }

    private static List<Weighted> networkOf(Ticket ticket) {
        return ticket.network().weighted();
    }

    private static Path ticket(int trial, int level) {
        return ticket(run, trial, level);
    }

    private static Path ticket(Path folder, int trial, int level) {
        return folder.resolve("trial-%02d/level-%02d/ticket.safetensors".formatted(trial, level));
    }

    /// A copy of the run.
    private static Path copy(String name) throws IOException {
        Path copy = temp.resolve(name);
        try (Stream<Path> walk = Files.walk(run)) {
            for (Path path : (Iterable<Path>) walk::iterator) {
                Files.copy(path, copy.resolve(run.relativize(path).toString()));
            }
        }
        return copy;
    }

    private static Map<String, byte[]> files(Path folder) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) walk.filter(Files::isRegularFile)::iterator) {
                files.put(folder.relativize(path).toString(), Files.readAllBytes(path));
            }
        }
        return files;
    }
}
