package dev.tombola.report;

import dev.tombola.base.Plural;
import dev.tombola.lottery.Control;
import java.util.List;

/// How many trainings the recipe asks for: fewer are there while a run goes on, where one failed or was given up, and
/// after one that diverged.
///
/// @param trials at least as many as there are
/// @param controls the ticket among them
/// @param draws trainings of a trial and level of a control that is redrawn
record Asked(int trials, int levels, List<String> controls, int draws) {

    /// What the recipe of `run` asks for; where it says nothing, what is there.
    static Asked of(RunFiles run) {
        Levels found = run.levels();
        int last = found.isEmpty() ? 0 : found.levels().getLast();
        String controls = run.recipe().getOrDefault("run.controls", String.join(", ", found.controls()));
        return new Asked(
                Math.max(found.trials(), run.number("run.trials", 0).intValue()),
                run.number("run.levels", last).intValue(),
                List.of(controls.split(", ")),
                run.number("run.draws", 1).intValue());
    }

    /// In all; the dense network is trained once a trial.
    long trainings() {
        int each = controls.stream()
                .mapToInt(control -> redrawn(control) ? draws : 1)
                .sum();
        return trials * (1L + (long) levels * each);
    }

    /// `there` of how many trainings of `control` at one level, in words; empty if that is all.
    String share(String control, int there) {
        boolean redrawn = redrawn(control);
        int all = redrawn ? trials * draws : trials;
        return there >= all ? "" : of(there, all, redrawn ? "training" : "trial");
    }

    /// `3 of 5 trials`, or `5 trials` where `there` is all.
    static String of(long there, long all, String word) {
        return there >= all ? Plural.of(there, word) : Text.count(there) + " of " + Plural.of(all, word);
    }

    private static boolean redrawn(String control) {
        return Control.labels().contains(control) && Control.of(control).redrawn();
    }
}
