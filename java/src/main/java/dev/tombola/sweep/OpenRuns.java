package dev.tombola.sweep;

import dev.tombola.base.UserError;
import dev.tombola.lottery.InUseException;
import dev.tombola.lottery.Machine;
import dev.tombola.lottery.OpenRun;
import dev.tombola.scheduler.Training;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// The run folders of a sweep that are open, and with each its images: from its first training to its last, but no more
/// than a few at a time. Where there are more recipes, one in which nothing goes on is closed until its next training.
final class OpenRuns implements AutoCloseable {
    /// Folders that stay open though nothing goes on in them.
    static final int MOST = 64;

    private final SweepPlan plan;
    private final Site site;
    private final Consumer<Path> changed;
    private final Consumer<String> noted;
    private final Map<String, Held> byHash = new HashMap<>();
    private final Set<Held> open = new LinkedHashSet<>();

    private static final class Held {
        private final PlannedRecipe planned;
        private final Set<Training> going = new HashSet<>();
        private int left;
        private OpenRun run;
        private UserError refused;

        Held(PlannedRecipe planned) {
            this.planned = planned;
        }
    }

    /// @param changed told of each folder that was opened, before anything is trained in it, or closed
    /// @param noted told in one sentence what a person should know of a folder
    OpenRuns(SweepPlan plan, Site site, Consumer<Path> changed, Consumer<String> noted) {
        this.plan = plan;
        this.site = site;
        this.changed = changed;
        this.noted = noted;
        plan.trainings().forEach(training -> {
            PlannedRecipe planned = plan.recipe(training);
            byHash.computeIfAbsent(planned.hash(), _ -> new Held(planned)).left++;
        });
    }

    /// The run of a training, open.
    ///
    /// @throws InUseException if its folder cannot be had now
    /// @throws UserError if it cannot be had at all, for each of its trainings
    OpenRun get(Training training) {
        Held held = held(training);
        synchronized (held) { // others open theirs meanwhile
            if (held.refused != null) {
                throw new UserError(held.refused.getMessage(), held.refused);
            }
            if (held.run == null) {
                open(held);
            }
            held.going.add(training);
            return held.run;
        }
    }

    /// Tells that a training has ended, however it did: the last one of a recipe closes its folder.
    void ended(Training training) {
        Held held = held(training);
        synchronized (held) {
            held.going.remove(training);
            held.left--;
            if (held.left == 0) {
                close(held);
            }
        }
        closeIdle();
    }

    /// Closes those that were opened first, as far as there are too many.
    private void closeIdle() {
        List<Held> all;
        synchronized (open) {
            all = List.copyOf(open);
        }
        int tooMany = all.size() - MOST;
        for (int i = 0; i < all.size() && tooMany > 0; i++) {
            Held held = all.get(i);
            synchronized (held) {
                if (held.run != null && held.going.isEmpty()) {
                    close(held);
                    tooMany--;
                }
            }
        }
    }

    /// Closes what was stopped on the way.
    @Override
    public void close() {
        for (Held held : byHash.values()) {
            synchronized (held) {
                close(held);
            }
        }
    }

    private Held held(Training training) {
        return byHash.get(plan.recipe(training).hash());
    }

    private void open(Held held) {
        try {
            held.run = opened(held.planned);
            synchronized (open) {
                open.add(held);
            }
        } catch (InUseException e) {
            throw e; // for now
        } catch (UserError e) {
            held.refused = e;
            throw e;
        }
    }

    /// The images come first: what is refused for them leaves no folder behind.
    private OpenRun opened(PlannedRecipe planned) {
        Optional<String> warning = site.engine().hold(planned.recipe());
        try {
            OpenRun run = OpenRun.open(planned.folder(), planned.recipe(), planned.jobs(), plan.tickets());
            try {
                Machine ran = site.machine().get();
                warning.ifPresent(ran::warn);
                run.begin(ran).ifPresent(noted);
                changed.accept(planned.folder());
                return run;
            } catch (RuntimeException e) {
                run.close();
                throw e;
            }
        } catch (RuntimeException e) {
            site.engine().release(planned.recipe());
            throw e;
        }
    }

    private void close(Held held) {
        if (held.run == null) {
            return;
        }
        synchronized (open) {
            open.remove(held);
        }
        try (OpenRun run = held.run) {
            run.end();
            changed.accept(run.path());
        } finally {
            held.run = null;
            site.engine().release(held.planned.recipe());
        }
    }
}
