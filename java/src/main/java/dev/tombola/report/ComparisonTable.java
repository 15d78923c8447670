package dev.tombola.report;

import dev.tombola.report.Levels.Measure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The table of a comparison's page: a row for each run.
final class ComparisonTable {
    /// Columns of settings that fit beside what was found.
    private static final int MOST_SETTINGS = 6;

    private final Score score;
    private final List<Compared> runs;
    private final List<String> settings;
    private final List<String> unshown;

    ComparisonTable(Score score, List<Compared> runs, Differences differences) {
        this.score = score;
        this.runs = runs;
        List<String> keys = new ArrayList<>(differences.naming());
        differences.keys().stream().filter(key -> !keys.contains(key)).forEach(keys::add);
        if (runs.stream().allMatch(run -> run.name().startsWith(differences.name(run.run())))) {
            keys.removeAll(differences.naming()); // the names say them
        }
        settings = keys.subList(0, Math.min(MOST_SETTINGS, keys.size()));
        unshown = keys.subList(settings.size(), keys.size());
    }

    /// Appends the section to `html`.
    void to(HtmlPage html) {
        html.append("<section>\n<h2>Run by run</h2>\n<div class=\"scroll\">\n");
        html.append("<table class=\"levels runs\">\n<thead>\n<tr><th></th>");
        html.append(settings.isEmpty() ? "" : "<th colspan=\"" + settings.size() + "\">settings</th>");
        html.append("<th colspan=\"3\">dense network</th><th colspan=\"2\">most accurate level</th>");
        html.append("<th colspan=\"3\">smallest winning ticket</th></tr>\n<tr><th>run</th>");
        settings.forEach(key -> html.append("<th>" + Html.escape(Differences.word(key)) + "</th>"));
        html.append("<th>weights</th><th>accuracy, %</th><th>early stop</th><th>accuracy, %</th><th>% left</th>");
        html.append("<th>% left</th><th>test, %</th><th>early stop</th></tr>\n</thead>\n<tbody>\n");
        runs.forEach(run -> row(html, run));
        html.append("</tbody>\n</table>\n</div>\n");
        html.paragraph("small", below());
        html.append("</section>\n");
    }

    private void row(HtmlPage html, Compared compared) {
        RunFiles run = compared.run();
        Levels levels = run.levels();
        Path folder = compared.folder();
        html.append("<tr>").cell(compared.name(), folder.endsWith(compared.name()) ? "" : folder.toString());
        for (String key : settings) {
            String value = Differences.value(run, key);
            html.cell(value.isEmpty() ? "–" : value);
        }
        html.cell(Text.count(levels.weightsTotal()));
        Stat dense = levels.stat(Levels.TICKET, 0, score.earlyStop());
        html.cell(Text.accuracy(dense.mean()), dense.range(Text::accuracy));
        Stat stop = levels.stat(Levels.TICKET, 0, Measure.EARLY_STOP);
        html.cell(run.least(Levels.TICKET, 0) + Text.whole(stop.mean()), stop.range(Text::whole));
        best(html, run);
        winner(html, run);
        html.append("</tr>\n");
    }

    private void best(HtmlPage html, RunFiles run) {
        Optional<Best> best = Best.of(run, score);
        if (best.isEmpty()) {
            html.cell("–").cell("–");
            return;
        }
        int level = best.get().level();
        Stat stat = run.levels().stat(Levels.TICKET, level, score.earlyStop());
        html.cell(Text.accuracy(stat.mean()), stat.range(Text::accuracy));
        html.cell(Text.percentLeft(run.levels().percentLeft(level)), weights(run, level));
    }

    private static void winner(HtmlPage html, RunFiles run) {
        Optional<Verdict> winner = Verdict.winner(run);
        if (winner.isEmpty()) {
            html.cell(Verdict.untold(run) ? "untold" : "none").cell("–").cell("–");
            return;
        }
        int level = winner.get().level();
        html.cell(Text.percentLeft(run.levels().percentLeft(level)), weights(run, level));
        html.cell(Text.accuracy(winner.get().accuracy()));
        html.cell(winner.get().stop().toString());
    }

    private static String weights(RunFiles run, int level) {
        return Text.count(run.levels().weightsLeft(level)) + " weights";
    }

    private String below() {
        String judged = runs.stream().allMatch(run -> Judged.of(run.run()).initial())
                ? ""
                : " Tickets that start from trained weights are none.";
        String untold = runs.stream().map(Compared::run).noneMatch(Verdict::untold)
                ? ""
                : " Untold: one is as accurate, but trainings end before it can be told whether it stops no later.";
        String also = unshown.isEmpty() ? "" : " The runs differ in " + Differences.words(unshown) + " as well.";
        return "Accuracies are those at the early stop, on " + score.label()
                + " images; means over trials, minimum to maximum below. A winning ticket is no less accurate on test images"
                + " than its run's dense network and stops no later, in the mean." + judged + untold + also;
    }
}
