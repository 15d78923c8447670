package dev.tombola.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import dev.tombola.data.Dataset;
import dev.tombola.kernel.KernelException;
import dev.tombola.lottery.Options;
import dev.tombola.lottery.Recipe;
import dev.tombola.nn.FormChoice;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What can be known of a cluster without one.
final class SparkSettingsTest {
    @TempDir
    Path temp;

    @BeforeAll
    static void quiet() {
        Spark.quiet();
    }

    @Test
    void withoutSparkOnTheClassPathBothWaysToItAreNamed() throws Exception {
        URL[] classes = {Path.of("target", "classes").toUri().toURL()};
        try (URLClassLoader alone = new URLClassLoader(classes, ClassLoader.getPlatformClassLoader())) {
            Class<?> options = alone.loadClass(Options.class.getName());
            Method open = alone.loadClass(Spark.class.getName()).getMethod("open", Optional.class, options);
            Object defaults = options.getMethod("defaults").invoke(null);
            assertThatThrownBy(() -> open.invoke(null, Optional.of("local[2]"), defaults))
                    .cause()
                    .hasMessageContainingAll(
                            "set SPARK_HOME", "./tombola", "spark-submit --class dev.tombola.cli.Main");
        }
    }

    @Test
    void aMasterIsNeededUnlessSomebodyNamedOne() {
        Options options = Options.defaults();
        assertThatThrownBy(() -> SparkSettings.of(Optional.empty(), options))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("needs a --master: local[2]");
        SparkConf conf = SparkSettings.of(Optional.of("yarn"), options);
        assertThat(conf.get("spark.master")).isEqualTo("yarn");
        assertThat(conf.contains(SparkSettings.GPUS_OF_TASK)).isFalse();
    }

    @Test
    void whatIsNeededIsSetWhereNothingIsSaid() {
        Options options = Options.defaults().withBackend("cuda", "best");
        SparkConf conf = SparkSettings.of(Optional.of("yarn"), options);
        assertThat(conf.get("spark.serializer")).isEqualTo("org.apache.spark.serializer.JavaSerializer");
        assertThat(conf.get("spark.driver.maxResultSize")).isEqualTo("0");
        assertThat(conf.get(SparkSettings.GPUS_OF_EXECUTOR)).isEqualTo("1");
        assertThat(conf.get(SparkSettings.GPUS_OF_TASK)).isEqualTo("1");
        assertThat(conf.get("spark.executorEnv.CUDA_DEVICE_ORDER")).isEqualTo("PCI_BUS_ID");
    }

    @Test
    void executorsTrainWithWhatWasAskedFor() {
        Options asked = Options.defaults()
                .withBackend("cpu", "scalar")
                .withForm(FormChoice.COMPRESSED)
                .withReplicas(3);
        Options sent = Work.Tools.of(asked).options();
        assertThat(sent.backend()).isEqualTo("cpu");
        assertThat(sent.isa()).isEqualTo("scalar");
        assertThat(sent.form()).isEqualTo(FormChoice.COMPRESSED);
        assertThat(sent.replicas()).isEqualTo(3);
    }

    @Test
    void itIsInTheFolderOfSettingsOfSparksOwn() throws IOException {
        Files.writeString(Files.createDirectories(temp.resolve("conf")).resolve("spark-defaults.conf"), "spark.a b \n");
        SparkConf conf = new SparkConf(false);
        SparkSettings.readDefaults(conf, Map.of("SPARK_HOME", temp.toString()));
        assertThat(conf.get("spark.a")).isEqualTo("b");
    }

    @Test
    void sparksOwnFileIsRead() throws IOException {
        Files.writeString(
                temp.resolve("spark-defaults.conf"),
                "# a comment\nspark.executor.memory   3g\nspark.master  yarn\nother.key 1\n");
        SparkConf conf = new SparkConf(false).set("spark.executor.memory", "5g");
        SparkSettings.readDefaults(conf, Map.of("SPARK_CONF_DIR", temp.toString()));
        assertThat(conf.get("spark.executor.memory")).isEqualTo("5g");
        assertThat(conf.get("spark.master")).isEqualTo("yarn");
        assertThat(conf.contains("other.key")).isFalse();
    }

