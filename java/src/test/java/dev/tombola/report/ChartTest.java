package dev.tombola.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.report.Chart.Line;
import dev.tombola.report.Chart.Panel;
import dev.tombola.report.Chart.Point;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Charts of several panels.
class ChartTest {
    @Test
    void panelsStandInRows() {
        assertThat(IntStream.rangeClosed(1, 7).map(count -> chart(count).columns()))
                .containsExactly(1, 2, 3, 2, 3, 3, 3);
        assertThat(IntStream.rangeClosed(1, 7).map(count -> chart(count).rows()))
                .containsExactly(1, 1, 1, 2, 2, 2, 3);
        assertThat(chart(1).height()).isEqualTo(560);
        assertThat(chart(7).height()).isGreaterThan(chart(6).height());
    }

    @Test
    void eachPanelHasAPlaceOfItsOwnOnTheSheet() {
        for (int count = 1; count <= 7; count++) {
            Chart chart = chart(count);
            Matcher clips = Pattern.compile("<clipPath id=\"(.*?)\"><rect x=\"(.*?)\" y=\"(.*?)\" width=\"(.*?)\""
                            + " height=\"(.*?)\"/>")
                    .matcher(SvgPen.file(chart));
            List<double[]> places = clips.results()
                    .map(found -> IntStream.rangeClosed(2, 5)
                            .mapToDouble(i -> Double.parseDouble(found.group(i)))
                            .toArray())
                    .toList();
            assertThat(places).hasSize(count);
            for (int i = 0; i < count; i++) {
                double[] a = places.get(i);
                assertThat(a[2]).isGreaterThan(100);
                assertThat(a[3]).isGreaterThan(100);
                assertThat(a[0] + a[2]).isLessThan(Chart.WIDTH);
                assertThat(a[1] + a[3]).isLessThan(chart.height());
                for (double[] b : places.subList(i + 1, count)) {
                    assertThat(a[0] + a[2] <= b[0] || a[1] + a[3] <= b[1])
                            .as("apart")
                            .isTrue();
                }
            }
            assertThat(SvgPen.file(chart)).contains("<clipPath id=\"many-plot-" + count + "\">");
        }
    }

    /// Files are looked at by themselves and need the rules of their own colours alone; on a page any may stand.
    @Test
    void aFileHasRulesForTheInksThatItUses() {
        Point hollow = new Point(0.5, 0.5, Double.NaN, Double.NaN, "note", true);
        Line line = new Line(0, "line", Ink.GREEN, Look.Marker.CIRCLE, Chart.Stroke.SOLID, 0, List.of(hollow));
        Axis axis = Axis.even("axis", 0, 1, 5);
        Chart chart = new Chart("chart", "title", "subtitle", axis, axis, List.of(line));
        String file = SvgPen.file(chart);
        Set<Ink> used = EnumSet.of(Ink.PAPER, Ink.TEXT, Ink.MUTED, Ink.GRID, Ink.GREEN);
        assertThat(file).contains("<style>" + Ink.darkCss(used) + "</style>").contains(Ink.GREEN.dark);
        assertThat(SvgPen.inline(chart))
                .isEqualTo(file.substring(file.indexOf("<svg")).replaceFirst("(?s)<style>.*?</style>\n", ""));
        assertThat(new HtmlPage("kicker", "title").end()).contains(Ink.darkCss(EnumSet.allOf(Ink.class)));
    }

    /// Only lines are clipped: a marker or a bar on an edge would lose half.
    @Test
    void marksOnAnEdgeAreWholeAndThoseBeyondAreNot() {
        List<Point> points = Stream.of(0.0, 1.0, 1.5)
                .map(at -> new Point(at, at, at - 0.5, at + 0.5, "note " + at, false))
                .toList();
        Line line = new Line(-1, "line", Ink.GREEN, Look.Marker.CIRCLE, Chart.Stroke.SOLID, 0, points);
        Axis axis = Axis.even("axis", 0, 1, 5);
        String file = SvgPen.file(new Chart("chart", "title", "subtitle", axis, axis, List.of(line)));
        String clipped = file.substring(file.indexOf("<g clip-path"), file.indexOf("</g>"));
        assertThat(clipped).containsOnlyOnce("<path").doesNotContain("<circle");
        assertThat(file.split("class=\"" + Ink.GREEN.stroke(), -1))
                .as("a line and two bars of three strokes")
                .hasSize(1 + 1 + 2 * 3);
        assertThat(file).contains("note 0.0").contains("note 1.0").doesNotContain("note 1.5");
    }

    @Test
    void aLegendOfSeveralRowsHasColumns() {
        Axis axis = Axis.even("axis", 0, 1, 5);
        List<Line> lines = IntStream.range(0, 9)
                .mapToObj(i -> new Line(
                        i,
                        "line " + "x".repeat(i * 7 % 9 * 3),
                        Ink.BLUE,
                        Look.Marker.NONE,
                        Chart.Stroke.SOLID,
                        0,
                        List.of()))
                .toList();
        String file = SvgPen.file(new Chart("chart", "title", "subtitle", axis, axis, lines));
        List<String> places = Pattern.compile("<text x=\"(.*?)\"[^>]*>line ")
                .matcher(file)
                .results()
                .map(found -> found.group(1))
                .toList();
        int columns = (int) places.stream().distinct().count();
        assertThat(columns).isBetween(2, 5);
        for (int i = columns; i < places.size(); i++) {
            assertThat(places.get(i)).isEqualTo(places.get(i - columns));
        }
    }

    @Test
    void aLabelIsOnceInTheLegend() {
        Chart chart = chart(3);
        assertThat(chart.legend()).extracting(Line::label).containsExactly("first", "second");
        assertThat(SvgPen.file(chart)).containsOnlyOnce(">first</text>").contains(">panel 2</text>");
    }

    private static Chart chart(int count) {
        Axis axis = Axis.even("x", 0, 1, 4);
        List<Point> points = List.of(Point.bare(0, 0), Point.bare(1, 1));
        Line second = new Line(1, "second", Ink.BLUE, Look.Marker.NONE, Chart.Stroke.SOLID, 0, points);
        Line first = new Line(0, "first", Ink.BLACK, Look.Marker.NONE, Chart.Stroke.SOLID, 0, points);
        return new Chart(
                "many",
                "title",
                "subtitle",
                IntStream.range(0, count)
                        .mapToObj(i -> new Panel("panel " + i, axis, axis, List.of(second, first)))
                        .toList());
    }
}
