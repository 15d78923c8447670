package dev.tombola.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tombola.report.Chart.Line;
import dev.tombola.report.Chart.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeightsTest {
    private static final double END = Double.POSITIVE_INFINITY;

    @Test
    void barsOfOtherLinesStretchAnAxisByHalf() {
        Line line = line(bar(10, 90, 50, 92), bar(20, 96, 95, 99.9));
        expect(accuracies(0, false).axis("a", List.of(line)), 86.4, 99.6);
        expect(accuracies(0, true).axis("a", List.of(line)), 50 - 0.05 * 49.9, 100);
    }

    @Test
    void fromWhereItBeginsToItsEndEveryMeanIsHeldAndBeforeItTheBetterOnes() {
        Line losses = line(Point.bare(5, 9), Point.bare(10, 2), Point.bare(20, 1), Point.bare(21, 30));
        expect(new Heights(10, 20, false, _ -> true).axis("loss", List.of(losses)), 0.95, 2.05);
        Line accuracies = line(Point.bare(5, 20), Point.bare(10, 90), Point.bare(20, 80), Point.bare(21, 30));
        expect(new Heights(10, 20, true, _ -> true).axis("a", List.of(accuracies)), 79.5, 90.5);
    }

    @Test
    void lossesOfWhichOneIsAHundredTimesAnotherHaveALogarithmicAxis() {
        List<Line> hundred = List.of(line(Point.bare(1, 1), Point.bare(2, 100)));
        assertThat(new Heights(0, END, false, _ -> true).axis("loss", hundred).scale())
                .isEqualTo(Axis.Scale.LOGARITHMIC);
        assertThat(accuracies(0, true).axis("a", hundred).scale()).isEqualTo(Axis.Scale.EVEN);
        List<Line> less = List.of(line(Point.bare(1, 1), Point.bare(2, 99)));
        assertThat(new Heights(0, END, false, _ -> true).axis("loss", less).scale())
                .isEqualTo(Axis.Scale.EVEN);
    }

    @Test
    void whatFailedLiesBelowAndWhatIsLittleLowerDoesNot() {
        List<Line> failed = List.of(means(98, 97.9, 97.8), means(97.5, 97.4, 10));
        expect(Heights.aboveFailures("a", failed), 97.37, 98.03);
        expect(Heights.aboveFailures("a", List.of(means(98, 96.5, 96, 95, 83))), 82.25, 98.75);
        expect(Heights.aboveFailures("a", List.of(means(98, 96.5, 96, 95, 10))), 94.85, 98.15);
    }

    @Test
    void fromZeroThereIsRoomAboveTheHighestBar() {
        expect(Heights.fromZero("x", List.of(line(bar(1, 90, 80, 100), bar(2, 95, 95, 95))), 8), 0, 106);
        expect(Heights.fromZero("x", List.of(line()), 8), 0, 1);
    }

    private static void expect(Axis axis, double low, double high) {
        assertThat(axis.low()).isCloseTo(low, within(1e-9));
        assertThat(axis.high()).isCloseTo(high, within(1e-9));
    }

    private static Heights accuracies(double from, boolean whole) {
        return new Heights(from, END, true, _ -> whole);
    }

    private static Line means(double... means) {
        Point[] points = new Point[means.length];
        for (int i = 0; i < points.length; i++) {
            points[i] = Point.bare(i, means[i]);
        }
        return line(points);
    }

    private static Point bar(double x, double y, double low, double high) {
        return new Point(x, y, low, high, "", false);
    }

    private static Line line(Point... points) {
        return new Line(0, "a line", Ink.MUTED, Look.Marker.NONE, Chart.Stroke.SOLID, 0, List.of(points));
    }
}
