package dev.tombola.train;

import dev.tombola.kernel.Kernels;
import dev.tombola.nn.Parameters;
import dev.tombola.nn.Plan;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Span;
import java.lang.foreign.Arena;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;

/// Evaluates a copy of a training's weights: on the training's own thread or, where a core is idle, beside the steps
/// that follow. One at a time, so that the curve is made in order.
final class Evaluations implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final IdleCores idle;
    private final Parameters parameters;
    private final Span copy;
    private final Evaluator training;
    private final Evaluator validation;
    private final Evaluator test;
    private FutureTask<Result> running;

    /// What validation and test came to, and the seconds that it took.
    record Result(double valLoss, double valAccuracy, double testAccuracy, double seconds) {
        boolean finite() {
            return Double.isFinite(valLoss);
        }
    }

    Evaluations(
            Plan plan,
            Map<String, Form> forms,
            TrainingData data,
            Kernels kernels,
            IdleCores idle,
            BooleanSupplier stopping) {
        this.idle = idle;
        this.parameters = Parameters.forInference(arena, plan, forms);
        this.copy = parameters.values();
        this.training = new Evaluator(arena, plan, parameters, kernels, data.training(), Evaluator.BATCH, stopping);
        this.validation = new Evaluator(arena, plan, parameters, kernels, data.validation(), Evaluator.BATCH, stopping);
        this.test = new Evaluator(arena, plan, parameters, kernels, data.test(), Evaluator.BATCH, stopping);
    }

    /// Starts to evaluate these weights; the last result must have been taken.
    ///
    /// @throws StoppedException when the training is asked to stop meanwhile, at once or by [#take]
    void start(Span values) {
        copy.copyFrom(values);
        running = new FutureTask<>(this::evaluate);
        if (idle.borrow()) {
            FutureTask<Result> task = running;
            Thread.ofPlatform().daemon().name("evaluator").start(() -> {
                try {
                    task.run();
                } finally {
                    idle.lend();
                }
            });
        } else {
            running.run();
            finished(running);
        }
    }

    boolean started() {
        return running != null;
    }

    /// Whether something was started and can be taken without waiting.
    boolean ready() {
        return running != null && running.isDone();
    }

    /// The result of what was started, waited for where it is not there yet.
    ///
    /// @throws StoppedException when the training was asked to stop meanwhile
    Result take() {
        try {
            return finished(running);
        } finally {
            running = null;
        }
    }

    /// The weights that were last evaluated; valid until [#start].
    Span copy() {
        return copy;
    }

    /// Accuracy over all training images, here and now.
    double trainAccuracy(Span values) {
        copy.copyFrom(values);
        return training.evaluate().accuracy();
    }

    /// Waits for what still runs.
    @Override
    public void close() {
        try {
            if (running != null) {
                finished(running);
            }
        } catch (StoppedException _) {
            // Whoever closes is on its way out for the same reason.
        } finally {
            arena.close();
        }
    }

    private Result evaluate() {
        long start = System.nanoTime();
        double valLoss = validation.evaluate().meanLoss();
        double valAccuracy = validation.score().accuracy();
        double testAccuracy = Double.isFinite(valLoss) ? test.evaluate().accuracy() : Double.NaN;
        return new Result(valLoss, valAccuracy, testAccuracy, (System.nanoTime() - start) / 1e9);
    }

    private static Result finished(FutureTask<Result> task) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException _) {
                    interrupted = true; // an evaluation is short, and its buffers must not be closed under it
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
