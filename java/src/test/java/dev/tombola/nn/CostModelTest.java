package dev.tombola.nn;

import static dev.tombola.nn.CostModel.Kind.CONV;
import static dev.tombola.nn.CostModel.Kind.LINEAR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tombola.kernel.Backends;
import dev.tombola.kernel.Kernels;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Mask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where the forms meet, how it is kept, and what it decides.
class CostModelTest {
    private static final CostModel MODEL = new CostModel(
            List.of(
                    CostModel.Point.assumed(linear(10, 10), 0.9, 0.8),
                    CostModel.Point.assumed(linear(100, 100), 0.5, 0.6),
                    CostModel.Point.assumed(conv(10, 90, 4), 0.3, 0.2),
                    CostModel.Point.assumed(conv(10, 90, 64), 0.7, 0.6)),
            "a test");

    /// As if they had been measured.
    private static final List<CostModel.Point> POINTS = CostMeter.SAMPLES.stream()
            .map(sample -> new CostModel.Point(
                    sample.size(),
                    0.5,
                    0.25,
                    new CostModel.Time(1, 30, 20),
                    List.of(new CostModel.Time(0.5, 16, 11.5), new CostModel.Time(1, 31, 22))))
            .toList();

    @TempDir
    private Path temp;

    @Test
    void betweenMeasuredSizesTheLogarithmDecides() {
        assertThat(MODEL.breakEven(linear(10, 10), false)).isEqualTo(0.8);
        assertThat(MODEL.breakEven(linear(10, 100), false)).isCloseTo(0.7, within(1e-12));
        assertThat(MODEL.breakEven(linear(10, 100), true)).isCloseTo(0.7, within(1e-12));
        assertThat(MODEL.breakEven(linear(1, 1), true)).as("smaller than all").isEqualTo(0.9);
        assertThat(MODEL.breakEven(linear(4096, 4096), false))
                .as("larger than all")
                .isEqualTo(0.6);
        assertThat(MODEL.breakEven(conv(64, 576, 1), false))
                .as("of another kind")
                .isEqualTo(0.2);
        assertThat(MODEL.breakEven(conv(64, 576, 16), false)).as("by positions").isCloseTo(0.4, within(1e-12));
        assertThat(MODEL.breakEven(conv(1, 9, 1024), true)).as("larger images").isEqualTo(0.7);
    }

    @Test
    void aStepTakesWhatItsMultiplyAddsTakeBetweenTheMeasuredSizesAndDensities() {
        CostModel model = new CostModel(
                List.of(
                        new CostModel.Point(
                                linear(10, 10),
                                0.5,
                                0.5,
                                new CostModel.Time(1, 200, 100),
                                List.of(new CostModel.Time(0.1, 40, 30), new CostModel.Time(1, 220, 120))),
                        new CostModel.Point(
                                linear(100, 100),
                                0.5,
                                0.5,
                                new CostModel.Time(1, 40_000, 20_000),
                                List.of(new CostModel.Time(1, 50_000, 30_000))),
                        CostModel.Point.assumed(conv(1, 1, 1), 0, 0)),
                "a test");
        assertThat(model.step(linear(10, 10), true, Form.DENSE, 0.3)).isCloseTo(200, within(1e-9));
        assertThat(model.step(linear(10, 10), false, Form.DENSE, 0.3)).isCloseTo(300, within(1e-9));
        assertThat(model.step(linear(10, 10), false, Form.COMPRESSED, 0.1)).isCloseTo(70, within(1e-9));
        assertThat(model.step(linear(10, 10), false, Form.COMPRESSED, 0.55))
                .as("half-way between 0.1 and 1")
                .isCloseTo(205, within(1e-9));
        assertThat(model.step(linear(10, 10), false, Form.COMPRESSED, 0.01))
                .as("below all that was measured")
                .isCloseTo(7, within(1e-9));
        assertThat(model.step(linear(10, 100), true, Form.DENSE, 1))
                .as("3 ns a multiply-add, half-way between 2 and 4")
                .isCloseTo(3000, within(1e-9));
        assertThat(model.forward(linear(100, 200), Form.DENSE, 1)).isCloseTo(40_000, within(1e-9));
        assertThat(model.step(conv(2, 9, 16), true, Form.DENSE, 1))
                .as("assumed")
                .isCloseTo(576, within(1e-9));
    }

