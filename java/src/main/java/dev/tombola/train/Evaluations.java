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

    /// @param arena of more than one thread, to be closed later than these
    Evaluations(
            Arena arena,
            Plan plan,
            Map<String, Form> forms,
            TrainingData data,
            Kernels kernels,
            IdleCores idle,
            BooleanSupplier stopping) {
        this.idle = idle;
        this.parameters = Parameters.forInference(arena, plan, forms);
        this.copy = parameters.values();
        Passes passes = new Passes(arena, plan, parameters, kernels);
        this.training = new Evaluator(passes, data.training(), Evaluator.BATCH, stopping);
        this.validation = new Evaluator(passes, data.validation(), Evaluator.BATCH, stopping);
        this.test = new Evaluator(passes, data.test(), Evaluator.BATCH, stopping);
    }

    /// What holds the copy.
    Parameters parameters() {
        return parameters;
    }

    /// Starts to evaluate these weights; the last result must have been taken.
    ///
    /// @throws StoppedException when the training is asked to stop meanwhile, at once or by [#take]
    void start(Span values) {
        copy.copyFrom(values);
        FutureTask<Result> task = new FutureTask<>(this::evaluate);
        if (!startBeside(task)) {
            task.run();
            finished(task);
        }
        running = task;
    }

    /// Whether there was an idle core and a thread to be had for it.
    private boolean startBeside(FutureTask<Result> task) {
        if (!idle.borrow()) {
            return false;
        }
        try {
            Thread.ofPlatform().daemon().name("evaluator").start(() -> {
                try {
                    task.run();
                } finally {
                    idle.lend();
                }
            });
            return true;
        } catch (OutOfMemoryError _) { // no more threads: then on this one
            idle.lend();
            return false;
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

    /// Waits for what still runs; what comes of it is nobody's business any more.
    @Override
    public void close() {
        try {
            if (running != null) {
                finished(running);
            }
        } catch (RuntimeException _) {
            // Whoever closes now is on its way out for a reason of its own.
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
