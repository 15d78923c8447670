package dev.tombola.report;

import dev.tombola.base.Plural;
import dev.tombola.report.Chart.Line;
import dev.tombola.report.Chart.Panel;
import dev.tombola.report.Chart.Point;
import dev.tombola.report.LayerAnatomy.Sides;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.NavigableMap;
import java.util.function.Function;
import java.util.function.IntPredicate;

/// The figures of Frankle and Carbin's Appendix F that show what tickets are made of, a panel a layer.
final class AnatomyFigures {
    static final String INITIAL = "anatomy-initial";
    static final String DISTANCE = "anatomy-distance";
    static final String GROWTH = "anatomy-growth";
    static final String INCOMING = "anatomy-incoming";
    static final String OUTGOING = "anatomy-outgoing";
    static final List<String> NAMES = List.of(INITIAL, DISTANCE, GROWTH, INCOMING, OUTGOING);

    /// At how many intervals a density is drawn, at least and at most; between them, half a bandwidth apart.
    private static final int FEWEST = 200;

    private static final int MOST = 1000;

    /// The fraction of a curve's values that the axis of a density may leave out at either end.
    private static final double BEYOND = 0.002;

    private static final int TICKS = 6;

    private final RunFiles run;
    private final Specimens specimens;
    private final List<LayerAnatomy> layers;

    AnatomyFigures(RunFiles run, Specimens specimens, List<LayerAnatomy> layers) {
        this.run = run;
        this.specimens = specimens;
        this.layers = layers;
    }

    /// Those that can be drawn.
    List<Chart> all() {
        List<Chart> charts = new ArrayList<>();
        if (layers.stream().anyMatch(layer -> !layer.surviving().isEmpty())) {
            charts.add(chart(
                    INITIAL,
                    "Initial values of the weights that survive",
                    pooled(specimens.levels(), specimens::hasInitial),
                    this::initial));
        }
        if (layers.stream().anyMatch(LayerAnatomy::hasDense)) {
            String trials = pooled(List.of(specimens.nearFastest()), specimens::hasDense);
            charts.add(chart(
                    DISTANCE,
                    "How far weights move in the dense training",
                    trials,
                    layer -> sides(layer, layer.moved(), "|end − start|", true)));
            charts.add(chart(
                    GROWTH,
                    "How much weights grow in the dense training",
                    trials,
                    layer -> sides(layer, layer.grown(), "|end| − |start|", false)));
        }
        String trials = pooled(specimens.levels(), _ -> true);
        charts.add(chart(
                INCOMING,
                "Incoming connections that survive",
                trials,
                layer -> connections(outputs(layer), layer.incoming())));
        charts.add(chart(
                OUTGOING,
                "Outgoing connections that survive",
                trials,
                layer -> connections(inputs(layer), layer.outgoing())));
        return charts;
    }

    /// How a ticket of this level is called.
    String size(int level) {
        return Text.percentLeft(specimens.percentLeft(level)) + " %";
    }

    private Chart chart(String name, String title, String trials, Function<LayerAnatomy, Panel> panel) {
        return new Chart(
                name,
                title,
                run.network() + " on " + run.data() + " · " + trials,
                layers.stream().map(panel).toList());
    }

    /// How many trials a figure of these levels pools, of those that are `usable`.
    private String pooled(List<Integer> levels, IntPredicate usable) {
        IntSummaryStatistics counts = levels.stream()
                .mapToInt(level -> (int)
                        specimens.trials(level).stream().filter(usable::test).count())
                .summaryStatistics();
        int asked = run.asked().trials();
        return (counts.getMin() < counts.getMax()
                        ? counts.getMin() + " to " + counts.getMax() + " of " + Plural.of(asked, "trial")
                        : Asked.of(counts.getMax(), asked, "trial"))
                + (counts.getMax() > 1 ? ", pooled" : "");
    }

    private Panel initial(LayerAnatomy layer) {
        List<Tally> tallies = new ArrayList<>(List.of(layer.initial()));
        tallies.addAll(layer.surviving().values());
        Axis x = axis("initial value", tallies, false);
        List<Line> lines = new ArrayList<>();
        addDensity(lines, 0, "all weights", Ink.ofSize(0), layer.initial(), x, false);
        for (int i = 0; i < specimens.levels().size(); i++) {
            int level = specimens.levels().get(i);
            Tally tally = layer.surviving().getOrDefault(level, new Tally());
            addDensity(lines, 1 + i, size(level) + " left", Ink.ofSize(1 + i), tally, x, false);
        }
        return new Panel(weights(layer), x, Heights.fromZero("density", lines, TICKS), lines);
    }

    private Panel sides(LayerAnatomy layer, Sides sides, String label, boolean folded) {
        Axis x = axis(label, List.of(sides.in(), sides.out()), folded);
        List<Line> lines = new ArrayList<>();
        addDensity(lines, 1, "pruned by then", Ink.ORANGE, sides.out(), x, folded);
        String ticket = "in the ticket of " + size(specimens.nearFastest());
        addDensity(lines, 0, ticket, Ink.BLUE, sides.in(), x, folded);
        return new Panel(weights(layer), x, Heights.fromZero("density", lines, TICKS), lines);
    }

    private Panel connections(String title, NavigableMap<Integer, Connections> left) {
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < specimens.levels().size(); i++) {
            int level = specimens.levels().get(i);
            List<Point> curve = left.get(level).curve();
            lines.add(line(1 + i, size(level) + " left", Ink.ofSize(1 + i), curve));
        }
        Axis x = Axis.even("units, the best connected first (%)", 0, 100, TICKS);
        return new Panel(title, x, Heights.fromZero("connections left (%)", lines, TICKS), lines);
    }

    /// An axis that holds all but the outermost values of every tally, and two bandwidths more.
    ///
    /// @param folded whether it begins at 0
    private static Axis axis(String label, List<Tally> tallies, boolean folded) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (Tally tally : tallies) {
            if (tally.total() > 0) {
                double more = 2 * tally.bandwidth();
                low = Math.min(low, folded ? 0 : tally.quantile(BEYOND) - more);
                high = Math.max(high, tally.quantile(1 - BEYOND) + more);
            }
        }
        return low < high ? Axis.even(label, low, high, TICKS) : Axis.even(label, 0, 1, TICKS);
    }

    private static void addDensity(
            List<Line> lines, int rank, String label, Ink ink, Tally tally, Axis x, boolean folded) {
        if (tally.total() == 0) {
            return;
        }
        double range = x.high() - x.low();
        int intervals = (int) Math.clamp(2 * range / tally.bandwidth(), FEWEST, MOST);
        double[] places = new double[intervals + 1];
        Arrays.setAll(places, i -> x.low() + range * i / intervals);
        double[] density = tally.density(places, folded);
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < places.length; i++) {
            points.add(Point.bare(places[i], density[i]));
        }
        lines.add(line(rank, label, ink, points));
    }

    private static Line line(int rank, String label, Ink ink, List<Point> points) {
        return new Line(rank, label, ink, Look.Marker.NONE, Chart.Stroke.SOLID, 0, points);
    }

    private static String weights(LayerAnatomy layer) {
        return layer.name() + " · " + Plural.of(layer.layer().weight().count(), "weight");
    }

    private static String outputs(LayerAnatomy layer) {
        return layer.name() + " · " + Plural.of(layer.layer().outputs(), layer.isConv() ? "filter" : "unit");
    }

    private static String inputs(LayerAnatomy layer) {
        return layer.name() + " · " + Plural.of(layer.layer().inputs(), layer.isConv() ? "channel" : "input");
    }
}