    @Test
    void theFiguresAreSaidFromTheLowestToTheHighest() {
        CostModel model = new CostModel(
                List.of(
                        CostModel.Point.assumed(linear(10, 100), 0.9, 0.7),
                        CostModel.Point.assumed(conv(16, 144, 64), 0.3, 0.4)),
                "a test");
        assertThat(model.range()).isEqualTo("30 % to 90 %, by its kind and size (a test)");
        assertThat(model.sentence())
                .isEqualTo("70 % at 10×100 (90 % as first layer),"
                        + " 40 % at conv 16×144 on 64 positions (30 % as first layer) (a test)");
        CostModel one = CostModel.constant(0.5, "a test");
        assertThat(one.range()).isEqualTo("50 % (a test)").isEqualTo(one.sentence());
    }

    private static CostModel.Size linear(int outputs, int inputs) {
        return new CostModel.Size(LINEAR, outputs, inputs, 1);
    }

    private static CostModel.Size conv(int outputs, int inputs, int positions) {
        return new CostModel.Size(CONV, outputs, inputs, positions);
    }

    /// Times at 0.02, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8 and 1.
    @Test
    void theCrossingLiesWhereCompressedTakesAsLongAsDense() {
        double[] times = {2, 20, 40, 50, 60, 70, 80, 100};
        assertThat(CostMeter.crossing(55 * 1.05, times)).isCloseTo(0.55, within(1e-9));
        assertThat(CostMeter.crossing(10 * 1.05, times)).isCloseTo(0.1, within(1e-9));
        assertThat(CostMeter.crossing(1000, times)).isEqualTo(1);
        assertThat(CostMeter.crossing(32 * 1.05, new double[] {10, 30, 20, 35, 60, 70, 80, 100}))
                .as("fewer weights take no longer than more")
                .isCloseTo(0.44, within(1e-9));
    }

    @Test
    void theFormFollowsTheBreakEvenOfTheLayersPlace() {
        Network network = Networks.named("lenet-300-100");
        SequencedMap<String, Mask> masks = new LinkedHashMap<>();
        for (Weighted layer : network.weighted()) {
            masks.put(layer.weight().name(), every(5, layer.weight().count())); // four of five survive
        }
        Plan plan = Plan.of(network, new Masks(masks));
        CostModel firstOnly = new CostModel(
                List.of(CostModel.Point.assumed(linear(1, 1), 0.9, 0.7), CostModel.Point.assumed(conv(1, 1, 1), 0, 0)),
                "a test");
        assertThat(FormChoice.AUTO.forms(plan, firstOnly).values())
                .containsExactly(Form.COMPRESSED, Form.DENSE, Form.DENSE);
        CostModel never = CostModel.constant(0, "a test");
        assertThat(FormChoice.AUTO.forms(plan, never).values()).containsOnly(Form.DENSE);
        assertThat(FormChoice.COMPRESSED.forms(plan, never).values()).containsOnly(Form.COMPRESSED);
    }

    @Test
    void itIsMeasuredOnceAndReadAfterwards() {
        Kernels kernels = Backends.open("cpu", Backends.BEST).kernels();
        List<String> notes = new java.util.ArrayList<>();
        CostModel measured = Costs.of(kernels, 60, temp, notes::add);
        assertThat(measured.origin()).startsWith("measured just now, kept in " + temp);
        CostModel read = Costs.of(kernels, 60, temp, notes::add);
        assertThat(notes).as("told before it was measured, and only then").hasSize(1);
        assertThat(read.points()).isEqualTo(measured.points());
        assertThat(read.origin()).startsWith("measured before");
        assertThat(measured.points()).allMatch(point -> point.dense().density() == 1);
    }

