package dev.tombola.sweep;

import dev.tombola.base.Plural;
import dev.tombola.base.Reason;
import dev.tombola.base.UserError;
import dev.tombola.kernel.KernelException;
import dev.tombola.lottery.CurveRow;
import dev.tombola.lottery.Engine;
import dev.tombola.lottery.InUseException;
import dev.tombola.lottery.JavaMemory;
import dev.tombola.lottery.Job;
import dev.tombola.lottery.LevelRow;
import dev.tombola.lottery.OpenRun;
import dev.tombola.lottery.Recipe;
import dev.tombola.lottery.RunReader;
import dev.tombola.results.Index;
import dev.tombola.results.SweepRow;
import dev.tombola.scheduler.Crew;
import dev.tombola.scheduler.Scheduler;
import dev.tombola.scheduler.Training;
import dev.tombola.train.Point;
import dev.tombola.train.StoppedException;
import dev.tombola.train.Trained;
import dev.tombola.train.TrainingListener;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Trains what is missing of a sweep, all recipes at once: a crew takes trainings as the scheduler hands them out. One
/// that fails is noted with its reason and takes those that need it with it; the others go on. What cannot be kept, for
/// want of disk, ends the sweep.
public final class SweepRun {
    private final Sweep sweep;
    private final SweepPlan plan;
    private final Crew crew;
    private final Site site;
    private final Surroundings surroundings;
    private final Index index;
    private final SweepListener listener;
    private final OpenRuns runs;
    private final SweepMeter meter;
    private final List<Failure> failures = new ArrayList<>();
    private final Set<String> awaited = ConcurrentHashMap.newKeySet();
    private int leftOut;

    /// What a sweep came to.
    ///
    /// @param done trainings that are finished, those of earlier sweeps among them
    /// @param leftOut trainings that need one that failed or diverged
    /// @param interrupted whether the listener ended it before everything was trained
    public record Outcome(int done, List<Failure> failures, int leftOut, boolean interrupted) {
        public Outcome {
            failures = List.copyOf(failures);
        }
    }

    /// A training that goes on.
    private record Going(Training training, Job job, OpenRun run, Engine.Part part, Patience patience) {}

    /// @param index the results database, or null where somebody else sees to it
    public SweepRun(Sweep sweep, SweepPlan plan, Site site, Index index, SweepListener listener) {
        this.sweep = sweep;
        this.plan = plan;
        this.site = site;
        this.surroundings = new Surroundings(plan, site, listener);
        this.index = index;
        this.listener = listener;
        this.crew = new Crew(scheduler(), site.idle());
        this.runs = new OpenRuns(plan, site, run -> tellIndex(to -> to.begun(run)), listener::noted);
        this.meter = new SweepMeter((int) (plan.wanted() - plan.lost()), plan.trainings(), System::nanoTime);
        this.leftOut = plan.lost();
    }

    /// Trainings one by one take memory of their own; those of groups take Java's, for what they come to.
    private Scheduler scheduler() {
        if (site.engine().together() == 1) {
            return new Scheduler(plan.trainings(), site.memory());
        }
        long share = Math.min(site.memory(), JavaMemory.share());
        List<Training> held = plan.trainings().stream()
                .map(training ->
                        training.taking(JavaMemory.of(plan.recipe(training).recipe(), share)))
                .toList();
        return new Scheduler(held, share);
    }

    /// Trains until nothing is left or somebody stops it.
    ///
    /// @throws UncheckedIOException if something cannot be kept; its message says what, and that what is finished is
    /// @throws KernelException if a GPU fails; likewise
    public Outcome run() {
        try {
            return toItsEnd();
        } catch (UncheckedIOException e) {
            throw new UncheckedIOException(stopped(e), e.getCause());
        } catch (KernelException e) {
            throw e.isOfDevice() ? KernelException.ofDevice(stopped(e), e) : e;
        }
    }

    private static String stopped(RuntimeException e) {
        return "The sweep stopped: %s; what was finished is kept, and the same command goes on from there."
                .formatted(Reason.said(e));
    }

