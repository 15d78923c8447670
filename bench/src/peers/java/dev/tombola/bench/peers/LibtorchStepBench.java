package dev.tombola.bench.peers;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// StepBench's training step, dense, in libtorch through DJL on one thread: its blocks, trainer and optimiser. Run it
/// with `OMP_NUM_THREADS=1 MALLOC_TRIM_THRESHOLD_=1000000000 MALLOC_MMAP_THRESHOLD_=1000000000` in the environment:
/// an allocator that keeps what was freed gives it 8 %. The first run unpacks 450 MB into `bench/target/djl`.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 7, time = 1)
public class LibtorchStepBench {
    @Param({"lenet-300-100", "conv-2", "conv-4", "conv-6", "resnet-18", "vgg-19"})
    public String network;

    private final Loss loss = Loss.softmaxCrossEntropyLoss();
    private int[] indices;
    private Batches batches;
    private Model model;
    private Trainer trainer;
    private NDArray images;
    private NDArray labels;

    @Setup(Level.Trial)
    public void prepare() {
        System.setProperty(
                "DJL_CACHE_DIR", Path.of("bench/target/djl").toAbsolutePath().toString());
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ai.djl.pytorch.num_threads", "1");
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        Engine engine = Engine.getEngine("PyTorch");
        System.out.println("libtorch " + engine.getVersion());
        LibtorchNetwork work = LibtorchNetwork.named(network);
        indices = new int[work.batch()];
        batches = new Batches(work.examples(), (int) work.image().size());
        model = Model.newInstance(network, engine.getEngineName());
        model.setBlock(work.block());
        trainer = model.newTrainer(new DefaultTrainingConfig(loss).optOptimizer(work.optimizer()));
        trainer.initialize(new Shape(work.batch()).addAll(work.image()));
        NDManager manager = model.getNDManager();
        images = manager.create(batches.images(), new Shape(work.examples()).addAll(work.image()));
        labels = manager.create(batches.labels(), new Shape(work.examples()));
    }

    @Benchmark
    public void step() {
        batches.next(indices);
        try (NDManager scope = model.getNDManager().newSubManager()) {
            NDIndex batch = new NDIndex("{}", scope.create(indices));
            NDList examples = new NDList(images.get(scope, batch));
            NDList truth = new NDList(labels.get(scope, batch));
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDList logits = trainer.forward(examples);
                collector.backward(loss.evaluate(truth, logits));
                logits.close();
            }
            trainer.step();
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        trainer.close();
        model.close();
    }
}