    @Test
    void whatIsKeptIsOfThisProcessorItsKernelsTheirBuildAndTheWidestBatch() {
        Kernels kernels = Backends.open("cpu", Backends.BEST).kernels();
        Path file = temp.resolve("costs/%s-256.txt".formatted(kernels.name().replace(", ", "-")));
        String subject =
                "%s, %s, batch 256, kernels %s".formatted(Backends.processor(), kernels.name(), Backends.build());
        assertThat(Costs.write(file, subject, POINTS)).isTrue();
        CostModel read = Costs.of(kernels, 1000, temp, note -> {
            throw new AssertionError(note);
        });
        assertThat(read.points()).isEqualTo(POINTS);
        assertThat(read.origin()).isEqualTo("measured before, kept in " + file);
    }

    @Test
    void whatIsNotMeasuredHasOneBreakEven() {
        CostModel scalar = Costs.of(Backends.open("cpu", "scalar").kernels(), 60, temp, _ -> {});
        assertThat(scalar.sentence()).startsWith("40 % (not measured: ");
        CostModel reference = Costs.of(Backends.open("reference", Backends.BEST).kernels(), 60, temp, _ -> {});
        assertThat(reference.sentence()).startsWith("100 % (plain loops ");
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void nothingIsKeptBelowTheWorkingFolder() {
        assertThat(Costs.write(Path.of("costs.txt"), "this machine", POINTS)).isFalse();
        assertThat(Path.of("costs.txt")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nothing", "subject", "short", "share", "size", "kind", "time", "cut", "no number", "no end"})
    void aFileThatIsNotWholeSaysNothing(String damage) throws IOException {
        Path file = temp.resolve("costs.txt");
        assertThat(Costs.write(file, "this machine", POINTS)).isTrue();
        assertThat(Costs.read(file, "this machine")).isEqualTo(POINTS);
        List<String> lines = new java.util.ArrayList<>(Files.readAllLines(file));
        switch (damage) {
            case "nothing" -> lines.clear();
            case "subject" -> lines.set(0, "another machine");
            case "short" -> lines.removeLast();
            case "share" -> lines.set(1, lines.get(1).replace(" 0.5 0.25 ", " 1.5 0.25 "));
            case "kind" -> lines.set(1, lines.get(1).replace("linear", "pooling"));
            case "time" -> lines.set(1, lines.get(1).replace(" 30.0 ", " -30.0 "));
            case "no number" -> lines.set(1, lines.get(1).replace(" 0.5 0.25 ", " NaN 0.25 "));
            case "no end" -> lines.set(1, lines.get(1).replace(" 30.0 ", " Infinity "));
            case "cut" -> lines.set(1, lines.get(1).replaceFirst(" [^ ]+$", ""));
            default -> lines.set(1, lines.get(1).replace("linear 10 ", "linear 11 "));
        }
        Files.write(file, lines);
        assertThat(Costs.read(file, "this machine")).isEmpty();
    }

    @Test
    void whereNothingCanBeKeptItSaysSoAndAProcessMeasuresOnce() throws IOException {
        Path blocked = temp.resolve("blocked");
        Files.writeString(blocked, "a file where the folder should be");
        Kernels kernels = Backends.open("cpu", Backends.BEST).kernels();
        CostModel measured = Costs.of(kernels, 16, blocked, _ -> {});
        assertThat(measured.origin()).contains("could not be kept");
        CostModel again = Costs.of(kernels, 16, blocked, note -> {
            throw new AssertionError(note);
        });
        assertThat(again.origin()).isEqualTo("measured before by this process");
    }

    private static Mask every(int step, int length) {
        byte[] alive = new byte[length];
        for (int i = 0; i < length; i++) {
            alive[i] = (byte) (i % step == 0 ? 0 : 1);
        }
        return Mask.of(alive);
    }
}
