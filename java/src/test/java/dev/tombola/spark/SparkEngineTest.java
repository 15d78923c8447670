package dev.tombola.spark;

import static dev.tombola.spark.Trainings.OPTIONS;
import static dev.tombola.spark.Trainings.demo;
import static dev.tombola.spark.Trainings.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import dev.tombola.kernel.Backends;
import dev.tombola.kernel.EmulatedDriver;
import dev.tombola.lottery.Engine;
import dev.tombola.lottery.Job;
import dev.tombola.lottery.LocalEngine;
import dev.tombola.lottery.Options;
import dev.tombola.lottery.Recipe;
import dev.tombola.nn.State;
import dev.tombola.spark.Trainings.Ear;
import dev.tombola.spark.Trainings.Found;
import dev.tombola.spark.Trainings.Left;
import dev.tombola.train.StoppedException;
import dev.tombola.train.Task;
import dev.tombola.train.Trained;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkExecutorInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// Trainings on Spark come to the bits that this machine's come to, whatever becomes of the executors. Two executors,
/// processes of their own, serve most of the tests.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class SparkEngineTest {
    private static final String CLUSTER = "local-cluster[2,1,1024]";
    private static final long PATIENCE_MILLIS = 60_000;

    private static SparkEngine cluster;

    @TempDir
    Path temp;

    private Trainings trainings;

    @BeforeEach
    void begin() {
        trainings = new Trainings(temp);
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @Order(1)
    void severalLevelsComeToTheSameBits() throws IOException {
        Recipe recipe = demo("train.iterations=60", "prune.rewind=20", "run.trials=2", "run.levels=2");
        assertThat(cluster().workers()).isEqualTo(4);
        assertThat(cluster().together()).isEqualTo(1);
        Map<Job, Left> expected = trainings.onThisMachine(recipe);
        assertThat(expected).hasSize(2 * (1 + 2 + 2));
        assertThat(trainings.run(cluster(), recipe)).isEqualTo(expected);
        assertThat(expected.values())
                .allMatch(left -> left.divergedAt() == 0)
                .anyMatch(left -> !left.states().getLast().equals("none"));
    }

    @Test
    @Order(2)
    void aDivergedTrainingIsAnAnswerLikeAnyOther() throws IOException {
        Recipe recipe =
                demo("train.iterations=60", "train.optimizer.name=sgd", "train.optimizer.lr=999", "run.levels=0");
        Map<Job, Left> expected = trainings.onThisMachine(recipe);
        assertThat(expected.values()).allMatch(left -> left.divergedAt() > 0);
        assertThat(trainings.run(cluster(), recipe)).isEqualTo(expected);
    }

    @Test
    @Order(3)
    void anExecutorThatIsKilledLosesNothing() throws Exception {
        Recipe recipe = demo("train.iterations=8000", "run.trials=3", "run.levels=0");
        Map<Job, Left> expected = trainings.onThisMachine(recipe);
        cluster();
        CompletableFuture<Map<Job, Left>> run = CompletableFuture.supplyAsync(() -> trainings.run(cluster(), recipe));
        await(() -> running() >= 2);
        ProcessHandle victim = SparkHome.executors().getFirst();
        assertThat(victim.destroyForcibly()).isTrue();
        assertThat(run.isDone())
                .as("trainings were over before the executor was killed")
                .isFalse();
        assertThat(run.get()).isEqualTo(expected);
        victim.onExit().get();
    }

    @Test
    @Order(4)
    void aFailingTrainingSaysWhy() throws IOException {
        Recipe wide = demo("train.batch=1400", "run.levels=0", "data.train=1500", "data.validation=300");
        assertThatThrownBy(() -> trainings.run(cluster(), wide))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("train.batch is 1400");
        Recipe tensors = demo("numerics.precision=tf32", "run.levels=0");
        assertThatThrownBy(() -> trainings.run(cluster(), tensors))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("numerics.precision is tf32, which is for a GPU, and the backend is cpu");
        Recipe sound = demo("train.iterations=40", "run.levels=0");
        cluster().hold(sound);
        Engine.Part part = trainings.first(sound, new Ear(() -> false));
        assertThatThrownBy(() -> cluster().train(unsound(part)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no parameter fc1.weight");
        Ear kept = new Ear(() -> false);
        Iterator<NavigableMap<Integer, Trained>> shares = cluster()
                .inGroups(List.of(part, unsound(part), trainings.first(sound, kept), trainings.first(sound, kept)));
        assertThat(shares.next()).as("the share that did not fail comes first").containsOnlyKeys(2, 3);
        assertThat(kept.heard).isNotEmpty();
        assertThatThrownBy(shares::next)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no parameter fc1.weight");
        assertThat(shares).isExhausted();
        cluster().release(sound);
    }

    /// Its network starts from nothing.
    private static Engine.Part unsound(Engine.Part part) {
        Task task = part.task();
        Task broken = new Task(
                task.network(),
                new State(new LinkedHashMap<>()),
                task.masks(),
                task.optimizer(),
                task.iterations(),
                task.batch(),
                task.evaluateEvery(),
                task.seed(),
                task.stream());
        return new Engine.Part(part.recipe(), 0, broken, 0, part.checkpoints(), part.listener());
    }

    @Test
    @Order(5)
    void aTrainingStopsWhereItIsAsked() throws Exception {
        Recipe recipe = demo("train.iterations=1000000", "run.levels=0");
        cluster().hold(recipe);
        CountDownLatch asked = new CountDownLatch(1);
        Ear ear = new Ear(() -> asked.getCount() == 0);
        CompletableFuture<List<Trained>> run =
                CompletableFuture.supplyAsync(() -> cluster().train(List.of(trainings.first(recipe, ear))));
        await(() -> running() == 1);
        asked.countDown();
        assertThatThrownBy(run::join).hasCauseInstanceOf(StoppedException.class);
        await(() -> running() == 0);
        assertThat(ear.heard).isEmpty();
        cluster().release(recipe);
    }

    /// A GPU takes many side by side, but not those that others could take.
    @Test
    @Order(6)
    void executorsShareAGroup() throws Exception {
        List<Recipe> recipes = Stream.of(20, 40, 60)
                .map(iterations -> demo("train.iterations=" + iterations, "run.levels=0"))
                .toList();
        List<Engine.Part> group = recipes.stream()
                .map(recipe -> trainings.first(recipe, new Ear(() -> false)))
                .toList();
        List<Left> expected;
        try (LocalEngine here = Trainings.here()) {
            recipes.forEach(here::hold);
            expected = here.train(group).stream().map(Left::of).toList();
        }
        cluster().hold(recipes.getFirst());
        AtomicInteger ended = tasks(_ -> true);
        assertThat(cluster().train(group)).map(Left::of).isEqualTo(expected);
        await(() -> ended.get() >= 2);
        cluster().release(recipes.getFirst());
    }

    @Test
    @Order(7)
    void tasksAreLentGpusAndUseThoseThatTheyAreLent() throws IOException {
        stop();
        cluster = null;
        Options cuda = OPTIONS.withBackend("cuda", Backends.BEST).withReplicas(8);
        SparkConf conf = withGpu(7, cuda);
        assertThat(conf.get("spark.executor.resource.gpu.amount")).isEqualTo("1");
        assertThat(conf.get("spark.task.resource.gpu.amount")).isEqualTo("1");
        // There is no machine with eight GPUs among those that run tests.
        assertThatThrownBy(() -> SparkEngine.open(conf, cuda).close())
                .isInstanceOf(UserError.class)
                .hasMessageMatching("On .*, GPU 7: The backend 'cuda' was asked for, but .*");
    }

    /// An executor does some tasks, then its GPU fails, and another does the rest.
    @Test
    @Order(8)
    void anExecutorWhoseGpuFailsIsReplaced() throws IOException {
        stop();
        cluster = null;
        EmulatedDriver driver = EmulatedDriver.find();
        Options cuda = OPTIONS.withBackend("cuda", Backends.BEST).withReplicas(1);
        SparkConf conf = withGpu(0, cuda)
                .set("spark.executorEnv.LD_LIBRARY_PATH", driver.libraries().toString())
                .set("spark.executorEnv.EMULATED_FAULT", "60");
        conf.set("spark.executor.extraClassPath", driver.classes() + ":" + conf.get("spark.executor.extraClassPath"));
        Recipe recipe = demo("train.iterations=6", "train.evaluate_every=3", "run.trials=4", "run.levels=1");
        AtomicInteger lost;
        try (SparkEngine engine = SparkEngine.open(conf, cuda)) {
            lost = tasks(task -> task.reason() instanceof ExecutorLostFailure);
            assertThat(engine.gpu()).contains("a processor in place of a GPU");
            assertThat(trainings.run(engine, recipe)).isEqualTo(trainings.onThisMachine(recipe));
        }
        assertThat(lost).hasPositiveValue();
    }

    @Test
    @Order(9)
    void threadsOfThisProcessDoAsWell() throws IOException {
        stop();
        cluster = null;
        Recipe recipe = demo("train.iterations=60", "run.trials=2", "run.levels=1");
        Ear ear = new Ear(() -> false);
        try (SparkEngine engine = SparkEngine.open(SparkHome.conf("local[2]", OPTIONS), OPTIONS)) {
            assertThat(engine.workers()).isEqualTo(4);
            assertThat(engine.gpu()).isEmpty();
            assertThat(engine.reason()).contains("local[2]", "2 trainings at a time", "cpu, ");
            assertThat(trainings.run(engine, recipe)).isEqualTo(trainings.onThisMachine(recipe));
            engine.hold(recipe);
            Trained trained = engine.train(trainings.first(recipe, ear));
            assertThat(ear.heard).isEqualTo(trained.curve()).isNotEmpty();
        }
    }

    /// The checkpoint is one of another training, so that it shows in the result.
    @Test
    @Order(10)
    void anInterruptedTrainingGoesOn() throws IOException {
        Recipe recipe = demo("train.iterations=60", "run.levels=0");
        Found other = new Found(null);
        try (LocalEngine here = Trainings.here();
                SparkEngine engine = SparkEngine.open(SparkHome.conf("local[1]", OPTIONS), OPTIONS)) {
            Recipe another = demo("train.iterations=60", "run.levels=0", "run.seed=99");
            here.hold(another);
            here.train(with(trainings.first(another, new Ear(() -> false)), other));
            here.hold(recipe);
            engine.hold(recipe);
            Engine.Part part = trainings.first(recipe, new Ear(() -> false));
            Left expected = Left.of(here.train(with(part, new Found(other.checkpoint))));
            assertThat(Left.of(engine.train(with(part, new Found(other.checkpoint)))))
                    .isEqualTo(expected);
            assertThat(Left.of(engine.train(part))).isNotEqualTo(expected);
        }
    }

    private static SparkEngine cluster() {
        try {
            cluster = cluster != null ? cluster : SparkEngine.open(SparkHome.conf(CLUSTER, OPTIONS), OPTIONS);
            return cluster;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A cluster of one executor with a GPU of this number.
    private SparkConf withGpu(int number, Options options) throws IOException {
        Path script = temp.resolve("gpus");
        Files.writeString(script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"%d\"]}'\n".formatted(number));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return SparkHome.conf("local-cluster[1,1,1024]", options)
                .set("spark.worker.resource.gpu.amount", "1")
                .set("spark.worker.resource.gpu.discoveryScript", script.toString());
    }

    /// Counts some of the tasks that end from now on.
    private static AtomicInteger tasks(Predicate<SparkListenerTaskEnd> which) {
        AtomicInteger count = new AtomicInteger();
        SparkContext.getOrCreate().addSparkListener(new SparkListener() {
            @Override
            public void onTaskEnd(SparkListenerTaskEnd task) {
                count.addAndGet(which.test(task) ? 1 : 0);
            }
        });
        return count;
    }

    /// Tasks that the executors are at.
    private static int running() {
        return Arrays.stream(SparkContext.getOrCreate().statusTracker().getExecutorInfos())
                .mapToInt(SparkExecutorInfo::numRunningTasks)
                .sum();
    }

    private static void await(BooleanSupplier holds) throws InterruptedException {
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!holds.getAsBoolean()) {
            assertThat(System.currentTimeMillis()).as("waited for too long").isLessThan(end);
            Thread.sleep(10);
        }
    }
}
