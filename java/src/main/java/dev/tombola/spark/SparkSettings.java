package dev.tombola.spark;

import dev.tombola.base.UserError;
import dev.tombola.lottery.Options;
import java.io.IOException;
import java.io.Reader;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.spark.SparkConf;

/// Spark's settings: what the user says, from `-Dspark.…`, spark-submit or `spark-defaults.conf`, and what we need
/// where nothing is said.
final class SparkSettings {
    /// There where spark-submit has read the settings.
    static final String SUBMITTED = "spark.app.submitTime";

    static final String MASTERS = "local[2], spark://HOST:7077, yarn or k8s://https://HOST:443";
    static final String GPUS_OF_EXECUTOR = "spark.executor.resource.gpu.amount";
    static final String GPUS_OF_TASK = "spark.task.resource.gpu.amount";

    private SparkSettings() {}

    static SparkConf of(Optional<String> master, Options options) {
        SparkConf conf = new SparkConf();
        if (conf.contains(SUBMITTED)) {
            conf.setIfMissing("spark.log.level", "WARN");
        } else {
            readDefaults(conf, System.getenv());
            ownJar().ifPresent(jar -> conf.set("spark.jars", join(conf.get("spark.jars", ""), jar.toString())));
        }
        master.ifPresent(conf::setMaster);
        if (!conf.contains("spark.master")) {
            throw new UserError("--engine spark needs a --master: " + MASTERS + ".");
        }
        conf.setIfMissing("spark.app.name", "tombola");
        conf.setIfMissing("spark.driver.maxResultSize", "0"); // the weights of a group of large networks
        conf.set("spark.serializer", "org.apache.spark.serializer.JavaSerializer"); // others cannot make records
        if (options.backend().equals("cuda")) {
            conf.setIfMissing(GPUS_OF_EXECUTOR, "1");
            conf.setIfMissing(GPUS_OF_TASK, "1");
            // Addresses are nvidia-smi's, by the place on the bus; CUDA counts by speed unless it is told.
            conf.setIfMissing("spark.executorEnv.CUDA_DEVICE_ORDER", "PCI_BUS_ID");
        }
        return conf;
    }

    /// What spark-submit would read.
    static void readDefaults(SparkConf conf, Map<String, String> environment) {
        String home = environment.getOrDefault("SPARK_HOME", "");
        String folder = environment.getOrDefault("SPARK_CONF_DIR", home.isEmpty() ? "" : home + "/conf");
        Path file = Path.of(folder, "spark-defaults.conf");
        if (folder.isEmpty() || !Files.isRegularFile(file)) {
            return;
        }
        Properties defaults = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            defaults.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new UserError(file + " could not be read: " + e.getMessage() + ".", e);
        }
        defaults.stringPropertyNames().stream()
                .filter(key -> key.startsWith("spark."))
                .forEach(key -> conf.setIfMissing(key, defaults.getProperty(key).strip()));
    }

    /// Trainings that the cluster can do at a time, as far as it is known: what has answered, or what was promised.
    ///
    /// @param cores of the executors that have answered
    /// @param executors that have answered
    static int slots(SparkConf conf, int cores, int executors) {
        boolean dynamic = conf.getBoolean("spark.dynamicAllocation.enabled", false);
        long promised = conf.getInt(dynamic ? "spark.dynamicAllocation.maxExecutors" : "spark.executor.instances", 0);
        long most = Math.max(
                Math.max(cores, conf.getInt("spark.cores.max", 0)), promised * conf.getInt("spark.executor.cores", 1));
        long slots = most / conf.getInt("spark.task.cpus", 1);
        if (conf.contains(GPUS_OF_TASK)) {
            double each = conf.getDouble(GPUS_OF_EXECUTOR, 1) / conf.getDouble(GPUS_OF_TASK, 1);
            slots = Math.min(slots, (long) (Math.max(executors, promised) * each));
        }
        return Math.clamp(slots, 1, Integer.MAX_VALUE);
    }

    private static String join(String jars, String jar) {
        return jars.isEmpty() ? jar : jars + "," + jar;
    }

    /// The jar that this class is in; empty where it is in a folder of classes.
    private static Optional<Path> ownJar() {
        try {
            Path place = Path.of(SparkSettings.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return Files.isRegularFile(place) ? Optional.of(place) : Optional.empty();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a class path has no place that is not a URI", e);
        }
    }
}
