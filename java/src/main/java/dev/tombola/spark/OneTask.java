package dev.tombola.spark;

import dev.tombola.base.UserError;
import dev.tombola.lottery.Engine;
import dev.tombola.train.StoppedException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;

/// A Spark job of one task, which its caller's thread waits for.
final class OneTask {
    private static final long ASKED_EVERY_MILLIS = 200;

    private OneTask() {}

    /// What the task returns.
    ///
    /// @param parts whose listeners may stop it
    /// @throws StoppedException if one of them does
    /// @throws UserError if the executors have a Java that is too old
    /// @throws IllegalStateException with Spark's reason, if it gives up
    static <T> T run(JavaSparkContext spark, Function<Integer, T> task, List<Engine.Part> parts) {
        Future<List<T>> job = spark.parallelize(List.of(1), 1).map(task).collectAsync();
        try {
            while (true) {
                try {
                    return job.get(ASKED_EVERY_MILLIS, TimeUnit.MILLISECONDS).getFirst();
                } catch (TimeoutException _) {
                    if (parts.stream().anyMatch(part -> part.listener().stopping())) {
                        throw new StoppedException();
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } finally {
            if (!job.isDone()) {
                job.cancel(true);
            }
        }
    }

    private static RuntimeException failure(Throwable cause) {
        if (String.valueOf(cause.getMessage()).contains("UnsupportedClassVersionError")) {
            return new UserError(
                    "The executors run a Java older than 25: install one there, and set spark.executorEnv.JAVA_HOME (on"
                            + " YARN also spark.yarn.appMasterEnv.JAVA_HOME) to its folder, or take an image that has one.",
                    cause);
        }
        return new IllegalStateException("Spark gave up: " + firstLine(cause), cause);
    }

    /// Spark has stack traces in its messages.
    static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
    }
}
