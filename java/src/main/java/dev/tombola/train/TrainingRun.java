package dev.tombola.train;

import dev.tombola.kernel.Kernels;
import dev.tombola.nn.FormChoice;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Plan;
import dev.tombola.nn.State;
import dev.tombola.tensor.Score;
import dev.tombola.tensor.Span;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/// One training from initial values to its last iteration (paper, section 1: train j iterations, early stop
/// found afterwards as the evaluation with the first minimum of validation loss).
final class TrainingRun {
    private final Arena arena;
    private final Task task;
    private final Kernels kernels;
    private final TrainingListener listener;
    private final Plan plan;
    private final Parameters parameters;
    private final Stepper stepper;
    private final Evaluator training;
    private final Evaluator validation;
    private final Evaluator test;
    private final Score trainScore;
    private final Span bestValues;
    private final Stopwatch watch;
    private final List<Point> curve = new ArrayList<>();
    private Point best;
    private int divergedAt;

    TrainingRun(
            Arena arena, Task task, TrainingData data, Kernels kernels, FormChoice forms, TrainingListener listener) {
        this.arena = arena;
        this.task = task;
        this.kernels = kernels;
        this.listener = listener;
        this.plan = Plan.of(task.network(), task.masks(), data.lit());
        this.parameters = Parameters.forTraining(
                arena,
                plan,
                forms.forms(plan),
                task.optimizer().kind(),
                task.optimizer().movesIdleWeights());
        parameters.load(task.start());
        this.stepper = new Stepper(arena, task, plan, data, kernels, parameters);
        this.training = evaluator(data.training());
        this.validation = evaluator(data.validation());
        this.test = evaluator(data.test());
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
            stepper.step(done - 1, trainScore);
            if (!Double.isFinite(trainScore.loss())) {
                divergedAt = done;
                watch.trained(done - evaluatedAt);
            } else if (done % task.evaluateEvery() == 0 || done == iterations) {
                watch.trained(done - evaluatedAt);
                evaluatedAt = done;
                evaluate(done);
                watch.evaluated();
            }
        }
        State end = parameters.store(parameters.values());
        double endAccuracy = divergedAt == 0 ? training.evaluate().accuracy() : Double.NaN;
        State bestState = parameters.store(bestValues);
        parameters.values().copyFrom(bestValues);
        double bestAccuracy = best == null ? Double.NaN : training.evaluate().accuracy();
        watch.evaluated();
        return new Trained(
                List.copyOf(curve),
                best,
                bestState,
                end,
                bestAccuracy,
                endAccuracy,
                divergedAt,
                watch.secondsTrain(),
                watch.secondsEval(),
                watch.usPerStep());
    }

    private void evaluate(int done) {
        double trainLoss = trainScore.meanLoss();
        trainScore.clear();
        Score score = validation.evaluate();
        double valLoss = score.meanLoss();
        double valAccuracy = score.accuracy();
        if (!Double.isFinite(valLoss)) {
            divergedAt = done;
            return;
        }
        Point point =
                new Point(done, trainLoss, valLoss, valAccuracy, test.evaluate().accuracy());
        curve.add(point);
        if (best == null || valLoss < best.valLoss()) {
            best = point;
            bestValues.copyFrom(parameters.values());
        }
        listener.evaluated(point);
    }

    private Evaluator evaluator(EvaluationSet set) {
        return new Evaluator(arena, plan, parameters, kernels, set, Evaluator.BATCH, listener::stopping);
    }
}
