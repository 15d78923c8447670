package dev.tombola.spark;

import dev.tombola.base.UserError;
import dev.tombola.train.StoppedException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;

/// A Spark job of one task, which its caller's thread waits for.
///
/// @param <T> what the task returns
final class SparkJob<T> {
    private final Future<List<T>> job;

    private SparkJob(Future<List<T>> job) {
        this.job = job;
    }

    /// @param task whose argument says nothing
    static <T> SparkJob<T> begin(JavaSparkContext spark, Function<Integer, T> task) {
        return new SparkJob<>(spark.parallelize(List.of(0), 1).map(task).collectAsync());
    }

    /// What the task returned, or nothing if it still runs after so long.
    ///
    /// @throws StoppedException if the thread is interrupted
    /// @throws UserError if the executors have a Java that is too old
    /// @throws IllegalStateException with Spark's reason, if it gives up
    Optional<T> await(long millis) {
        try {
            return Optional.of(job.get(millis, TimeUnit.MILLISECONDS).getFirst());
        } catch (TimeoutException _) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    /// Ends it, unless it has ended.
    void cancel() {
        if (!job.isDone()) {
            job.cancel(true);
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
