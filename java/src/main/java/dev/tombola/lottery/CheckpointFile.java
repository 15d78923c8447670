package dev.tombola.lottery;

import dev.tombola.base.AtomicFile;
import dev.tombola.base.Reason;
import dev.tombola.base.UserError;
import dev.tombola.nn.Network;
import dev.tombola.nn.State;
import dev.tombola.train.Checkpoint;
import dev.tombola.train.Checkpoints;
import dev.tombola.train.Task;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The checkpoint of one training, in the safetensors format beside what it will leave: written every five minutes
/// where the training as a whole will take more than ten, and by one that is stopped after half a minute or more; gone
/// when it is finished.
///
/// Tensors are `values/…`, `moment-1/…`, `best/…`, `rewind/…` and `curve`, the text of the curve so far.
final class CheckpointFile implements Checkpoints {
    private static final String FORMAT = "tombola-checkpoint-1";
    private static final String VALUES = "values/";
    private static final String BEST = "best/";
    private static final String REWIND = "rewind/";
    private static final String CURVE = "curve";
    private static final long EVERY = TimeUnit.MINUTES.toNanos(5);
    private static final long LONG = TimeUnit.MINUTES.toNanos(10);
    private static final long WORTH = TimeUnit.SECONDS.toNanos(30);

    private final Path file;
    private final String recipe;
    private final Job job;
    private final Task task;
    private final LongSupplier nanos;
    private final long begun;
    private final int begunAt;
    private long keptAt;
    private OptionalInt done;

    /// Looks for what an interrupted training left. What cannot be used is told in one sentence: the training then
    /// starts over.
    ///
    /// @param recipe the recipe's hash
    CheckpointFile(Path file, String recipe, Job job, Task task, LongSupplier nanos, Consumer<String> noted) {
        this.file = file;
        this.recipe = recipe;
        this.job = job;
        this.task = task;
        this.nanos = nanos;
        try {
            this.done = Files.exists(file) ? OptionalInt.of(read().done()) : OptionalInt.empty();
        } catch (UserError e) {
            noted.accept("%s starts over, for its checkpoint cannot be used: %s".formatted(job, e.getMessage()));
            this.done = OptionalInt.empty();
        }
        this.begunAt = done.orElse(task.first());
        if (done.isPresent()) {
            noted.accept("%s goes on from its checkpoint after %,d iterations.".formatted(job, begunAt));
        }
        this.begun = nanos.getAsLong();
        this.keptAt = begun;
    }

    @Override
    public OptionalInt done() {
        return done;
    }

    @Override
    public Optional<Checkpoint> latest() {
        return done.isPresent() ? Optional.of(read()) : Optional.empty();
    }

    @Override
    public boolean due(int done) {
        long now = nanos.getAsLong();
        if (now - keptAt < EVERY) {
            return false;
        }
        double perIteration = (double) (now - begun) / (done - begunAt);
        return perIteration * (task.iterations() - task.first()) > LONG;
    }

    @Override
    public boolean worth() {
        return nanos.getAsLong() - keptAt >= WORTH;
    }

    @Override
    public void keep(Checkpoint checkpoint) {
        SequencedMap<String, SafeTensors.Tensor> tensors = new LinkedHashMap<>();
        Network network = task.network();
        StateTensors.put(tensors, VALUES, network, checkpoint.values());
        for (int i = 0; i < checkpoint.moments().size(); i++) {
            StateTensors.put(tensors, moment(i), network, checkpoint.moments().get(i));
        }
        StateTensors.put(tensors, BEST, network, checkpoint.best());
        if (checkpoint.rewind() != null) {
            StateTensors.put(tensors, REWIND, network, checkpoint.rewind());
        }
        byte[] curve = CurveText.write(job, checkpoint.curve()).getBytes(StandardCharsets.UTF_8);
        tensors.put(CURVE, new SafeTensors.Bytes(List.of(curve.length), curve));
        SequencedMap<String, String> facts = identity();
        facts.put("done", Integer.toString(checkpoint.done()));
        facts.put("loss", Double.toString(checkpoint.loss()));
        facts.put("correct", Long.toString(checkpoint.correct()));
        facts.put("examples", Long.toString(checkpoint.examples()));
        facts.put("seconds_train", Double.toString(checkpoint.secondsTrain()));
        facts.put("seconds_eval", Double.toString(checkpoint.secondsEval()));
        AtomicFile.write(file, new SafeTensors(facts, tensors)::write);
        keptAt = nanos.getAsLong();
        done = OptionalInt.of(checkpoint.done());
    }

    private Checkpoint read() {
        SafeTensors content = SafeTensors.read(file);
        Map<String, String> facts = content.metadata();
        identity().forEach((name, wanted) -> {
            if (!wanted.equals(facts.get(name))) {
                throw new UserError(
                        "%s has %s %s where %s is expected.".formatted(file, name, facts.get(name), wanted));
            }
        });
        try {
            return read(content, facts);
        } catch (NumberFormatException e) {
            throw unsound(Reason.clause(e));
        }
    }

    private Checkpoint read(SafeTensors content, Map<String, String> facts) {
        Network network = task.network();
        List<State> moments = new ArrayList<>();
        for (int i = 0; i < task.optimizer().kind().moments(); i++) {
            moments.add(StateTensors.get(file, content, moment(i), network));
        }
        int done = Integer.parseInt(fact(facts, "done"));
        if (done < task.first() || done > task.iterations()) {
            throw unsound("%,d iterations done of %,d to %,d".formatted(done, task.first(), task.iterations()));
        }
        if (!(content.tensors().get(CURVE) instanceof SafeTensors.Bytes curve)) {
            throw unsound("no tensor of bytes \"" + CURVE + "\"");
        }
        return new Checkpoint(
                done,
                StateTensors.get(file, content, VALUES, network),
                moments,
                CurveText.read(new String(curve.values(), StandardCharsets.UTF_8), file),
                StateTensors.get(file, content, BEST, network),
                task.rewind() > 0 && done >= task.rewind() ? StateTensors.get(file, content, REWIND, network) : null,
                Double.parseDouble(fact(facts, "loss")),
                Long.parseLong(fact(facts, "correct")),
                Long.parseLong(fact(facts, "examples")),
                Double.parseDouble(fact(facts, "seconds_train")),
                Double.parseDouble(fact(facts, "seconds_eval")));
    }

    private String fact(Map<String, String> facts, String name) {
        String fact = facts.get(name);
        if (fact == null) {
            throw unsound("no \"%s\"".formatted(name));
        }
        return fact;
    }

    private UserError unsound(String found) {
        return new UserError("%s is no sound checkpoint: %s.".formatted(file, found));
    }

    /// Which training it belongs to.
    private SequencedMap<String, String> identity() {
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put("format", FORMAT);
        facts.put("recipe", recipe);
        facts.put("trial", Integer.toString(job.trial()));
        facts.put("control", job.control().label());
        facts.put("draw", Integer.toString(job.draw()));
        facts.put("level", Integer.toString(job.level()));
        return facts;
    }

    private static String moment(int i) {
        return "moment-" + (i + 1) + "/";
    }
}
