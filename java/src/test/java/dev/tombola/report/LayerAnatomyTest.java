package dev.tombola.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tombola.nn.Conv;
import dev.tombola.nn.Linear;
import dev.tombola.nn.Role;
import dev.tombola.report.Chart.Point;
import dev.tombola.tensor.Mask;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Counts of small layers, against those made by hand.
class LayerAnatomyTest {
    @Test
    void connectionsOfALinearLayer() {
        LayerAnatomy layer = new LayerAnatomy(new Linear("fc1", Role.FC, 3, 2));
        layer.addConnections(4, mask(1, 1, 0, 1, 0, 0));
        assertThat(layer.incoming().get(4).curve()).containsExactlyElementsOf(curve(0, 200.0 / 3, 50, 100.0 / 3, 100));
        assertThat(layer.outgoing().get(4).curve())
                .containsExactlyElementsOf(curve(0, 100, 100.0 / 3, 50, 200.0 / 3, 0, 100));
        assertThat(layer.outgoing().get(4).none()).isEqualTo(1.0 / 3);
        assertThat(layer.incoming().get(4).none()).isZero();
        assertThat(layer.incoming().get(4).left()).isEqualTo(0.5);
        assertThat(layer.isConv()).isFalse();
    }

    @Test
    void connectionsOfAConvolutionAreThoseOfItsChannels() {
        LayerAnatomy layer = new LayerAnatomy(new Conv("conv1", Role.CONV, 2, 2, 2, 1, 0, true));
        layer.addConnections(
                1,
                mask(
                        1, 1, 1, 1, /* filter 0, channel 1 */ 1, 0, 0, 0, //
                        0, 0, 1, 0, /* filter 1, channel 1 */ 0, 0, 0, 0));
        assertThat(layer.incoming().get(1).curve()).containsExactlyElementsOf(curve(0, 62.5, 50, 12.5, 100));
        assertThat(layer.outgoing().get(1).curve()).containsExactlyElementsOf(curve(0, 62.5, 50, 12.5, 100));
        assertThat(layer.isConv()).isTrue();
    }

    @Test
    void trialsArePooled() {
        LayerAnatomy layer = new LayerAnatomy(new Linear("fc1", Role.FC, 3, 2));
        layer.addConnections(1, mask(1, 1, 1, 1, 1, 1));
        layer.addConnections(1, mask(1, 1, 1, 0, 0, 0));
        assertThat(layer.incoming().get(1).curve()).containsExactlyElementsOf(curve(0, 100, 75, 0, 100));
        layer.addInitial(new float[] {1, 2, 3, 4, 5, -6});
        layer.addInitial(new float[] {7, 8, 9, -1, -2, -3});
        layer.addSurviving(1, new float[] {1, 2, 3, 4, 5, -6}, mask(1, 0, 0, 0, 0, 1));
        layer.addSurviving(1, new float[] {7, 8, 9, -1, -2, -3}, mask(0, 0, 0, 1, 0, 0));
        assertThat(layer.initial().total()).isEqualTo(12);
        assertThat(layer.surviving().get(1).total()).isEqualTo(3);
        assertThat(layer.surviving().get(1).notNegative()).isEqualTo(1.0 / 3);
        assertThat(layer.surviving().get(1).quantile(0)).isCloseTo(-6, within(0.01));
        assertThat(layer.surviving().get(1).quantile(1)).isCloseTo(1, within(0.01));
    }

    @Test
    void movementIsOfTheDenseTraining() {
        LayerAnatomy layer = new LayerAnatomy(new Linear("fc1", Role.FC, 2, 2));
        assertThat(layer.hasDense()).isFalse();
        layer.addDense(new float[] {1, -2, 3, -4}, new float[] {1.5f, -1, -3, -4.25f}, mask(1, 0, 1, 0));
        assertThat(layer.hasDense()).isTrue();
        assertThat(values(layer.moved().in())).containsExactly(0.5, 6);
        assertThat(values(layer.moved().out())).containsExactly(0.25, 1);
        assertThat(values(layer.grown().in())).containsExactly(0, 0.5);
        assertThat(values(layer.grown().out())).containsExactly(-1, 0.25);
    }

    /// A curve of very many units has few points, and ends where they end.
    @Test
    void longCurvesAreThinned() {
        Connections connections = new Connections(10_000);
        int[] left = new int[10_000];
        for (int i = 0; i < left.length; i++) {
            left[i] = i;
        }
        connections.add(left);
        List<Point> curve = connections.curve();
        assertThat(curve).hasSizeBetween(600, 802);
        assertThat(curve.getFirst().x()).isZero();
        assertThat(curve.getLast()).isEqualTo(Point.bare(100, 0));
        assertThat(curve).allSatisfy(point -> assertThat(point.y()).isCloseTo(100 - point.x(), within(0.6)));
    }

    private static Mask mask(int... alive) {
        byte[] bytes = new byte[alive.length];
        for (int i = 0; i < alive.length; i++) {
            bytes[i] = (byte) alive[i];
        }
        return Mask.of(bytes);
    }

    /// The two values of a tally, to the nearest eighth.
    private static double[] values(Tally tally) {
        assertThat(tally.total()).isEqualTo(2);
        return new double[] {Math.round(8 * tally.quantile(0)) / 8.0, Math.round(8 * tally.quantile(1)) / 8.0};
    }

    /// The points of stairs from x, at y, to x, at y, … to x.
    private static List<Point> curve(double... stairs) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i + 2 < stairs.length; i += 2) {
            points.add(Point.bare(stairs[i], stairs[i + 1]));
            points.add(Point.bare(stairs[i + 2], stairs[i + 1]));
        }
        return points;
    }
}
