package dev.tombola.spark;

import dev.tombola.base.Sha256;
import dev.tombola.kernel.Backends;
import dev.tombola.lottery.Engine;
import dev.tombola.lottery.Job;
import dev.tombola.lottery.LocalEngine;
import dev.tombola.lottery.OpenRun;
import dev.tombola.lottery.Options;
import dev.tombola.lottery.Recipe;
import dev.tombola.lottery.Tickets;
import dev.tombola.nn.State;
import dev.tombola.train.Checkpoint;
import dev.tombola.train.Checkpoints;
import dev.tombola.train.IdleCores;
import dev.tombola.train.Point;
import dev.tombola.train.Trained;
import dev.tombola.train.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// Small trainings for engines to do, and what is left of them.
///
/// @param temp where their run folders lie
record Trainings(Path temp) {
    static final Options OPTIONS = Options.defaults().withBackend("cpu", Backends.BEST);

    /// All that a training leaves, but for the times.
    record Left(List<Point> curve, Point best, List<String> states, double bestTrain, double endTrain, int divergedAt) {
        static Left of(Trained trained) {
            List<String> states = new ArrayList<>();
            for (State state : Arrays.asList(trained.bestState(), trained.endState(), trained.rewind())) {
                states.add(state == null ? "none" : sum(state));
            }
            return new Left(
                    trained.curve(),
                    trained.best(),
                    states,
                    trained.bestTrainAccuracy(),
                    trained.endTrainAccuracy(),
                    trained.divergedAt());
        }

        private static String sum(State state) {
            MessageDigest digest = Sha256.begin();
            state.values().forEach((name, values) -> {
                ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
                bytes.asFloatBuffer().put(values);
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            });
            return Sha256.end(digest);
        }
    }

    /// Hears what a training says.
    static final class Ear implements TrainingListener {
        final List<Point> heard = new ArrayList<>();
        private final BooleanSupplier stops;

        Ear(BooleanSupplier stops) {
            this.stops = stops;
        }

        @Override
        public void evaluated(Point point) {
            heard.add(point);
        }

        @Override
        public boolean stopping() {
            return stops.getAsBoolean();
        }
    }

    static Engine.Part with(Engine.Part part, Checkpoints checkpoints) {
        return new Engine.Part(part.recipe(), part.trial(), part.task(), part.done(), checkpoints, part.listener());
    }

    /// A checkpoint, found or made after 40 iterations.
    static final class Found implements Checkpoints {
        Checkpoint checkpoint;

        Found(Checkpoint checkpoint) {
            this.checkpoint = checkpoint;
        }

        @Override
        public Optional<Checkpoint> latest() {
            return Optional.ofNullable(checkpoint);
        }

        @Override
        public boolean due(int done) {
            return done == 40;
        }

        @Override
        public boolean worth() {
            return false;
        }

        @Override
        public void keep(Checkpoint made) {
            checkpoint = made;
        }
    }

    static Recipe demo(String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "run.trials=1",
                "run.draws=1",
                "train.evaluate_every=20",
                "data.train=1500",
                "data.test=300",
                "data.validation=300"));
        all.addAll(List.of(settings));
        return Recipe.open("demo", all);
    }

    static LocalEngine here() {
        return new LocalEngine(OPTIONS, Backends.open(OPTIONS.backend(), OPTIONS.isa()), new IdleCores(), _ -> {});
    }

    Map<Job, Left> onThisMachine(Recipe recipe) {
        try (LocalEngine engine = here()) {
            return run(engine, recipe);
        }
    }

    /// Trains all of a recipe, a level at a time, four trainings at once.
    Map<Job, Left> run(Engine engine, Recipe recipe) {
        Map<Job, Left> all = new TreeMap<>();
        engine.hold(recipe);
        try (OpenRun run = open(recipe);
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            SortedMap<Integer, List<Job>> levels = run.missing().stream()
                    .collect(Collectors.groupingBy(Job::level, TreeMap::new, Collectors.toList()));
            for (List<Job> level : levels.values()) {
                List<CompletableFuture<Trained>> trained = level.stream()
                        .map(job -> CompletableFuture.supplyAsync(() -> train(engine, run, job), threads))
                        .toList();
                for (int i = 0; i < level.size(); i++) {
                    all.put(level.get(i), Left.of(join(trained.get(i))));
                }
            }
        } finally {
            engine.release(recipe);
        }
        return all;
    }

    private static Trained train(Engine engine, OpenRun run, Job job) {
        Engine.Part part = run.part(job, new Ear(() -> false), _ -> {});
        Trained trained = engine.train(List.of(part)).getFirst();
        run.keep(job, part.task(), trained);
        return trained;
    }

    private static Trained join(CompletableFuture<Trained> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw (RuntimeException) e.getCause();
        }
    }

    /// The ticket of level 0.
    Engine.Part first(Recipe recipe, TrainingListener listener) {
        try (OpenRun run = open(recipe)) {
            return run.part(run.missing().first(), listener, _ -> {});
        }
    }

    private OpenRun open(Recipe recipe) {
        try {
            return OpenRun.open(
                    Files.createTempDirectory(temp, "run").resolve("folder"),
                    recipe,
                    Job.all(recipe.run()),
                    Tickets.ALL);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
