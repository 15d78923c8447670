package dev.tombola.train;

import dev.tombola.kernel.Kernels;
import dev.tombola.nn.CostModel;
import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Plan;
import dev.tombola.nn.State;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Span;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.SequencedMap;

/// One training from initial values to its last iteration (paper, section 1: train j iterations, early stop
/// found afterwards as the evaluation with the first minimum of validation loss), or on from a checkpoint.
final class TrainingRun implements AutoCloseable {
    private final Task task;
    private final Checkpoints checkpoints;
    private final TrainingListener listener;
    private final SequencedMap<String, Form> forms;
    private final Parameters parameters;
    private final Stepper stepper;
    private final Evaluations evaluations;
    private final Score trainScore;
    private final Span bestValues;
    private final Standing standing;
    private final Stopwatch watch;
    private final Course course = new Course();
    private int done;
    private int startedAt;
    private double trainLoss;

    /// @param shared memory of more than one thread, for what is evaluated beside the steps
    TrainingRun(
            Arena arena,
            Arena shared,
            Task task,
            TrainingData data,
            Kernels kernels,
            FormChoice choice,
            CostModel costs,
            IdleCores idle,
            Checkpoints checkpoints,
            TrainingListener listener) {
        this.task = task;
        this.checkpoints = checkpoints;
        this.listener = listener;
        Plan plan = task.plan(data);
        this.forms = choice.forms(plan, costs);
        this.evaluations = new Evaluations(shared, plan, forms, data, kernels, idle, listener::stopping);
        this.parameters = evaluations
                .parameters()
                .toTrain(arena, task.optimizer().kind(), task.optimizer().movesIdleWeights());
        parameters.load(task.start());
        this.stepper = new Stepper(arena, task, plan, data, kernels, parameters);
        this.trainScore = new Score(arena);
        this.bestValues = Span.allocate(arena, parameters.values().length());
        bestValues.copyFrom(parameters.values());
        this.standing = new Standing(parameters, bestValues, trainScore);
        this.watch = new Stopwatch(
                (task.iterations() - task.first()) / task.evaluateEvery() + 2, kernels::helpedNanos, System::nanoTime);
        this.done = task.first();
    }

    Trained run() {
        checkpoints.latest().ifPresent(this::takeUp);
        int iterations = task.iterations();
        int timedFrom = done;
        while (done < iterations && !course.diverged()) {
            if (listener.stopping()) {
                stop();
            }
            if (evaluations.ready()) {
                takeEvaluation();
                if (course.diverged()) {
                    break;
                }
            }
            stepper.step(done++, trainScore);
            if (done == task.rewind()) {
                course.rewind(parameters.store(parameters.values()));
            }
            boolean diverged = !Double.isFinite(trainScore.loss());
            if (diverged || done % task.evaluateEvery() == 0 || done == iterations) {
                watch.trained(done - timedFrom);
                timedFrom = done;
                takeEvaluation();
                if (!course.diverged() && diverged) {
                    course.diverged(done);
                } else if (!course.diverged()) {
                    startEvaluation();
                }
                watch.pause();
            }
            if (!course.diverged() && done < iterations && checkpoints.due(done)) {
                watch.training();
                takeEvaluation();
                keepCheckpoint();
                watch.pause();
            }
        }
        takeEvaluation();
        State end = course.end(task, () -> parameters.store(parameters.values()));
        double endAccuracy = course.diverged() ? Double.NaN : evaluations.trainAccuracy(parameters.values());
        boolean endIsBest = !course.diverged() && course.bestIs(iterations);
        State bestState = endIsBest ? end : parameters.store(bestValues);
        double bestAccuracy = endIsBest ? endAccuracy : Double.NaN;
        if (!endIsBest && course.best() != null) {
            bestAccuracy = evaluations.trainAccuracy(bestValues);
        }
        watch.evaluated();
        return new Trained(
                course.curve(),
                course.best(),
                bestState,
                end,
                course.rewind(),
                bestAccuracy,
                endAccuracy,
                course.divergedAt(),
                List.copyOf(forms.values()),
                watch.secondsTrain(),
                watch.secondsEval(),
                watch.usPerStep());
    }

    /// An evaluation that still runs is stopped too, so the state between two of them is what can be kept.
    private void stop() {
        if (done > task.first() && !evaluations.started() && checkpoints.worth()) {
            watch.training();
            keepCheckpoint();
        }
        throw new StoppedException();
    }

    private void takeUp(Checkpoint checkpoint) {
        done = checkpoint.done();
        standing.takeUp(checkpoint, course);
        watch.add(checkpoint.secondsTrain(), checkpoint.secondsEval());
    }

    private void keepCheckpoint() {
        if (!course.diverged()) {
            checkpoints.keep(standing.checkpoint(done, course, watch.secondsTrain(), watch.secondsEval()));
        }
    }

    private void startEvaluation() {
        startedAt = done;
        trainLoss = trainScore.meanLoss();
        trainScore.clear();
        evaluations.start(parameters.values());
    }

    /// Takes in what was last started; steps may have gone on meanwhile.
    private void takeEvaluation() {
        if (!evaluations.started()) {
            return;
        }
        Evaluations.Result result = evaluations.take();
        watch.evaluated(result.seconds());
        if (!result.finite()) {
            course.diverged(startedAt);
            return;
        }
        Point point = new Point(startedAt, trainLoss, result.valLoss(), result.valAccuracy(), result.testAccuracy());
        if (course.add(point)) {
            bestValues.copyFrom(evaluations.copy());
        }
        listener.evaluated(point);
    }

    /// Ends an evaluation that still runs.
    @Override
    public void close() {
        evaluations.close();
    }
}