    @Test
    void slotsAreThoseThatAnsweredOrWerePromised() {
        assertThat(slots(6, 3)).isEqualTo(6);
        assertThat(slots(6, 3, "spark.task.cpus=4")).isEqualTo(1);
        assertThat(slots(2, 1, "spark.executor.instances=10", "spark.executor.cores=4"))
                .isEqualTo(40);
        assertThat(slots(2, 1, "spark.cores.max=100")).isEqualTo(100);
        assertThat(slots(
                        2,
                        1,
                        "spark.dynamicAllocation.enabled=true",
                        "spark.dynamicAllocation.maxExecutors=2147483647",
                        "spark.executor.cores=8"))
                .isEqualTo(Integer.MAX_VALUE);
        assertThat(slots(64, 2, "spark.executor.resource.gpu.amount=4", "spark.task.resource.gpu.amount=1"))
                .isEqualTo(8);
        assertThat(slots(
                        2,
                        1,
                        "spark.executor.instances=10",
                        "spark.executor.cores=4",
                        "spark.executor.resource.gpu.amount=2",
                        "spark.task.resource.gpu.amount=1"))
                .isEqualTo(20);
        assertThat(slots(0, 0, "spark.executor.resource.gpu.amount=1", "spark.task.resource.gpu.amount=1"))
                .isEqualTo(1);
    }

    /// A cluster may say that it grows without end.
    @Test
    void eachSlotHasTwoWorkersUpToAFewThousand() {
        assertThat(SparkEngine.workers(3)).isEqualTo(6);
        assertThat(SparkEngine.workers(Integer.MAX_VALUE)).isEqualTo(4096);
    }

    /// It is not the one that was asked whether it can train.
    @Test
    void anExecutorThatCannotOpenItsGpuBlamesNoTraining() {
        UserError refused = new UserError("On there, GPU 1: The backend 'cuda' was asked for, but it is full.");
        Work.Tools gpu = Work.Tools.of(Options.defaults().withBackend("cuda", "best"));
        assertThat(Station.refusal(gpu, refused))
                .isInstanceOfSatisfying(
                        KernelException.class, e -> assertThat(e.isOfDevice()).isTrue())
                .hasMessage(
                        "an executor cannot train: On there, GPU 1: The backend 'cuda' was asked for, but it is full");
        Work.Tools cpu = Work.Tools.of(Options.defaults().withBackend("cpu", "best"));
        assertThat(Station.refusal(cpu, refused)).isSameAs(refused);
    }

    @Test
    void ofWhatSparkSaysTheFirstLineIsTold() {
        assertThat(SparkJob.firstLine(new IllegalStateException("It broke.\n  at here")))
                .isEqualTo("It broke.");
    }

    @Test
    void imagesArriveAsTheyWereSent() throws Exception {
        Dataset dataset = Recipe.preset("demo", "data.train=300", "data.test=100", "data.validation=100")
                .load(null);
        Dataset arrived = copy(SentImages.of(dataset)).dataset();
        assertThat(arrived.content()).isEqualTo(dataset.content());
        assertThat(arrived.name()).isEqualTo(dataset.name());
        assertThat(arrived.synthetic()).isTrue();
        assertThat(arrived.warning()).isEqualTo(dataset.warning());
    }

    private static int slots(int cores, int executors, String... settings) {
        SparkConf conf = new SparkConf(false);
        for (String setting : settings) {
            String[] parts = setting.split("=", 2);
            conf.set(parts[0], parts[1]);
        }
        return SparkSettings.slots(conf, cores, executors);
    }

    @SuppressWarnings("unchecked")
    private static <T> T copy(T object) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (T) in.readObject();
        }
    }
}
