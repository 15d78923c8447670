package dev.tombola.report;

import dev.tombola.report.Levels.Measure;
import java.util.List;
import java.util.Locale;

/// One page with everything in it: no script, no outside file.
final class HtmlReport {
    private final RunFiles run;
    private final Levels levels;
    private final Page html;

    private HtmlReport(RunFiles run) {
        this.run = run;
        levels = run.levels();
        html = new Page("tombola report", "Lottery tickets: " + run.network() + " on " + run.data());
    }

    /// The page.
    ///
    /// @param warning a sentence to print above the figures, or empty
    static String of(RunFiles run, List<Chart> charts, String warning) {
        return new HtmlReport(run).page(charts, warning);
    }

    private String page(List<Chart> charts, String warning) {
        html.paragraph("lead", Headline.of(run));
        notices(warning);
        html.append("</header>\n");
        html.append(Facts.of(run));
        if (!levels.isEmpty()) {
            html.figure(charts.getFirst(), "");
            table();
            figures(charts.subList(1, charts.size()));
        }
        html.append(HowToRead.of(run));
        provenance();
        return html.end();
    }

    private void notices(String warning) {
        if (run.synthetic()) {
            html.paragraph(
                    "notice",
                    "The data are synthetic: digits that the program draws itself. Numbers here compare tickets with"
                            + " controls and say nothing about MNIST.");
        }
        if (run.machine().containsKey("data_warning")) {
            html.paragraph("notice", run.machine().get("data_warning"));
        }
        if (levels.diverged() > 0) {
            html.paragraph(
                    "notice",
                    String.format(
                            Locale.ROOT,
                            "%,d of %s diverged (a loss or accuracy that is not finite) and %s left out of the means.",
                            levels.diverged(),
                            RunFiles.plural(levels.trainings(), "training"),
                            levels.diverged() == 1 ? "is" : "are"));
        }
        long atEnd = levels.stopAtEnd(run.lastIteration());
        if (atEnd > 0) {
            html.paragraph(
                    "notice",
                    String.format(
                            Locale.ROOT,
                            "In %,d of %s validation loss was lowest at the very end: their early stop is a lower bound; train"
                                    + " longer.",
                            atEnd,
                            RunFiles.plural(levels.trainings(), "training")));
        }
        if (!warning.isEmpty()) {
            html.paragraph("notice", warning);
        }
    }

    private void table() {
        List<String> controls = levels.controls();
        Asked asked = run.asked();
        html.append(
                "<section>\n<h2>Level by level</h2>\n<div class=\"scroll\">\n<table class=\"levels\">\n<thead>\n<tr>");
        html.append("<th colspan=\"3\">network</th><th colspan=\"").append(controls.size());
        html.append("\">test accuracy at the early-stop iteration, %</th><th colspan=\"2\">ticket</th></tr>\n<tr>");
        html.append("<th>level</th><th>% left</th><th>weights</th>");
        for (String control : controls) {
            html.append("<th>").append(Html.escape(Look.of(control).label())).append("</th>");
        }
        html.append("<th>early stop</th><th>µs per step</th></tr>\n</thead>\n<tbody>\n");
        for (int level : levels.levels()) {
            html.append("<tr><td>").append(level);
            cell(Text.percentLeft(levels.percentLeft(level)), "");
            cell(Text.count(levels.weightsLeft(level)), "");
            for (String control : controls) {
                Stat stat = levels.stat(control, level, Measure.TEST_EARLY_STOP);
                cell(Text.accuracy(stat.mean()), range(stat, Text.accuracy(stat.low()), Text.accuracy(stat.high())));
                small(levels.has(control, level) ? asked.share(control, stat.count()) : "");
            }
            Stat stop = levels.stat(Levels.TICKET, level, Measure.EARLY_STOP);
            String least = levels.stopsAtEnd(Levels.TICKET, level, run.lastIteration()) ? "≥ " : "";
            cell(least + Text.whole(stop.mean()), range(stop, Text.whole(stop.low()), Text.whole(stop.high())));
            cell(Text.short3(levels.stat(Levels.TICKET, level, Measure.STEP).median()), "");
            html.append("</td></tr>\n");
        }
        html.append("</tbody>\n</table>\n</div>\n");
        boolean all = levels.trainings() - levels.diverged() >= asked.trainings();
        html.paragraph(
                "small",
                "Means; minimum to maximum below, over trials and redraws. µs per step is the median."
                        + (all
                                ? ""
                                : " Where fewer have finished than were asked for, or some diverged, it says how many."));
        html.append("</section>\n");
    }

    private static String range(Stat stat, String low, String high) {
        return stat.high() > stat.low() ? low + "–" + high : "";
    }

    private void cell(String value, String range) {
        html.append("</td><td>").append(value);
        small(range);
    }

    private void small(String text) {
        html.append(text.isEmpty() ? "" : "<small>" + text + "</small>");
    }

    private void figures(List<Chart> charts) {
        html.append("<section>\n<h2>More figures</h2>\n");
        charts.forEach(chart -> html.figure(chart, ""));
        html.append("</section>\n");
    }

    private void provenance() {
        if (!run.machine().isEmpty()) {
            html.append("<section>\n<h2>Machine</h2>\n<table class=\"pairs\">\n");
            run.machine()
                    .forEach((name, value) -> html.append("<tr><th>")
                            .append(Html.escape(name.replace('_', ' ')))
                            .append("</th><td>")
                            .append(Html.escape(value))
                            .append("</td></tr>\n"));
            html.append("</table>\n</section>\n");
        }
        html.append(
                "<section>\n<h2>Recipe</h2>\n<details>\n<summary>recipe.yaml, every setting of this run</summary>\n");
        html.append("<pre>").append(Html.escape(run.recipeText())).append("</pre>\n</details>\n</section>\n");
    }
}
