package dev.tombola.spark;

import dev.tombola.base.Plural;
import dev.tombola.base.UserError;
import dev.tombola.data.Dataset;
import dev.tombola.lottery.Engine;
import dev.tombola.lottery.ImageSet;
import dev.tombola.lottery.Options;
import dev.tombola.lottery.Recipe;
import dev.tombola.train.StoppedException;
import dev.tombola.train.Trained;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;

/// Trains on the executors of an Apache Spark cluster: a training is a job of one task, and so is each share of
/// trainings that are handed over together. Tasks that are lost with their executor are Spark's to do again, from their
/// start and to the same bits (in TF32, on a GPU of that kind).
/// Images go to each executor once; what is trained comes back, and run folders are the driver's alone.
///
/// Executors know nothing of a training's listener: it hears of all evaluations when the training is over, and is asked
/// every now and then whether to stop. They write no checkpoints; one that is there is gone on from.
///
/// Jobs run first in, first out, which keeps the order in which a scheduler hands trainings out: the longest way first.
public final class SparkEngine implements Engine, AutoCloseable {
    private static final int MOST_AT_ONCE = 4096;
    private static final long SETTLED_AFTER_MILLIS = 2000;

    private final JavaSparkContext spark;
    private final boolean own;
    private final Options options;
    private final Work.Tools tools;
    private final Station.Greeting greeting;
    private final Map<ImageSet, Sent> sets = new HashMap<>();

    /// A data set that the executors may ask for.
    private static final class Sent {
        private final Broadcast<SentImages> images;
        private final Optional<String> warning;
        private int holders;

        Sent(Broadcast<SentImages> images, Optional<String> warning) {
            this.images = images;
            this.warning = warning;
        }
    }

    private record Training(Broadcast<Work> work, Broadcast<SentImages> images) implements Function<Integer, Answer> {
        @Override
        public Answer call(Integer one) {
            return Station.train(work, images);
        }
    }

    private record Greet(Work.Tools tools) implements Function<Integer, Object> {
        @Override
        public Object call(Integer one) {
            try {
                return Station.greeting(tools);
            } catch (UserError e) {
                return e;
            }
        }
    }

    private SparkEngine(JavaSparkContext spark, boolean own, Options options) {
        this.spark = spark;
        this.own = own;
        this.options = options;
        this.tools = Work.Tools.of(options);
        this.greeting = greeted();
        settle();
    }

    /// As [Spark#open], which is to be asked first.
    static SparkEngine open(SparkConf conf, Options options) {
        long before = System.currentTimeMillis();
        SparkContext context;
        try {
            context = SparkContext.getOrCreate(conf);
        } catch (Exception e) { // Scala throws what Java would have to declare
            throw new UserError(
                    "Spark could not be started at %s: %s; a --master is %s, the last two where this Spark has them."
                            .formatted(conf.get("spark.master"), SparkJob.firstLine(e), SparkSettings.MASTERS),
                    e);
        }
        boolean own = context.startTime() >= before; // else somebody else's, who will stop it
        JavaSparkContext spark = JavaSparkContext.fromSparkContext(context);
        try {
            return new SparkEngine(spark, own, options);
        } catch (RuntimeException e) {
            if (own) {
                spark.stop();
            }
            throw e;
        }
    }

    /// What trains, in one sentence.
    public String reason() {
        return "Spark at %s, %s at a time; %s."
                .formatted(spark.master(), Plural.of(slots(), "training"), greeting.where());
    }

    /// The GPU that an executor trains on; nothing where it trains on its processor.
    public Optional<String> gpu() {
        return Optional.ofNullable(greeting.gpu());
    }

    /// How many calls of [#train] are worth being made at a time: two for each task that the cluster can run, so that
    /// an executor which is done finds the next task waiting while the driver still takes in what it sent. A cluster
    /// that grows later is counted as large as it may become, where Spark's settings say so.
    public int workers() {
        return workers(slots());
    }

    static int workers(int slots) {
        return (int) Math.min(MOST_AT_ONCE, 2L * slots);
    }

    @Override
    public int together() {
        return options.backend().equals("cuda")
                ? (int) Math.min(Integer.MAX_VALUE, (long) options.mostReplicas() * slots())
                : 1;
    }

    /// Reads a recipe's images unless they are there, for executors to fetch. A set that nobody holds any more stays
    /// until another one is wanted.
    @Override
    public synchronized Optional<String> hold(Recipe recipe) {
        ImageSet set = ImageSet.of(recipe);
        if (!sets.containsKey(set)) {
            sets.values().removeIf(sent -> {
                if (sent.holders == 0) {
                    sent.images.destroy();
                }
                return sent.holders == 0;
            });
            Dataset dataset = recipe.load(options.data());
            sets.put(set, new Sent(spark.broadcast(SentImages.of(dataset)), dataset.warning()));
        }
        Sent sent = sets.get(set);
        sent.holders++;
        return sent.warning;
    }

    @Override
    public synchronized void release(Recipe recipe) {
        sets.get(ImageSet.of(recipe)).holders--;
    }

    @Override
    public Trained train(Part part) {
        return train(List.of(part)).getFirst();
    }

    /// In shares of a job each, as many as can run: else one GPU would have all that is ready.
    @Override
    public Iterator<NavigableMap<Integer, Trained>> inGroups(List<Part> parts) {
        Recipe recipe = parts.getFirst().recipe();
        Broadcast<SentImages> images = images(recipe);
        int count = Math.min(parts.size(), slots());
        Shares shares = new Shares(parts);
        try {
            for (int share = 0; share < count; share++) {
                int first = (int) (share * (long) parts.size() / count);
                List<Part> some = parts.subList(first, (int) ((share + 1) * (long) parts.size() / count));
                Broadcast<Work> work = spark.broadcast(
                        new Work(tools, some.stream().map(Work.Order::of).toList()));
                spark.sc().setJobDescription(recipe.network().name() + ", " + Plural.of(some.size(), "training"));
                shares.add(first, work, SparkJob.begin(spark, new Training(work, images)));
            }
        } catch (RuntimeException | Error e) { // such as a checkpoint that cannot be read
            shares.end();
            throw e;
        }
        return shares;
    }

    @Override
    public void close() {
        if (own) {
            spark.stop();
        } else {
            sets.values().forEach(sent -> sent.images.destroy());
        }
    }

    private synchronized Broadcast<SentImages> images(Recipe recipe) {
        return sets.get(ImageSet.of(recipe)).images;
    }

    private int slots() {
        int executors = spark.sc().statusTracker().getExecutorInfos().length - 1; // the driver is among them
        return SparkSettings.slots(spark.getConf(), spark.defaultParallelism(), executors);
    }

    /// Waits for an executor and asks whether it can train.
    private Station.Greeting greeted() {
        Object said;
        try {
            said = SparkJob.begin(spark, new Greet(tools))
                    .await(Integer.MAX_VALUE)
                    .orElseThrow();
        } catch (IllegalStateException e) {
            throw new UserError("No executor of %s is at work: %s".formatted(spark.master(), e.getMessage()), e);
        }
        if (said instanceof UserError refused) {
            throw refused;
        }
        return (Station.Greeting) said;
    }

    /// Executors of a standalone cluster come one by one, and nobody says how many: waits until no other one came for a
    /// while. Elsewhere Spark has waited for what was asked for.
    private void settle() {
        if (!spark.master().startsWith("spark://") && !spark.master().startsWith("local-cluster")) {
            return;
        }
        try {
            for (int before = 0, now = slots(); now > before; now = slots()) {
                before = now;
                Thread.sleep(SETTLED_AFTER_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
    }
}
