package dev.tombola.spark;

import dev.tombola.base.UserError;
import dev.tombola.lottery.Engine;
import dev.tombola.train.StoppedException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;

/// A Spark job, which its caller's thread waits for.
final class SparkJob {
    private static final long ASKED_EVERY_MILLIS = 200;

    private SparkJob() {}

    /// What the tasks return.
    ///
    /// @param task given the number of each, from 0
    /// @param parts whose listeners may stop it
    /// @throws StoppedException if one of them does
    /// @throws UserError if the executors have a Java that is too old
    /// @throws IllegalStateException with Spark's reason, if it gives up
    static <T> List<T> run(JavaSparkContext spark, Function<Integer, T> task, int tasks, List<Engine.Part> parts) {
        List<Integer> numbers = IntStream.range(0, tasks).boxed().toList();
        Future<List<T>> job = spark.parallelize(numbers, tasks).map(task).collectAsync();
        try {
            while (true) {
                try {
                    return job.get(ASKED_EVERY_MILLIS, TimeUnit.MILLISECONDS);
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
