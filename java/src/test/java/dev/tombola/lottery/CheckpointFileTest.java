package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.base.AtomicFile;
import dev.tombola.nn.Initial;
import dev.tombola.nn.State;
import dev.tombola.numeric.Purpose;
import dev.tombola.train.Checkpoint;
import dev.tombola.train.Point;
import dev.tombola.train.Task;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointFileTest {
    private static final Recipe RECIPE = Recipe.preset("demo", "train.iterations=1000", "prune.rewind=100");
    private static final Job JOB = Job.ticket(0, 0);
    private static final Task TASK = new Experiment(RECIPE, RECIPE.ladder(), _ -> null, _ -> null).task(JOB);
    private static final Checkpoint CHECKPOINT = new Checkpoint(
            250,
            state(1),
            List.of(state(2), state(3)),
            List.of(new Point(100, 0.75, 1.0 / 3, 0.5, 0.625), new Point(200, Math.PI, 0.1, 1, 0)),
            state(4),
            state(5),
            17.0 / 3,
            2900,
            3000,
            1.25,
            0.5);

    @TempDir
    Path temp;

    private final AtomicLong clock = new AtomicLong(42);
    private final List<String> notes = new ArrayList<>();
    private Path file;

    @BeforeEach
    void name() {
        file = temp.resolve("ticket.checkpoint");
    }

    private static State state(int draw) {
        return Initial.GLOROT.values(RECIPE.network(), draw, Purpose.REINIT, draw);
    }

    private CheckpointFile open() {
        return open(RECIPE.hash(), JOB);
    }

    private CheckpointFile open(String recipe, Job job) {
        notes.clear();
        return new CheckpointFile(file, recipe, job, TASK, clock::get, notes::add);
    }

    @Test
    void whatIsKeptIsTakenToTheBit() {
        open().keep(CHECKPOINT);
        CheckpointFile again = open();
        assertThat(notes).containsExactly("trial 0, level 0, ticket goes on from its checkpoint after 250 iterations.");
        assertThat(again.done()).hasValue(250);
        assertThat(again.latest().orElseThrow()).usingRecursiveComparison().isEqualTo(CHECKPOINT);
    }

    /// The weights that others go back to are there from their iteration on.
    @ParameterizedTest
    @ValueSource(ints = {99, 100})
    void theRewindIsTakenAsSoonAsItIsThere(int done) {
        Checkpoint checkpoint = new Checkpoint(
                done,
                CHECKPOINT.values(),
                CHECKPOINT.moments(),
                CHECKPOINT.curve(),
                CHECKPOINT.best(),
                done < TASK.rewind() ? null : CHECKPOINT.rewind(),
                CHECKPOINT.loss(),
                CHECKPOINT.correct(),
                CHECKPOINT.examples(),
                CHECKPOINT.secondsTrain(),
                CHECKPOINT.secondsEval());
        open().keep(checkpoint);
        assertThat(open().latest().orElseThrow()).usingRecursiveComparison().isEqualTo(checkpoint);
    }

    @Test
    void withoutOneATrainingBeginsAtItsBeginning() {
        CheckpointFile none = open();
        assertThat(none.done()).isEmpty();
        assertThat(none.latest()).isEmpty();
        assertThat(notes).isEmpty();
    }

    /// Every byte counts: header, curve, counters and tensors.
    @Test
    void aDamagedOneIsToldInOneSentenceAndTheTrainingStartsOver() throws IOException {
        open().keep(CHECKPOINT);
        byte[] sound = Files.readAllBytes(file);
        for (int at = 0; at < sound.length; at += at < 6000 ? 7 : 20_011) {
            byte[] damaged = sound.clone();
            damaged[at] ^= 1;
            assertStartsOver(damaged);
        }
        assertStartsOver(Arrays.copyOf(sound, sound.length - 1));
        assertStartsOver(Arrays.copyOf(sound, sound.length / 2));
        assertStartsOver("nonsense".getBytes(StandardCharsets.UTF_8));
        assertStartsOver(new byte[0]);
    }

    private void assertStartsOver(byte[] content) throws IOException {
        Files.write(file, content);
        CheckpointFile checkpoints = open();
        assertThat(checkpoints.latest()).isEmpty();
        assertThat(checkpoints.done()).isEmpty();
        assertThat(notes)
                .hasSize(1)
                .allSatisfy(note -> assertThat(note)
                        .startsWith("trial 0, level 0, ticket starts over, for its checkpoint cannot be used: " + file)
                        .endsWith(".")
                        .doesNotContain("\n"));
    }

    /// Whole, but not of our making.
    @ParameterizedTest
    @CsvSource({
        "done, , 'no \"done\"'",
        "done, few, 'For input string: \"few\"'",
        "done, -1, '-1 iterations done of 0 to 1,000'",
        "done, 1001, '1,001 iterations done of 0 to 1,000'",
        "examples, 1.5, 'For input string: \"1.5\"'",
        "loss, , 'no \"loss\"'",
    })
    void anUnsoundOneSaysWhatIsUnsound(String name, String value, String found) {
        open().keep(CHECKPOINT);
        SafeTensors content = SafeTensors.read(file);
        SequencedMap<String, String> facts = new LinkedHashMap<>(content.metadata());
        facts.computeIfPresent(name, (_, _) -> value);
        AtomicFile.write(file, new SafeTensors(facts, content.tensors())::write);
        assertThat(open().done()).isEmpty();
        assertThat(notes).singleElement().asString().endsWith(" is no sound checkpoint: " + found + ".");
    }

    @Test
    void oneWithoutACurveIsUnsound() {
        open().keep(CHECKPOINT);
        SafeTensors content = SafeTensors.read(file);
        SequencedMap<String, SafeTensors.Tensor> tensors = new LinkedHashMap<>(content.tensors());
        tensors.remove("curve");
        AtomicFile.write(file, new SafeTensors(content.metadata(), tensors)::write);
        assertThat(open().done()).isEmpty();
        assertThat(notes).singleElement().asString().endsWith(" checkpoint: no tensor of bytes \"curve\".");
    }

    @Test
    void aForeignOneIsNotTaken() {
        open().keep(CHECKPOINT);
        assertThat(open("0123456789ab", JOB).latest()).isEmpty();
        assertThat(notes)
                .containsExactly(
                        ("trial 0, level 0, ticket starts over, for its checkpoint cannot be used: %s has recipe"
                                        + " %s where 0123456789ab is expected.")
                                .formatted(file, RECIPE.hash()));
        assertThat(open().latest()).isPresent();
    }

    @Test
    void anotherTrainingsIsNotTaken() {
        Job own = new Job(0, 1, Control.REINIT, 1);
        open(RECIPE.hash(), own).keep(CHECKPOINT);
        Map.of(
                        new Job(1, 1, Control.REINIT, 1), "trial 0 where 1",
                        new Job(0, 2, Control.REINIT, 1), "level 1 where 2",
                        new Job(0, 1, Control.ONE_SHOT_REINIT, 1), "control reinit where one_shot_reinit",
                        new Job(0, 1, Control.REINIT, 2), "draw 1 where 2")
                .forEach((other, difference) -> {
                    assertThat(open(RECIPE.hash(), other).latest()).isEmpty();
                    assertThat(notes).singleElement().asString().endsWith(" has " + difference + " is expected.");
                });
        assertThat(open(RECIPE.hash(), own).latest()).isPresent();
    }

    /// Of so many iterations: that at which it is first due, and how many come.
    @ParameterizedTest(name = "{0} ms an iteration")
    @CsvSource({"599, 1000, 0, 0", "601, 1000, 500, 1", "1000, 1000, 300, 3", "60000, 100, 5, 19", "600000, 50, 1, 49"})
    void itIsDueEveryFiveMinutesOfATrainingOfMoreThanTen(long millis, int until, int first, int count) {
        CheckpointFile checkpoints = open();
        List<Integer> due = new ArrayList<>();
        for (int done = 1; done < until; done++) {
            clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
            if (checkpoints.due(done)) {
                due.add(done);
                checkpoints.keep(CHECKPOINT);
            }
        }
        assertThat(due).hasSize(count);
        assertThat(due.stream().findFirst().orElse(0)).isEqualTo(first);
    }

    /// What begins at iteration 100 of 1000 has 900 to do: in 601 s at 668 ms each, in 599 s at 666 ms.
    @ParameterizedTest(name = "{0} ms an iteration")
    @CsvSource({"666, false", "668, true"})
    void aTrainingThatGoesBackIsAsLongAsItsRest(long millis, boolean due) {
        Task rest = new Task(
                TASK.network(),
                TASK.start(),
                TASK.masks(),
                TASK.optimizer(),
                100,
                TASK.iterations(),
                0,
                TASK.batch(),
                TASK.evaluateEvery(),
                TASK.seed(),
                TASK.stream(),
                TASK.augmentation(),
                TASK.precision());
        CheckpointFile checkpoints =
                new CheckpointFile(file, RECIPE.hash(), Job.ticket(0, 1), rest, clock::get, notes::add);
        assertThat(checkpoints.done()).isEmpty();
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(500 * millis));
        assertThat(checkpoints.due(600)).isEqualTo(due);
    }

    @Test
    void halfAMinuteIsWorthKeeping() {
        CheckpointFile checkpoints = open();
        clock.addAndGet(TimeUnit.SECONDS.toNanos(29));
        assertThat(checkpoints.worth()).isFalse();
        clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(checkpoints.worth()).isTrue();
        checkpoints.keep(CHECKPOINT);
        assertThat(checkpoints.worth()).isFalse();
    }

    /// What was done before counts towards the ten minutes, not what it took.
    @Test
    void aTrainingTakenUpIsAsLongAsTheWhole() {
        open().keep(CHECKPOINT);
        CheckpointFile again = open();
        clock.addAndGet(TimeUnit.MINUTES.toNanos(5));
        assertThat(again.due(740)).isTrue();
        assertThat(again.due(760)).isFalse();
    }
}
