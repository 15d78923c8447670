package dev.tombola.report;

import dev.tombola.base.Plural;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The page of a comparison.
final class ComparisonPage {
    private final Comparison comparison;
    private final List<Compared> runs;
    private final Differences differences;
    private final HtmlPage html;

    ComparisonPage(Comparison comparison, List<Compared> runs, Differences differences) {
        this.comparison = comparison;
        this.runs = runs;
        this.differences = differences;
        String network = Compared.same(runs, RunFiles::network);
        String by = Differences.words(differences.naming());
        html = new HtmlPage(
                "tombola compare",
                "Lottery tickets" + (by.isEmpty() ? "" : " by " + by) + ": "
                        + (network.isEmpty() ? "" : network + " on ")
                        + runs.getFirst().run().data());
    }

    /// @param warning a sentence to print above the figures, or empty
    String of(List<Chart> charts, String warning) {
        html.paragraph("lead", lead());
        notices(warning);
        html.append("</header>\n")
                .append(Facts.common(runs.stream().map(Compared::run).toList()));
        new ComparisonTable(comparison.score(), runs, differences).to(html);
        html.append("<section>\n<h2>Figures</h2>\n");
        charts.forEach(html::figure);
        html.append("</section>\n");
        howToRead();
        settings();
        return html.end();
    }

    private String lead() {
        List<String> others = new ArrayList<>(differences.keys());
        others.removeAll(differences.naming());
        String differ = differences.keys().isEmpty()
                ? " of one recipe: they differ in no setting, and are named by their folders."
                : differences.keys().equals(List.of("run.seed"))
                        ? " that differ in nothing but the seed."
                        : " that differ in %s%s."
                                .formatted(
                                        Differences.words(differences.naming()),
                                        others.isEmpty() ? "" : "; besides also in " + Differences.words(others));
        return runs.size() + " runs" + differ + best() + smallest();
    }

    private String best() {
        Score score = comparison.score();
        return runs.stream()
                .filter(run -> Best.of(run.run(), score).isPresent())
                .max(Comparator.comparingDouble(
                        run -> Best.of(run.run(), score).orElseThrow().accuracy()))
                .map(run -> {
                    Best best = Best.of(run.run(), score).orElseThrow();
                    return " The most accurate network, with %s %% %s accuracy at its early stop and %s %% of the weights, is found with %s."
                            .formatted(
                                    Text.accuracy(best.accuracy()),
                                    score.label(),
                                    Text.percentLeft(run.run().levels().percentLeft(best.level())),
                                    run.name());
                })
                .orElse(" All trainings diverged.");
    }

    private String smallest() {
        return runs.stream()
                .filter(run -> Verdict.winner(run.run()).isPresent())
                .min(Comparator.<Compared>comparingDouble(run -> comparison
                                .size()
                                .of(
                                        run.run(),
                                        Verdict.winner(run.run()).orElseThrow().level()))
                        .thenComparing(
                                run -> Verdict.winner(run.run()).orElseThrow().accuracy(), Comparator.reverseOrder()))
                .map(run -> {
                    Verdict winner = Verdict.winner(run.run()).orElseThrow();
                    int level = winner.level();
                    return " The smallest winning ticket, with %s %% of the weights (%s) and %s %% test accuracy, is found with %s."
                            .formatted(
                                    Text.percentLeft(run.run().levels().percentLeft(level)),
                                    Text.count(run.run().levels().weightsLeft(level)),
                                    Text.accuracy(winner.accuracy()),
                                    run.name());
                })
                .orElse(
                        runs.stream().map(Compared::run).anyMatch(Verdict::untold)
                                ? " No winning ticket can be named: whether some that are as accurate are as fast cannot be told."
                                : " No run has a winning ticket.");
    }

    private void notices(String warning) {
        if (runs.getFirst().run().synthetic()) {
            html.notice(
                    "The data are synthetic: digits that the program draws itself. Numbers here compare runs with one"
                            + " another and say nothing about MNIST.");
        }
        if (differences.keys().contains("data.content")) {
            html.notice(
                    "The runs' data have one name but other images or labels (data.content): their accuracies are not"
                            + " of the same task.");
        }
        runs.stream()
                .map(run -> run.run().machine())
                .flatMap(machine -> Stream.of("data_warning", "gpu_warning").map(machine::get))
                .filter(Objects::nonNull)
                .distinct()
                .forEach(html::notice);
        each("Some trainings diverged (a loss or accuracy that is not finite) and are left out of the means", run -> {
            Levels levels = run.levels();
            return share(levels.diverged(), levels.trainings(), levels.diverged() > 0);
        });
        each("Not all trainings that were asked for are there", run -> {
            long asked = run.asked().trainings();
            return share(run.levels().trainings(), asked, run.levels().trainings() < asked);
        });
        each(
                "Validation loss of some trainings was lowest at the very end, so that their early stop is a lower bound",
                run -> {
                    long atEnd = run.levels().stopAtEnd(run.lastIteration());
                    return share(atEnd, run.levels().trainings(), atEnd > 0);
                });
        for (String control : comparison.controls()) {
            each(
                    Look.of(control).label() + " is not there",
                    run -> run.levels().controls().contains(control) ? "" : "none");
        }
        html.notice(warning);
    }

    private static String share(long some, long all, boolean said) {
        return said ? Text.count(some) + " of " + Plural.of(all, "training") : "";
    }

    /// A notice of those runs that have something to say.
    private void each(String what, Function<RunFiles, String> said) {
        String list = runs.stream()
                .filter(run -> !said.apply(run.run()).isEmpty())
                .map(run -> run.name() + " (" + said.apply(run.run()) + ")")
                .collect(Collectors.joining(", "));
        if (!list.isEmpty()) {
            html.notice(what + ": " + list + ".");
        }
    }

    private void howToRead() {
        String strokes = comparison.controls().size() == 1
                ? comparison
                        .alone()
                        .map(" Those of %s, not of the ticket."::formatted)
                        .orElse("")
                : " Colour and marker say which run, the stroke which control.";
        html.append(String.format(Locale.ROOT, """
                <section>
                <h2>How to read it</h2>
                <dl class="terms">
                <dt>lines</dt>
                <dd>Means over trials and redraws at each level of pruning, from the dense network on the left to the smallest
                ticket on the right; the x axis is logarithmic.%s</dd>
                <dt>bars</dt>
                <dd>Minimum to maximum, with an arrow where one goes on beyond the axis; those of several runs stand side by side.
                A line that leaves the figure below has means far under most others there.</dd>
                <dt>early stop</dt>
                <dd>The evaluation with the first minimum of validation loss. It is found afterwards: every training runs to its
                end. Hollow markers are lower bounds.</dd>
                </dl>
                <p>The figures have the form of figures 7, 8 and 26 to 45 of Jonathan Frankle and Michael Carbin, <cite>The Lottery
                Ticket Hypothesis: Finding Sparse, Trainable Neural Networks</cite>, ICLR 2019, arXiv:1803.03635.</p>
                </section>
                """, strokes));
    }

    private void settings() {
        html.append("<section>\n<h2>Recipes</h2>\n");
        html.details("every setting that all runs have alike", differences.common());
        runs.forEach(
                run -> html.details("recipe.yaml of " + run.name(), run.run().recipeText()));
        html.append("</section>\n");
    }
}
