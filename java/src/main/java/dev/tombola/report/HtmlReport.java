package dev.tombola.report;

import dev.tombola.base.Plural;
import dev.tombola.report.Levels.Measure;
import java.util.List;
import java.util.Locale;

/// The page of a run.
final class HtmlReport {
    private final RunFiles run;
    private final Levels levels;
    private final HtmlPage html;

    private HtmlReport(RunFiles run) {
        this.run = run;
        levels = run.levels();
        html = new HtmlPage("tombola report", "Lottery tickets: " + run.network() + " on " + run.data());
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
        html.append("</header>\n").append(Facts.of(run));
        if (!levels.isEmpty()) {
            html.figure(charts.getFirst());
            table();
            html.append("<section>\n<h2>More figures</h2>\n");
            charts.subList(1, charts.size()).forEach(html::figure);
            html.append("</section>\n");
        }
        html.append(HowToRead.of(run));
        provenance();
        return html.end();
    }

    private void notices(String warning) {
        if (run.synthetic()) {
            html.notice(
                    "The data are synthetic: digits that the program draws itself. Numbers here compare tickets with"
                            + " controls and say nothing about MNIST.");
        }
        html.notice(run.machine().getOrDefault("data_warning", ""));
        html.notice(run.machine().getOrDefault("gpu_warning", ""));
        if (levels.diverged() > 0) {
            html.notice(String.format(
                    Locale.ROOT,
                    "%,d of %s diverged (a loss or accuracy that is not finite) and %s left out of the means.",
                    levels.diverged(),
                    Plural.of(levels.trainings(), "training"),
                    levels.diverged() == 1 ? "is" : "are"));
        }
        long atEnd = levels.stopAtEnd(run.lastIteration());
        if (atEnd > 0) {
            html.notice(String.format(
                    Locale.ROOT,
                    "In %,d of %s validation loss was lowest at the very end: %s early stop is a lower bound; train longer.",
                    atEnd,
                    Plural.of(levels.trainings(), "training"),
                    atEnd == 1 ? "its" : "their"));
        }
        html.notice(warning);
    }

    private void table() {
        List<String> controls = levels.controls();
        Asked asked = run.asked();
        html.append(
                "<section>\n<h2>Level by level</h2>\n<div class=\"scroll\">\n<table class=\"levels\">\n<thead>\n<tr>");
        html.append("<th colspan=\"3\">network</th><th colspan=\"" + controls.size()
                + "\">test accuracy at the early-stop iteration, %</th><th colspan=\"2\">ticket</th></tr>\n<tr>");
        html.append("<th>level</th><th>% left</th><th>weights</th>");
        for (String control : controls) {
            html.append("<th>").append(Html.escape(Look.of(control).label())).append("</th>");
        }
        html.append("<th>early stop</th><th>µs per step</th></tr>\n</thead>\n<tbody>\n");
        for (int level : levels.levels()) {
            html.append("<tr>").cell(Integer.toString(level));
            html.cell(Text.percentLeft(levels.percentLeft(level))).cell(Text.count(levels.weightsLeft(level)));
            for (String control : controls) {
                Stat stat = levels.stat(control, level, Measure.TEST_EARLY_STOP);
                html.cell(
                        Text.accuracy(stat.mean()),
                        stat.range(Text::accuracy),
                        levels.has(control, level) ? asked.share(control, stat.count()) : "");
            }
            Stat stop = levels.stat(Levels.TICKET, level, Measure.EARLY_STOP);
            html.cell(run.least(Levels.TICKET, level) + Text.whole(stop.mean()), stop.range(Text::whole));
            html.cell(
                    Text.short3(levels.stat(Levels.TICKET, level, Measure.STEP).median()));
            html.append("</tr>\n");
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

    private void provenance() {
        if (!run.machine().isEmpty()) {
            html.append("<section>\n<h2>Machine</h2>\n<table class=\"pairs\">\n");
            run.machine()
                    .forEach((name, value) -> html.append("<tr><th>" + Html.escape(name.replace('_', ' ')) + "</th>")
                            .cell(value)
                            .append("</tr>\n"));
            html.append("</table>\n</section>\n");
        }
        html.append("<section>\n<h2>Recipe</h2>\n");
        html.details("recipe.yaml, every setting of this run", run.recipeText());
        html.append("</section>\n");
    }
}
