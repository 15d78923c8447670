package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.nn.Initial;
import dev.tombola.nn.State;
import dev.tombola.numeric.Purpose;
import dev.tombola.numeric.Stream;
import dev.tombola.train.IdleCores;
import dev.tombola.train.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every training starts from and at which iteration, whatever the recipe goes back to.
class RewindTest {
    private static final String CONTROLS = "run.controls=ticket,reinit,one_shot,one_shot_reinit,random_sparsity,reset";

    @TempDir
    Path temp;

    private static Recipe recipe(String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "train.iterations=30", "train.evaluate_every=10", "run.trials=2", "run.levels=2", "run.draws=1"));
        all.addAll(List.of(settings));
        return Recipe.open("demo", all);
    }

    /// Runs a recipe and tells each task that was trained, by trial and surviving weights.
    private static List<Task> run(Recipe recipe, Path out) {
        Map<Task, Boolean> tasks = new ConcurrentHashMap<>();
        Engine recording = part -> {
            assertThat(part.done())
                    .as("without a checkpoint")
                    .isEqualTo(part.task().first());
            tasks.put(part.task(), true);
            return new FakeEngine().train(part);
        };
        try (RunFolder folder = RunFolder.open(out, recipe)) {
            Lottery.run(recipe, folder, recording, 2, new IdleCores(), LotteryListener.SILENT, System::nanoTime);
        }
        return List.copyOf(tasks.keySet());
    }

    private Ticket ticket(int level, Control control) {
        Job job = new Job(1, level, control, control.redrawn() ? 1 : 0);
        return Ticket.open(new Layout(temp).tensors(job));
    }

    private static State original(Recipe recipe) {
        return Initial.GLOROT.values(recipe.network(), 1, Purpose.INITIAL_VALUES, Stream.trial(1));
    }

    private static int first(Ticket ticket) {
        return Integer.parseInt(ticket.provenance().facts().getOrDefault("first_iteration", "0"));
    }

    @Test
    void weightsGoBackToWhatLevelZeroHadThen() {
        Recipe recipe = recipe(CONTROLS, "prune.rewind=7");
        List<Task> tasks = run(recipe, temp);
        assertThat(tasks).hasSize(2 * (1 + 2 * 6));
        assertThat(tasks).filteredOn(task -> task.rewind() == 7).hasSize(2).allSatisfy(task -> {
            assertThat(task.masks().survivors()).isEqualTo(recipe.network().weights());
            assertThat(task.first()).isZero();
        });
        State rewind = new RewindFile(new Layout(temp).rewind(1), recipe, 1).read();
        assertThatThrownBy(() -> Ticket.open(new Layout(temp).rewind(1)))
                .hasMessageContaining("rewind.safetensors holds the weights that its trial's tickets go back to");
        Task dense = tasks.stream()
                .filter(task -> task.rewind() == 7 && task.stream() == Stream.trial(1))
                .findFirst()
                .orElseThrow();
        assertSame(rewind, FakeEngine.moved(dense, 0.07f));
        for (int level = 1; level <= 2; level++) {
            for (Control control : List.of(Control.TICKET, Control.ONE_SHOT)) {
                Ticket ticket = ticket(level, control);
                assertSame(ticket.start(), rewind.masked(ticket.masks()));
                assertThat(first(ticket)).isEqualTo(7);
            }
            Ticket reset = ticket(level, Control.RESET);
            assertThat(reset.masks()).isEqualTo(ticket(level, Control.TICKET).masks());
            assertSame(reset.start(), original(recipe).masked(reset.masks()));
            for (Control control :
                    List.of(Control.REINIT, Control.ONE_SHOT_REINIT, Control.RANDOM_SPARSITY, Control.RESET)) {
                assertThat(first(ticket(level, control))).isZero();
            }
        }
        assertThat(new Layout(temp).curve(Job.ticket(1, 1))).content().contains("1,ticket,0,1,10,");
    }

    @Test
    void onlyTheIterationGoesBackWhereTheWeightsStay() {
        Recipe recipe = recipe(CONTROLS, "prune.rewind=12", "prune.rewind_lr=true");
        assertThat(run(recipe, temp))
                .allSatisfy(task -> assertThat(task.rewind()).isZero());
        assertThat(new Layout(temp).rewind(1)).doesNotExist();
        for (int level = 1; level <= 2; level++) {
            Ticket ticket = ticket(level, Control.TICKET);
            assertSame(ticket.start(), ticket(level - 1, Control.TICKET).end().masked(ticket.masks()));
            Ticket oneShot = ticket(level, Control.ONE_SHOT);
            assertSame(oneShot.start(), ticket(0, Control.TICKET).end().masked(oneShot.masks()));
            assertThat(List.of(first(ticket), first(oneShot))).containsOnly(12);
            assertThat(first(ticket(level, Control.REINIT))).isZero();
        }
        // Evaluations are at multiples of ten: the first of them comes after iteration 12.
        assertThat(new Layout(temp).curve(Job.ticket(1, 1))).content().doesNotContain("1,ticket,0,1,10,");
    }

    @Test
    void strategyTwoIsJudgedByItsReset() {
        Recipe recipe = recipe("prune.strategy=continue", "run.controls=one_shot");
        run(recipe, temp);
        for (int level = 1; level <= 2; level++) {
            Ticket ticket = ticket(level, Control.TICKET);
            assertSame(ticket.start(), ticket(level - 1, Control.TICKET).end().masked(ticket.masks()));
            Ticket reset = ticket(level, Control.RESET);
            assertThat(reset.masks()).isEqualTo(ticket.masks());
            assertSame(reset.start(), original(recipe).masked(reset.masks()));
            assertSame(
                    ticket(level, Control.ONE_SHOT).start(),
                    original(recipe).masked(ticket(level, Control.ONE_SHOT).masks()));
            assertThat(List.of(first(ticket), first(reset))).containsOnly(0);
        }
    }

    @Test
    void withoutItsRewindLevelZeroIsTrainedAgainToTheSameBytes() throws IOException {
        Recipe recipe = recipe("prune.rewind=7");
        run(recipe, temp);
        SortedMap<String, Integer> expected = new TreeMap<>(FolderBytes.of(temp));
        Path rewind = new Layout(temp).rewind(1);
        Files.delete(rewind);
        Files.delete(new Layout(temp).tensors(Job.ticket(1, 2)));
        Files.writeString(rewind.resolveSibling("rewind.safetensors.tmp"), "half a fi");
        assertThat(run(recipe, temp)).hasSize(2);
        assertThat(FolderBytes.of(temp)).isEqualTo(expected);
    }

    @Test
    void anotherTrialsRewindIsNotTaken() throws IOException {
        Recipe recipe = recipe("prune.rewind=7");
        run(recipe, temp);
        Path rewind = new Layout(temp).rewind(1);
        Files.copy(new Layout(temp).rewind(0), rewind, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> run(recipe, temp))
                .isInstanceOf(LotteryException.class)
                .hasMessageContaining(rewind + " says {")
                .hasMessageContaining("trial=0")
                .hasMessageContaining(RunReader.REMEDY)
                .message()
                .doesNotContain("\n");
    }

    /// A dense training that diverges leaves nothing to go back to, and is finished all the same.
    @Test
    void aDivergedLevelZeroNeedsNoRewind() {
        Recipe recipe = recipe("prune.rewind=7", "run.trials=1");
        for (int i = 0; i < 2; i++) {
            try (RunFolder folder = RunFolder.open(temp, recipe)) {
                assertThat(folder.finished()).hasSize(i);
                Engine diverging = new FakeEngine((_, _) -> true);
                Lottery.run(recipe, folder, diverging, 1, new IdleCores(), LotteryListener.SILENT, System::nanoTime);
            }
        }
        assertThat(new Layout(temp).rewind(0)).doesNotExist();
    }

    private static void assertSame(State found, State expected) {
        assertThat(found.values().keySet()).isEqualTo(expected.values().keySet());
        found.values().forEach((name, values) -> assertThat(values).as(name).isEqualTo(expected.get(name)));
    }
}
