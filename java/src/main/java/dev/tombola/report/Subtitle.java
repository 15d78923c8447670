package dev.tombola.report;

import dev.tombola.base.Plural;
import dev.tombola.report.Chart.Line;
import dev.tombola.report.Chart.Point;
import dev.tombola.report.Levels.Measure;
import java.util.IntSummaryStatistics;
import java.util.List;

/// What stands under a figure's title: network, data, trials and what the bars are.
final class Subtitle {
    private final RunFiles run;
    private final Levels levels;
    private final Asked asked;

    Subtitle(RunFiles run) {
        this.run = run;
        levels = run.levels();
        asked = run.asked();
    }

    /// For a figure that shows `middle`, mean or median, of `measure` in these lines.
    String of(List<Curves.Key> shown, Measure measure, String middle, List<Line> lines) {
        return run.network() + " on " + run.data() + " · " + trials(shown, measure) + marks(middle, lines);
    }

    /// What is drawn where a value lies, as far as there is anything to say.
    static String marks(String middle, List<Line> lines) {
        boolean bars = lines.stream().flatMap(line -> line.points().stream()).anyMatch(Point::hasBar);
        boolean shifted = lines.stream().anyMatch(line -> line.shift() != 0);
        return (bars ? " · " + middle + ", bars from minimum to maximum" : "")
                + (shifted ? (bars ? ", " : " · points ") + "side by side" : "");
    }

    /// `5 trials` where every point has all of them, else `4 of 5 trials` or `3 to 5 of 5 trials`.
    private String trials(List<Curves.Key> shown, Measure measure) {
        List<Curves.Key> known = shown.stream()
                .filter(key -> levels.stat(key.control(), key.level(), measure).known())
                .toList();
        IntSummaryStatistics counts = known.stream()
                .mapToInt(key -> levels.trials(key.control(), key.level(), measure))
                .summaryStatistics();
        if (counts.getMin() < counts.getMax()) {
            return counts.getMin() + " to " + counts.getMax() + " of " + Plural.of(asked.trials(), "trial");
        }
        String trials = Asked.of(known.isEmpty() ? 0 : counts.getMax(), asked.trials(), "trial");
        boolean redraws = known.stream()
                .map(key -> asked.share(
                        key.control(),
                        levels.stat(key.control(), key.level(), measure).count()))
                .allMatch(String::isEmpty);
        return redraws || counts.getMax() < asked.trials() ? trials : trials + ", not all redraws";
    }
}
