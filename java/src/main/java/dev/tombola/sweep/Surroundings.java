package dev.tombola.sweep;

import dev.tombola.base.UserError;
import dev.tombola.lottery.InUseException;
import dev.tombola.lottery.OpenRun;
import dev.tombola.lottery.RunReader;

/// What a sweep finds where it is to work.
record Surroundings(SweepPlan plan, Site site, SweepListener listener) {
    /// Says what of schedules never comes, and sees to what no training will: recipes that are missing from their
    /// folders are written again, as are tables that a process was killed before, and damaged files that nobody asks
    /// for are named. What is asked for fails when its turn comes.
    void lookAround() {
        plan.recipes().stream()
                .map(planned -> planned.recipe().train())
                .flatMap(train -> train.optimizer().schedule().beyond(train.iterations()).stream())
                .distinct()
                .forEach(listener::noted);
        for (PlannedRecipe planned : plan.recipes()) {
            boolean begun = !planned.finished().all().isEmpty();
            if (begun && !RunReader.hasRecipe(planned.folder())) {
                noting(() -> {
                    OpenRun.open(planned.folder(), planned.recipe(), planned.jobs(), plan.tickets())
                            .close();
                    listener.noted("%s was missing and is there again."
                            .formatted(planned.folder().resolve("recipe.yaml")));
                });
            }
            if (begun && planned.missing(plan.tickets()).isEmpty()) {
                noting(() -> end(planned));
            }
            planned.finished().damaged().forEach((job, found) -> {
                if (!planned.jobs().contains(job)) {
                    listener.noted(found);
                }
            });
        }
    }

    /// Ends a run in which nothing is left to train, unless somebody has.
    private void end(PlannedRecipe planned) {
        if (RunReader.isEnded(planned.folder())) {
            return;
        }
        try (OpenRun run = OpenRun.open(planned.folder(), planned.recipe(), planned.jobs(), plan.tickets())) {
            run.begin(site.machine().get());
            run.end();
        } catch (InUseException _) {
            // Whoever works there ends it.
        }
    }

    /// Whatever is wrong with a folder is no reason to leave the others.
    void noting(Runnable call) {
        try {
            call.run();
        } catch (UserError e) {
            listener.noted(e.getMessage());
        }
    }
}
