package dev.tombola.report;

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

    /// For a figure that shows `middle`, mean or median, of `measure`.
    String of(List<Curves.Key> shown, Measure measure, String middle) {
        String bars = asked.trials() == 1 && levels.controls().equals(List.of(Levels.TICKET))
                ? ""
                : " · " + middle + ", bars from minimum to maximum";
        return run.network() + " on " + run.data() + " · " + trials(shown, measure) + bars;
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
            return counts.getMin() + " to " + counts.getMax() + " of " + RunFiles.plural(asked.trials(), "trial");
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
