package dev.tombola.report;

import dev.tombola.nn.Weighted;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The page of [Anatomy].
final class AnatomyPage {
    private final Specimens specimens;
    private final List<LayerAnatomy> layers;
    private final HtmlPage html;

    private AnatomyPage(RunFiles run, Specimens specimens, List<LayerAnatomy> layers) {
        this.specimens = specimens;
        this.layers = layers;
        html = new HtmlPage("tombola anatomy", "What the tickets are made of: " + run.network() + " on " + run.data());
    }

    /// @param notes sentences to print above the figures
    /// @param warning another one, or empty
    static String of(
            RunFiles run,
            Specimens specimens,
            List<LayerAnatomy> layers,
            List<Chart> charts,
            List<String> notes,
            String warning) {
        return new AnatomyPage(run, specimens, layers).page(charts, notes, warning);
    }

    private String page(List<Chart> charts, List<String> notes, String warning) {
        html.paragraph("lead", lead());
        notes.forEach(html::notice);
        html.notice(warning);
        html.append("</header>\n");
        table();
        charts.forEach(chart -> html.figure(chart, caption(chart)));
        howItWasCounted();
        return html.end();
    }

    private String lead() {
        String levels = specimens.levels().stream()
                .map(level -> level + " (" + Text.percentLeft(specimens.percentLeft(level)) + " %)")
                .collect(Collectors.joining(", "));
        List<Weighted> all = specimens.recipe().network().weighted();
        String shown = layers.stream().map(LayerAnatomy::name).collect(Collectors.joining(", "));
        return "Tickets of " + (specimens.levels().size() == 1 ? "level " : "levels ") + levels + ", layer by layer: "
                + shown + (layers.size() < all.size() ? ", of " + all.size() + " layers." : ".");
    }

    private void table() {
        int level = specimens.nearFastest();
        html.append("<section>\n<h2>The ticket of ")
                .append(Text.percentLeft(specimens.percentLeft(level)))
                .append(" %, level ")
                .append(Integer.toString(level))
                .append(
                        "</h2>\n<div class=\"scroll\">\n<table class=\"levels\">\n<thead>\n<tr><th colspan=\"2\"></th>");
        html.append("<th colspan=\"2\">initial values above 0, %</th><th colspan=\"2\">moved, median</th>");
        html.append("<th colspan=\"2\">grown, median</th><th colspan=\"2\">left with none, %</th></tr>\n<tr>");
        for (String head : new String[] {
            "layer", "% left", "all", "ticket", "ticket", "pruned", "ticket", "pruned", "outputs", "inputs"
        }) {
            html.append("<th>").append(head).append("</th>");
        }
        html.append("</tr>\n</thead>\n<tbody>\n");
        for (LayerAnatomy layer : layers) {
            html.append("<tr>").cell(layer.name());
            html.cell(Text.percentLeft(100 * layer.incoming().get(level).left()));
            html.cell(percent(layer.initial().notNegative()));
            html.cell(percent(layer.surviving().getOrDefault(level, new Tally()).notNegative()));
            for (LayerAnatomy.Sides sides : List.of(layer.moved(), layer.grown())) {
                html.cell(median(sides.in()));
                html.cell(median(sides.out()));
            }
            html.cell(percent(layer.incoming().get(level).none()));
            html.cell(percent(layer.outgoing().get(level).none()));
            html.append("</tr>\n");
        }
        html.append("</tbody>\n</table>\n</div>\n</section>\n");
    }

    /// With two significant digits, as far as the counts tell; a dash where it is unknown.
    private static String median(Tally tally) {
        double value = tally.quantile(0.5);
        if (!Double.isFinite(value)) {
            return "–";
        }
        return tally.isNearZero(value)
                ? "≈ 0"
                : new BigDecimal(value).round(new MathContext(2)).toPlainString();
    }

    private static String percent(double fraction) {
        return Double.isFinite(fraction) ? String.format(Locale.ROOT, "%.1f", 100 * fraction) : "–";
    }

    private static String caption(Chart chart) {
        return switch (chart.name()) {
            case AnatomyFigures.INITIAL ->
                "Where a curve dips at 0, pruning took weights that were small from the start; where one side is higher, it"
                        + " kept more of that sign. The paper's figure 15 (Adam) and 16 (SGD).";
            case AnatomyFigures.DISTANCE ->
                "The further right a curve lies, the further its weights moved: blue beyond orange says that the weights of"
                        + " the ticket move more than those that are pruned by then. A peak at 0 in a first layer is the"
                        + " weights of pixels that are dark in every image. The paper's figure 19.";
            case AnatomyFigures.GROWTH ->
                "Right of 0 a weight has grown in magnitude, left of it shrunk: blue right of orange says that the weights of"
                        + " the ticket grow. The paper's figure 20.";
            case AnatomyFigures.INCOMING ->
                "The units of a layer side by side, the one with the most incoming connections left first: a flat curve says"
                        + " that pruning took as much from each. The paper's figure 21 (Adam) and 22 (SGD).";
            case AnatomyFigures.OUTGOING ->
                "The inputs of a layer side by side, the one with the most outgoing connections left first: a steep curve says"
                        + " that few inputs carry the ticket. The paper's figure 23 (Adam) and 24 (SGD).";
            default -> throw new IllegalArgumentException("no caption for " + chart.name());
        };
    }

    private void howItWasCounted() {
        html.append("<section>\n<h2>How it was counted</h2>\n<dl class=\"terms\">\n");
        term(
                "Pooled",
                "Weights and units of all trials count alike; the mask of a level is the one that its ticket was trained with.");
        term(
                "Density",
                "A Gaussian kernel of Silverman's bandwidth, 0.9 · min(standard deviation, interquartile range / 1.34) ·"
                        + " n^(−1/5), for each curve; the integral of each is 1. Distances are never negative, and what the"
                        + " kernels put below 0 is folded back. An axis leaves out at most 0.2 % of a curve's values at either"
                        + " end.");
        term(
                "Medians",
                "To about a 4,000th of the largest magnitude of its column in that layer, and ≈ 0 where they are smaller than"
                        + " that.");
        term(
                "Units",
                "Of a linear layer, the single values that come out of it (incoming connections) and go into it (outgoing);"
                        + " after a convolution those are one for each channel and place. Of a convolution, whole channels: its"
                        + " filters (incoming) and the channels that they read (outgoing), each with all weights of its"
                        + " kernels.");
        term(
                "Levels",
                "Those nearest to the paper's sizes (51.3, 21.1, 7.0, 3.6, 1.9 %), and the last where not all of these are there,"
                        + " unless --levels says others;"
                        + " movement is compared at the one nearest to 21.1 %.");
        term(
                "Layers",
                "Those that are pruned, and of more than six the first, the last and four evenly between, unless --layers"
                        + " says others.");
        html.append(
                        "</dl>\n<p>The figures have the form of those in Appendix F of Jonathan Frankle and Michael Carbin,")
                .append(
                        " <cite>The Lottery Ticket Hypothesis: Finding Sparse, Trainable Neural Networks</cite>, ICLR 2019,")
                .append(" arXiv:1803.03635, which are of LeNet-300-100.</p>\n</section>\n");
    }

    private void term(String word, String meaning) {
        html.append("<dt>")
                .append(Html.escape(word))
                .append("</dt>\n<dd>")
                .append(Html.escape(meaning))
                .append("</dd>\n");
    }
}