    private Outcome toItsEnd() {
        surroundings.lookAround();
        tellIndex(this::begun);
        SweepRow.State state = SweepRow.State.FAILED;
        try {
            Outcome outcome = train();
            state = outcome.interrupted()
                    ? SweepRow.State.INTERRUPTED
                    : outcome.failures().isEmpty() ? SweepRow.State.DONE : SweepRow.State.FAILED;
            return outcome;
        } finally {
            boolean told = Thread.interrupted(); // with the flag set, files cannot be written
            SweepRow.State end = state;
            try (runs) {
                tick();
                tellIndex(to -> to.ended(sweep.name(), end));
            }
            if (told) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Outcome train() {
        boolean interrupted;
        try (ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("sweep-clock").factory())) {
            ScheduledFuture<?> ticks = clock.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
            interrupted = crew.run(site.workers(), site.engine()::together, this::train);
            ticks.cancel(false);
        }
        synchronized (this) {
            return new Outcome(meter.done(), failures, leftOut, interrupted);
        }
    }

    /// The database may have been left behind by a process that was killed.
    private void begun(Index to) {
        List<Recipe> recipes =
                plan.recipes().stream().map(PlannedRecipe::recipe).toList();
        to.sweep(sweep.name(), sweep.text(), recipes, (int) plan.wanted());
        for (PlannedRecipe planned : plan.recipes()) {
            if (!planned.finished().all().isEmpty()
                    || !planned.finished().damaged().isEmpty()) {
                surroundings.noting(
                        () -> to.catchUp(planned.folder(), planned.finished().all(), listener::noted));
            }
        }
    }

    private void tick() {
        SweepRow.Progress at;
        synchronized (this) {
            at = meter.progress(crew.running());
            listener.progress(at);
        }
        tellIndex(to -> to.progress(sweep.name(), at));
    }

    private void train(List<Training> group) {
        List<Going> going = new ArrayList<>();
        List<Optional<Going>> begun =
                group.parallelStream().map(one -> begin(one, going)).toList();
        begun.forEach(one -> one.ifPresent(going::add));
        if (going.isEmpty()) {
            return;
        }
        List<Going> all = List.copyOf(going);
        attempt(
                        going,
                        () -> site.engine()
                                .inGroups(all.stream().map(Going::part).toList()))
                .ifPresent(groups -> {
                    while (!going.isEmpty()) {
                        attempt(going, groups::next).ifPresent(trained -> {
                            trained.keySet().parallelStream().forEach(i -> end(all.get(i), trained.get(i)));
                            trained.keySet().forEach(i -> going.remove(all.get(i)));
                        });
                    }
                });
    }

    /// Nothing where it fails: then nothing goes on any more.
    private <T> Optional<T> attempt(List<Going> going, Supplier<T> work) {
        try {
            return Optional.of(work.get());
        } catch (StoppedException e) {
            if (!allLost(going)) {
                throw e;
            }
            going.forEach(this::giveUp);
        } catch (RuntimeException | Error e) {
            if (stopping()) { // a cluster that is stopped with us fails what runs
                throw new StoppedException();
            }
            if (e instanceof KernelException kernel && kernel.isOfDevice()) {
                throw kernel; // whatever else it was given would fail, too
            }
            going.forEach(one -> failed(one.training(), Failure.reason(e)));
        }
        going.clear();
        return Optional.empty();
    }

    /// Nothing where there is nothing to train, or it cannot be trained.
    ///
    /// @param group what goes on together, filled before any of it does
    private Optional<Going> begin(Training training, List<Going> group) {
        if (stopping()) {
            throw new StoppedException();
        }
        try {
            OpenRun run = runs.get(training);
            Optional<LevelRow> row = run.finished(plan.job(training));
            if (row.isEmpty()) {
                return Optional.of(going(training, run, group));
            }
            // by another process, since this was planned
            finished(training, run, row.get(), RunReader.open(run.path()).curve(plan.job(training)));
        } catch (InUseException _) {
            putOff(training);
        } catch (RuntimeException | Error e) {
            if (stopping()) {
                throw new StoppedException();
            }
            failed(training, Failure.reason(e));
        }
        return Optional.empty();
    }

    /// Another process works in the folder: what it leaves undone is done when it has let go of it.
    private void putOff(Training training) {
        PlannedRecipe planned = plan.recipe(training);
        if (awaited.add(planned.hash())) {
            tell(() -> listener.noted("The run folder %s is in use by another run: its trainings wait until it is free."
                    .formatted(planned.folder())));
        }
        crew.putOff(training);
    }

    private Going going(Training training, OpenRun run, List<Going> group) {
        Job job = plan.job(training);
        Patience patience = new Patience(sweep.stop());
        int iterations = run.recipe().train().iterations();
        int[] at = new int[1];
        TrainingListener watcher = new TrainingListener() {
            @Override
            public void evaluated(Point point) {
                patience.evaluated(point);
                double share = (double) point.iteration() / iterations;
                tell(() -> meter.advanced(training, share, point.iteration() - at[0]));
                at[0] = point.iteration();
            }

            @Override
            public boolean stopping() {
                return allLost(group) || SweepRun.this.stopping();
            }
        };
        Engine.Part part =
                run.part(job, watcher, sentence -> tell(() -> listener.noted(named(training) + ": " + sentence)));
        at[0] = part.done();
        tell(() -> meter.started(training, (double) part.done() / iterations));
        return new Going(training, job, run, part.with(patience.around(part.checkpoints())), patience);
    }

    /// Side by side, one that is given up keeps its place until the others are done: it costs its share, where
    /// stopping for it would cost them what they did since their last checkpoint.
    private static boolean allLost(List<Going> group) {
        for (Going one : group) { // no stream: every training of a group asks it, again and again
            if (!one.patience().lost()) {
                return false;
            }
        }
        return true;
    }

    private void end(Going going, Trained trained) {
        trained.curve().forEach(going.patience()::evaluated);
        if (going.patience().lost()) {
            giveUp(going);
        } else {
            keep(going, trained);
        }
    }

    private void keep(Going going, Trained trained) {
        LevelRow row = going.run().keep(going.job(), going.part().task(), trained);
        List<CurveRow> curve = trained.curve().stream()
                .map(point -> CurveRow.of(going.job(), point))
                .toList();
        finished(going.training(), going.run(), row, curve);
    }

    private void finished(Training training, OpenRun run, LevelRow row, List<CurveRow> curve) {
        tellIndex(to -> to.finished(run.path(), row, curve));
        tell(() -> {
            meter.finished(training);
            listener.finished(plan.recipe(training), plan.job(training), row);
        });
        List<Training> dropped = List.of();
        if (row.diverged()) {
            dropped = crew.failed(training);
            int count = dropped.size();
            String leftOut = count == 0 ? "" : "; " + Plural.are(count, "training") + " left out for want of it";
            tell(() -> listener.noted("%s diverged: its loss was not finite%s.".formatted(named(training), leftOut)));
        } else {
            crew.finished(training);
        }
        end(training, dropped);
    }

    private void giveUp(Going going) {
        going.run().giveUp(going.job());
        failed(going.training(), going.patience().reason());
    }

    private void failed(Training training, String reason) {
        PlannedRecipe planned = plan.recipe(training);
        Job job = plan.job(training);
        tellIndex(to -> {
            try {
                to.begun(planned.folder());
                to.failed(planned.folder(), job, reason);
            } catch (UserError _) {
                // The folder is what is wrong: then the list at the end has to do.
            }
        });
        tell(() -> meter.failed(training));
        Failure failure = new Failure(planned, plan.named(planned), job, reason, end(training, crew.failed(training)));
        tell(() -> {
            failures.add(failure);
            listener.failed(failure);
        });
    }

    /// Returns how many trainings never will be, for they need this one.
    private int end(Training training, List<Training> dropped) {
        tell(() -> {
            dropped.forEach(meter::dropped);
            leftOut += dropped.size();
        });
        dropped.forEach(runs::ended);
        runs.ended(training);
        return dropped.size();
    }

    private String named(Training training) {
        return plan.named(plan.recipe(training)) + ", " + plan.job(training);
    }

    private boolean stopping() {
        return crew.stopped() || listener.stopping();
    }

    /// One call of the listener at a time.
    private synchronized void tell(Runnable call) {
        call.run();
    }

    private void tellIndex(Consumer<Index> call) {
        if (index != null) {
            call.accept(index);
        }
    }
}
