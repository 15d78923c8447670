package dev.tombola.spark;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tombola.lottery.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;

/// A Spark for the executors of a `local-cluster`: the jars of the tests' class path in a folder of their own.
public final class SparkHome {
    private static final String CLASSES =
            Path.of("target", "classes").toAbsolutePath().toString();

    private SparkHome() {}

    /// Settings of a context whose executors know the classes under test.
    public static SparkConf conf(String master, Options options) throws IOException {
        String home = System.getenv("SPARK_HOME");
        assumeTrue(home != null, "trainings on Spark are not tested: SPARK_HOME must name a folder for its jars");
        Path jars = Path.of(home, "jars");
        Files.createDirectories(jars);
        try (Stream<Path> old = Files.list(jars)) {
            for (Path link : old.toList()) {
                Files.delete(link);
            }
        }
        for (String entry : List.of(System.getProperty("java.class.path").split(":"))) {
            if (entry.endsWith(".jar")) {
                Files.createSymbolicLink(jars.resolve(Path.of(entry).getFileName()), Path.of(entry));
            }
        }
        Spark.quiet();
        return SparkSettings.of(Optional.of(master), options)
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.executor.extraClassPath", CLASSES)
                .set("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1") // they live for seconds
                .set("spark.executorEnv.JAVA_HOME", System.getProperty("java.home"));
    }

    /// The processes of the executors.
    public static List<ProcessHandle> executors() {
        return ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
                .toList();
    }
}
