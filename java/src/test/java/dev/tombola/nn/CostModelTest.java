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
                    new CostModel.Point(linear(10, 10), 0.9, 0.8),
                    new CostModel.Point(linear(100, 100), 0.5, 0.6),
                    new CostModel.Point(conv(10, 90, 4), 0.3, 0.2),
                    new CostModel.Point(conv(10, 90, 64), 0.7, 0.6)),
            "a test");

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

    private static CostModel.Size linear(int outputs, int inputs) {
        return new CostModel.Size(LINEAR, outputs, inputs, 1);
    }

    private static CostModel.Size conv(int outputs, int inputs, int positions) {
        return new CostModel.Size(CONV, outputs, inputs, positions);
    }

    /// Times at 0.2, 0.4, 0.5, 0.6, 0.7, 0.8 and 1.
    @Test
    void theCrossingLiesWhereCompressedTakesAsLongAsDense() {
        double[] times = {20, 40, 50, 60, 70, 80, 100};
        assertThat(CostMeter.crossing(55 * 1.05, times)).isCloseTo(0.55, within(1e-9));
        assertThat(CostMeter.crossing(10 * 1.05, times)).isCloseTo(0.1, within(1e-9));
        assertThat(CostMeter.crossing(1000, times)).isEqualTo(1);
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
                List.of(new CostModel.Point(linear(1, 1), 0.9, 0.7), new CostModel.Point(conv(1, 1, 1), 0, 0)),
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
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "subject", "short", "share", "size", "kind"})
    void aFileThatIsNotWholeSaysNothing(String damage) throws IOException {
        Path file = temp.resolve("costs.txt");
        List<CostModel.Point> points = CostMeter.SAMPLES.stream()
                .map(sample -> new CostModel.Point(sample.size(), 0.5, 0.25))
                .toList();
        assertThat(Costs.write(file, "this machine", points)).isTrue();
        assertThat(Costs.read(file, "this machine")).isEqualTo(points);
        List<String> lines = new java.util.ArrayList<>(Files.readAllLines(file));
        switch (damage) {
            case "nothing" -> lines.clear();
            case "subject" -> lines.set(0, "another machine");
            case "short" -> lines.removeLast();
            case "share" -> lines.set(1, "linear 10 100 1 1.5 0.5");
            case "kind" -> lines.set(1, "pooling 10 100 1 0.5 0.5");
            default -> lines.set(1, "linear 11 100 1 0.5 0.5");
        }
        Files.write(file, lines);
        assertThat(Costs.read(file, "this machine")).isEmpty();
    }

    @Test
    void whereNothingCanBeKeptItSaysSo() throws IOException {
        Path blocked = temp.resolve("blocked");
        Files.writeString(blocked, "a file where the folder should be");
        assertThat(Costs.of(Backends.open("cpu", Backends.BEST).kernels(), 16, blocked, _ -> {})
                        .origin())
                .contains("could not be kept");
    }

    private static Mask every(int step, int length) {
        byte[] alive = new byte[length];
        for (int i = 0; i < length; i++) {
            alive[i] = (byte) (i % step == 0 ? 0 : 1);
        }
        return Mask.of(alive);
    }
}
