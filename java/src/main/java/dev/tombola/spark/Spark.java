package dev.tombola.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tombola.base.UserError;
import dev.tombola.lottery.Options;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Optional;

/// The way to a [SparkEngine]: it alone of this package can be touched where Spark is not on the class path.
public final class Spark {
    private static final String LOGGING = "log4j2.configurationFile";
    private static final String QUIET = "classpath:dev/tombola/spark/log4j2.properties";

    private Spark() {}

    /// A cluster's executors as an engine; waits until one of them answers.
    ///
    /// @param master any of Spark's, such as `local[2]`, `spark://host:7077`, `yarn` or `k8s://https://host:443`; empty
    ///     for the one that spark-submit or `spark-defaults.conf` names
    /// @param options backend, instruction set, form and replicas are the executors', data this machine's
    /// @throws UserError if Spark is not there, or if its executors cannot train as asked
    public static SparkEngine open(Optional<String> master, Options options) {
        try {
            Class.forName("org.apache.spark.SparkContext", false, Spark.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new UserError(
                    ("--engine spark needs Apache Spark 4.2, which is not on the class path: set SPARK_HOME (it is %s) to"
                                    + " the folder that has Spark's jars/, and use ./tombola; or start with spark-submit"
                                    + " --class dev.tombola.cli.Main tombola.jar sweep ...")
                            .formatted(System.getenv().getOrDefault("SPARK_HOME", "not set")),
                    e);
        }
        quiet();
        quietAtTheEnd();
        return SparkEngine.open(SparkSettings.of(master, options), options);
    }

    /// Keeps Spark from telling all that it does; to be called before its first class logs, as it does at once.
    static void quiet() {
        boolean submitted = System.getProperty(SparkSettings.SUBMITTED) != null;
        if (!submitted && System.getProperty(LOGGING) == null) {
            System.setProperty(LOGGING, QUIET);
        }
    }

    /// Scala prints a stack trace for everything that is refused while Spark is stopped beside us, as by Ctrl-C. What
    /// we print ourselves goes to the stream that there was.
    private static void quietAtTheEnd() {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform()
                        .unstarted(
                                () -> System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8))));
    }
}
