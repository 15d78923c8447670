package dev.tombola.train;

import dev.tombola.nn.State;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// The trainings of a group from their first values to their last iteration, each as [TrainingRun] has it alone. The
/// device is asked for numbers at evaluations only, so a loss that is not finite is found late: such a training is
/// lost, unless the run is careful.
final class ReplicaRun {
    private final ReplicaGroup group;
    private final Task task;
    private final List<ReplicaTrainer.Part> parts;
    private final boolean careful;
    private final List<Course> courses;
    private final BitSet lost = new BitSet();
    private final Stopwatch watch;
    private int done;

    /// @param careful whether to look at the loss after every step, to end where it is not finite: for one training
    ReplicaRun(ReplicaGroup group, List<ReplicaTrainer.Part> parts, boolean careful) {
        this.group = group;
        this.task = parts.getFirst().task();
        this.parts = parts;
        this.careful = careful;
        this.courses = parts.stream().map(_ -> new Course()).toList();
        this.watch =
                new Stopwatch((task.iterations() - task.first()) / task.evaluateEvery() + 2, () -> 0, System::nanoTime);
        this.done = task.first();
    }

    /// Goes on from a checkpoint of each training.
    ///
    /// @param behind iterations that each of them has done
    void takeUp(int behind) {
        done = behind;
        group.inHostCopies(r -> {
            Checkpoint checkpoint = parts.get(r).checkpoints().latest().orElseThrow();
            if (checkpoint.done() != behind) {
                throw new IllegalStateException("a checkpoint after %d iterations was said to be after %d"
                        .formatted(checkpoint.done(), behind));
            }
            group.takeUp(r, checkpoint, courses.get(r));
            synchronized (watch) {
                watch.add(checkpoint.secondsTrain(), checkpoint.secondsEval());
            }
        });
    }

    /// What each training came to; null where it was lost.
    ///
    /// @throws StoppedException when a listener asks to stop
    List<Trained> run() {
        int timedFrom = done;
        while (done < task.iterations() && goesOn()) {
            if (parts.stream().anyMatch(part -> part.listener().stopping())) {
                stop();
            }
            int count = together();
            group.steps(done, count);
            done += count;
            if (done == task.rewind()) {
                group.await();
                each(r -> courses.get(r).rewind(group.state(r)));
            }
            if (careful) {
                findLost();
            }
            if (done % task.evaluateEvery() == 0 || done == task.iterations() || !goesOn()) {
                ReplicaScores trained = findLost();
                watch.trained(done - timedFrom);
                timedFrom = done;
                if (goesOn()) {
                    evaluate(trained);
                }
                watch.evaluated();
            }
            if (done < task.iterations()
                    && parts.stream().anyMatch(part -> part.checkpoints().due(done))) {
                keep();
            }
        }
        group.await();
        return results();
    }

    /// Iterations until something is looked at, but not many: stops and checkpoints are asked for between.
    private int together() {
        long evaluated = (done / task.evaluateEvery() + 1L) * task.evaluateEvery();
        int next = (int) Math.min(evaluated, task.iterations());
        if (done < task.rewind()) {
            next = Math.min(next, task.rewind());
        }
        return careful ? 1 : Math.min(next - done, ReplicaSteps.TOGETHER);
    }

    private void stop() {
        if (done > task.first()
                && parts.stream().anyMatch(part -> part.checkpoints().worth())) {
            keep();
        }
        throw new StoppedException();
    }

    /// Leaves a checkpoint of every training that is not lost.
    private void keep() {
        findLost();
        watch.training();
        double secondsTrain = watch.secondsTrain() / group.size();
        double secondsEval = watch.secondsEval() / group.size();
        group.inHostCopies(r -> {
            if (!lost.get(r)) {
                Checkpoint now = group.checkpoint(r, done, courses.get(r), secondsTrain, secondsEval);
                parts.get(r).checkpoints().keep(now);
            }
        });
        watch.pause();
    }

    private boolean goesOn() {
        return careful ? !courses.getFirst().diverged() : lost.cardinality() < group.size();
    }

    /// Waits for the steps that were begun, and looks for those whose loss is not finite any more.
    private ReplicaScores findLost() {
        ReplicaScores trained = group.trained();
        each(r -> {
            if (!Double.isFinite(trained.of(r).loss())) {
                lose(r);
            }
        });
        return trained;
    }

    private void lose(int r) {
        if (careful) {
            courses.get(r).diverged(done);
        } else {
            lost.set(r);
        }
    }

    /// @param trained the training batches' totals
    private void evaluate(ReplicaScores trained) {
        double[] trainLoss = IntStream.range(0, group.size())
                .mapToDouble(r -> trained.of(r).meanLoss())
                .toArray();
        group.clearTrained();
        group.evaluate();
        ReplicaScores validation = group.validation();
        ReplicaScores test = group.test();
        BitSet better = new BitSet();
        each(r -> {
            double valLoss = validation.of(r).meanLoss();
            if (!Double.isFinite(valLoss)) {
                lose(r);
                return;
            }
            Point point = new Point(
                    done,
                    trainLoss[r],
                    valLoss,
                    validation.of(r).accuracy(),
                    test.of(r).accuracy());
            better.set(r, courses.get(r).add(point));
            parts.get(r).listener().evaluated(point);
        });
        group.keepBest(better);
    }

    private List<Trained> results() {
        List<State> ends = group.states();
        double[] endAccuracies = trainAccuracies();
        group.takeBest();
        double[] bestAccuracies = trainAccuracies();
        List<State> bests = group.states();
        watch.evaluated();
        List<Trained> results = new ArrayList<>();
        for (int r = 0; r < group.size(); r++) {
            Course course = courses.get(r);
            State end = ends.get(r);
            State best = !course.diverged() && course.bestIs(task.iterations()) ? end : bests.get(r);
            results.add(
                    lost.get(r)
                            ? null
                            : new Trained(
                                    course.curve(),
                                    course.best(),
                                    best,
                                    course.end(parts.get(r).task(), () -> end),
                                    course.rewind(),
                                    course.best() == null ? Double.NaN : bestAccuracies[r],
                                    course.diverged() ? Double.NaN : endAccuracies[r],
                                    course.divergedAt(),
                                    group.forms(),
                                    watch.secondsTrain() / group.size(),
                                    watch.secondsEval() / group.size(),
                                    watch.usPerStep() / group.size()));
        }
        return results;
    }

    private double[] trainAccuracies() {
        ReplicaScores training = group.training();
        return IntStream.range(0, group.size())
                .mapToDouble(r -> training.of(r).accuracy())
                .toArray();
    }

    /// Those that are not lost.
    private void each(IntConsumer action) {
        IntStream.range(0, group.size()).filter(r -> !lost.get(r)).forEach(action);
    }
}
