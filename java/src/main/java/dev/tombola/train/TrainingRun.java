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
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/// One training from initial values to its last iteration (paper, section 1: train j iterations, early stop
/// found afterwards as the evaluation with the first minimum of validation loss).
final class TrainingRun implements AutoCloseable {
    private final Task task;
    private final TrainingListener listener;
    private final Plan plan;
    private final SequencedMap<String, Form> forms;
    private final Parameters parameters;
    private final Stepper stepper;
    private final Evaluations evaluations;
    private final Score trainScore;
    private final Span bestValues;
    private final Stopwatch watch;
    private final List<Point> curve = new ArrayList<>();
    private Point best;
    private int startedAt;
    private double trainLoss;
    private int divergedAt;

    TrainingRun(
            Arena arena,
            Task task,
            TrainingData data,
            Kernels kernels,
            FormChoice choice,
            CostModel costs,
            IdleCores idle,
            TrainingListener listener) {
        this.task = task;
        this.listener = listener;
        this.plan = task.plan(data);
        this.forms = choice.forms(plan, costs);
        this.parameters = Parameters.forTraining(
                arena, plan, forms, task.optimizer().kind(), task.optimizer().movesIdleWeights());
        parameters.load(task.start());
        this.stepper = new Stepper(arena, task, plan, data, kernels, parameters);
        this.evaluations = new Evaluations(plan, forms, data, kernels, idle, listener::stopping);
        this.trainScore = new Score(arena);
        this.bestValues = Span.allocate(arena, parameters.values().length());
        bestValues.copyFrom(parameters.values());
        this.watch = new Stopwatch(task.iterations() / task.evaluateEvery() + 1);
    }

    Trained run() {
        int iterations = task.iterations();
        int evaluatedAt = 0;
        for (int done = 1; done <= iterations && divergedAt == 0; done++) {
            if (listener.stopping()) {
                throw new StoppedException();
            }
            if (evaluations.ready()) {
                takeEvaluation();
                if (divergedAt > 0) {
                    break;
                }
            }
            stepper.step(done - 1, trainScore);
            boolean diverged = !Double.isFinite(trainScore.loss());
            if (diverged || done % task.evaluateEvery() == 0 || done == iterations) {
                watch.trained(done - evaluatedAt);
                evaluatedAt = done;
                takeEvaluation();
                if (divergedAt == 0 && diverged) {
                    divergedAt = done;
                } else if (divergedAt == 0) {
                    startEvaluation(done);
                }
                watch.pause();
            }
        }
        takeEvaluation();
        State end = parameters.store(parameters.values());
        double endAccuracy = divergedAt == 0 ? evaluations.trainAccuracy(parameters.values()) : Double.NaN;
        State bestState = parameters.store(bestValues);
        double bestAccuracy = best == null ? Double.NaN : evaluations.trainAccuracy(bestValues);
        watch.evaluated();
        return new Trained(
                List.copyOf(curve),
                best,
                bestState,
                end,
                bestAccuracy,
                endAccuracy,
                divergedAt,
                List.copyOf(forms.values()),
                watch.secondsTrain(),
                watch.secondsEval(),
                watch.usPerStep());
    }

    private void startEvaluation(int done) {
        startedAt = done;
        trainLoss = trainScore.meanLoss();
        trainScore.clear();
        evaluations.start(parameters.values());
    }

    /// Takes in what was last started. Steps may have gone on meanwhile: where it diverged they never were.
    private void takeEvaluation() {
        if (!evaluations.started()) {
            return;
        }
        Evaluations.Result result = evaluations.take();
        watch.evaluated(result.seconds());
        if (!result.finite()) {
            divergedAt = startedAt;
            parameters.values().copyFrom(evaluations.copy());
            return;
        }
        Point point = new Point(startedAt, trainLoss, result.valLoss(), result.valAccuracy(), result.testAccuracy());
        curve.add(point);
        if (best == null || point.valLoss() < best.valLoss()) {
            best = point;
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
