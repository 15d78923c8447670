package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.tombola.base.UserError;
import dev.tombola.train.IdleCores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunFolderTest {
    private static final Recipe RECIPE = Recipe.preset(
            "demo", "train.iterations=20", "train.evaluate_every=10", "run.trials=1", "run.levels=1", "run.draws=1");

    @TempDir
    Path temp;

    private Path out;
    private Layout layout;

    @BeforeEach
    void run() {
        out = temp.resolve("run");
        layout = new Layout(out);
        train(RECIPE);
    }

    private void train(Recipe recipe) {
        train(recipe, new ArrayList<>());
    }

    private void train(Recipe recipe, List<String> noted) {
        LotteryListener listener = new LotteryListener() {
            @Override
            public void noted(String sentence) {
                noted.add(sentence);
            }
        };
        try (RunFolder folder = RunFolder.open(out, recipe)) {
            Lottery.run(recipe, folder, new FakeEngine(), 1, new IdleCores(), listener, System::nanoTime);
        }
    }

    @Test
    void theFilesAreThoseOfTheDesign() {
        assertThat(FolderBytes.of(out))
                .containsOnlyKeys(
                        "curves.csv",
                        "levels.csv",
                        "recipe.yaml",
                        "trial-00/level-00/ticket.csv",
                        "trial-00/level-00/ticket.safetensors",
                        "trial-00/level-01/reinit-1.csv",
                        "trial-00/level-01/reinit-1.safetensors",
                        "trial-00/level-01/ticket.csv",
                        "trial-00/level-01/ticket.safetensors");
        assertThat(layout.recipe()).content().isEqualTo(RECIPE.toYaml());
    }

    @Test
    void namesLeadBackToTheirTrainings() {
        for (Job job : Job.all(
                Recipe.preset("demo", "run.controls=" + String.join(",", Control.labels()), "prune.strategy=continue")
                        .run())) {
            assertThat(layout.job(layout.tensors(job))).contains(job);
        }
        for (String other : List.of(
                "reinit",
                "ticket-1",
                "one_shot-2",
                "reinit-0",
                "lucky",
                "ticket-1-1",
                "noise_0.5",
                "noise_4-1",
                "noise_0_5-1")) {
            assertThat(layout.job(out.resolve("trial-00/level-01/" + other + ".safetensors")))
                    .isEqualTo(Optional.empty());
        }
        assertThat(layout.job(out.resolve("trial-00/level-00/one_shot.safetensors")))
                .isEmpty();
        assertThat(layout.job(layout.curve(Job.ticket(0, 0)))).isEmpty();
    }

    @Test
    void anotherRecipeIsRefusedWithTheFirstDifference() {
        assertThatThrownBy(() -> RunFolder.open(out, Recipe.preset("demo", "train.iterations=21", "run.seed=99")))
                .isInstanceOf(UserError.class)
                .hasMessage("The run folder %s holds another recipe: there train.iterations is 20, here it is 21;"
                                .formatted(out)
                        + " name another with --out.");
        assertThatThrownBy(() -> RunFolder.open(
                        out, Recipe.preset("demo", "train.optimizer.name=sgd", "train.optimizer.lr=0.1")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("holds another recipe");
        assertThat(layout.recipe()).content().isEqualTo(RECIPE.toYaml());
        train(RECIPE);
    }

    @Test
    void aFolderInUseIsRefused() {
        try (RunFolder _ = RunFolder.open(out, RECIPE)) {
            assertThatThrownBy(() -> RunFolder.open(out, RECIPE))
                    .isInstanceOf(UserError.class)
                    .hasMessage("The run folder %s is in use by another run; wait for it, or name another with --out."
                            .formatted(out));
        }
        RunFolder.open(out, RECIPE).close();
    }

    @Test
    void aPlaceThatIsAFileIsRefused() throws IOException {
        Path file = Files.createFile(temp.resolve("file"));
        assertThatThrownBy(() -> RunFolder.open(file, RECIPE))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("is a file")
                .hasMessageContaining("--out");
    }

    @Test
    void aPlaceWithOtherThingsInItIsRefusedAndLeftAlone() throws IOException {
        Path root = Files.createDirectories(temp.resolve("home"));
        Files.createFile(root.resolve("thesis.txt"));
        Files.writeString(root.resolve("recipe.yaml"), RECIPE.toYaml());
        assertThatThrownBy(() -> RunFolder.open(root, RECIPE))
                .isInstanceOf(UserError.class)
                .hasMessage("The run folder %s holds something else than a run (thesis.txt); name another with --out."
                        .formatted(root));
        assertThat(root.resolve(".lock")).doesNotExist();
        RunFolder.open(root.resolve("runs/one"), RECIPE).close(); // beside a recipe of the user's own
    }

    @Test
    void aPlaceInsideAnotherRunIsRefused() {
        for (Path inside : List.of(out.resolve("trial-00"), out.resolve("trial-00/level-01"), out.resolve("new/one"))) {
            assertThatThrownBy(() -> RunFolder.open(inside, RECIPE))
                    .isInstanceOf(UserError.class)
                    .hasMessage("The run folder %s would lie inside that of another run, %s; name another with --out."
                            .formatted(inside, out));
        }
        assertThat(out.resolve("new")).doesNotExist();
    }

    /// Killed before its recipe was there, or without its lock, as one is copied.
    @Test
    void whatARunHasBegunGoesOn() throws IOException {
        Path begun = Files.createDirectories(temp.resolve("begun"));
        Files.createFile(begun.resolve(".lock"));
        Files.createFile(begun.resolve("recipe.yaml.tmp"));
        RunFolder.open(begun, RECIPE).close();
        Files.delete(layout.lock());
        Files.createFile(out.resolve("notes.txt"));
        RunFolder.open(out, RECIPE).close();
    }

    @Test
    void othersFilesAreLeftAlone() throws IOException {
        Path root = temp.resolve("home");
        RunFolder.open(root, RECIPE).close();
        List<Path> theirs = List.of(
                root.resolve("notes.tmp"),
                root.resolve("projects/x/thesis.tmp"),
                root.resolve("trial-00/level-01/mine.txt.tmp"));
        for (Path file : theirs) {
            Files.createDirectories(file.getParent());
            Files.createFile(file);
        }
        Path ours = Files.createFile(root.resolve("trial-00/level-01/ticket.safetensors.tmp"));
        RunFolder.open(root, RECIPE).close();
        assertThat(theirs).allSatisfy(file -> assertThat(file).exists());
        assertThat(ours).doesNotExist();
    }

    @Test
    void aMissingCurveIsDoneAgainAndDamagedTimesAreUnknown() throws IOException {
        Files.delete(layout.curve(Job.ticket(0, 1)));
        Files.writeString(layout.times(Job.ticket(0, 0)), "nonsense");
        try (RunFolder folder = RunFolder.open(layout.root(), RECIPE)) {
            assertThat(folder.finished()).doesNotContainKey(Job.ticket(0, 1));
            assertThat(folder.finished().get(Job.ticket(0, 0)).usPerStep()).isNaN();
        }
    }

    /// It would be written over, and tables made meanwhile would lack it without a word.
    @Test
    void aCurveWithoutItsBeginOrThatCannotBeReadIsDamaged() throws IOException {
        Path curve = layout.curve(Job.ticket(0, 1));
        String whole = Files.readString(curve);
        for (String damaged : List.of("", "u" + whole.substring(1))) {
            Files.writeString(curve, damaged);
            assertThat(new RunReader(layout, RECIPE).contents().jobs().damaged())
                    .containsExactly(entry(
                            Job.ticket(0, 1),
                            curve + " is damaged: it does not begin with " + CurveRow.header()
                                    + ". Move it elsewhere, and its training is done anew."));
        }
        Files.delete(curve);
        Files.createSymbolicLink(curve, curve.getFileName());
        assertThat(new RunReader(layout, RECIPE).contents().jobs().damaged())
                .hasEntrySatisfying(
                        Job.ticket(0, 1), found -> assertThat(found).startsWith(curve + " could not be read: "));
    }

    /// By whole lines, or within one.
    @Test
    void aCurveWithoutItsEndIsDamaged() throws IOException {
        Path curve = layout.curve(Job.ticket(0, 1));
        String whole = Files.readString(curve);
        int line = whole.lastIndexOf('\n', whole.length() - 2) + 1;
        for (int end : List.of(line, line - 1, whole.length() - 1, whole.length() - 4)) {
            Files.writeString(curve, whole.substring(0, end));
            RunReader.Contents contents = new RunReader(layout, RECIPE).contents();
            assertThat(contents.rows()).doesNotContainKey(Job.ticket(0, 1));
            assertThat(contents.jobs().damaged())
                    .containsExactly(entry(
                            Job.ticket(0, 1),
                            curve + " is cut short: it does not end with the evaluation after iteration "
                                    + RECIPE.train().iterations()
                                    + ". Move it elsewhere, and its training is done anew."));
        }
    }

    @Test
    void askingForLessLaterKeepsTheRecipeOfWhatIsThere() throws IOException {
        String before = Files.readString(layout.recipe());
        Recipe less = Recipe.parse(before.replaceAll("levels: \\d+", "levels: 0"));
        assertThat(less.run().levels()).isZero();
        RunFolder.open(layout.root(), less).close();
        assertThat(Files.readString(layout.recipe())).isEqualTo(before);
    }

    @Test
    void aTicketOfAnotherTrainingIsLeftOut() throws IOException {
        Files.copy(layout.tensors(new Job(0, 1, Control.REINIT, 1)), layout.tensors(new Job(0, 1, Control.REINIT, 2)));
        Files.copy(layout.curve(new Job(0, 1, Control.REINIT, 1)), layout.curve(new Job(0, 1, Control.REINIT, 2)));
        List<String> noted = new ArrayList<>();
        train(RECIPE, noted); // which does not ask for it
        assertThat(noted)
                .singleElement()
                .asString()
                .contains("belongs to trial 0, level 1, reinit-1", "not to trial 0, level 1, reinit-2", "Move it");
        assertThat(layout.levels()).content().hasLineCount(4);
    }

    @Test
    void aDamagedTicketIsNamedAndOnlyWhatNeedsItWaits() throws IOException {
        var whole = FolderBytes.of(out);
        Path file = layout.tensors(Job.ticket(0, 0));
        Files.write(file, new byte[5]);
        Files.delete(layout.tensors(new Job(0, 1, Control.REINIT, 1)));
        Recipe more = Recipe.parse(RECIPE.toYaml().replace("trials: 1", "trials: 2"));
        List<String> noted = new ArrayList<>();
        assertThatThrownBy(() -> train(more, noted))
                .isInstanceOf(LotteryException.class)
                .hasMessageContaining("trial 0, level 0, ticket")
                .hasMessageContaining(file.toString())
                .hasMessageContaining("has 5 bytes")
                .hasMessageContaining(RunReader.REMEDY)
                .hasMessageContaining(" and 1 more: ");
        assertThat(noted).first().asString().contains(file.toString(), "has 5 bytes");
        assertThat(file).hasBinaryContent(new byte[5]);
        assertThat(layout.tensors(new Job(0, 1, Control.REINIT, 1))).doesNotExist();
        assertThat(layout.levels())
                .content()
                .as("header, trial 0's ticket, all of trial 1")
                .hasLineCount(1 + 1 + 3);

        Files.move(file, temp.resolve("away"));
        train(more);
        var again = FolderBytes.of(out);
        assertThat(layout.levels()).content().hasLineCount(1 + 3 + 3);
        whole.keySet().removeIf(name -> !name.startsWith("trial"));
        assertThat(again).containsAllEntriesOf(whole);
    }

    /// Its header says that it is finished: only who reads its weights can tell.
    @Test
    void whatStartsFromDamagedWeightsIsNamedAndTheRestGoesOn() throws IOException {
        Path file = layout.tensors(Job.ticket(0, 0));
        byte[] sound = Files.readAllBytes(file);
        byte[] damaged = sound.clone();
        damaged[damaged.length - 1] ^= 1;
        Files.write(file, damaged);
        Files.delete(layout.tensors(Job.ticket(0, 1)));
        Recipe more =
                Recipe.parse(RECIPE.toYaml().replace("trials: 1", "trials: 2").replace("levels: 1", "levels: 2"));
        List<String> noted = new ArrayList<>();
        assertThatThrownBy(() -> train(more, noted))
                .isInstanceOf(LotteryException.class)
                .hasMessageContaining("The run lacks trial 0, level 1, ticket and 2 more: " + file + " is damaged");
        assertThat(noted)
                .anySatisfy(note ->
                        assertThat(note).startsWith("trial 0, level 1, ticket cannot begin: " + file + " is damaged"));
        assertThat(file).hasBinaryContent(damaged);
        assertThat(layout.levels()).content().hasLineCount(1 + 2 + 5);

        Files.write(file, sound);
        train(more);
        assertThat(layout.levels()).content().hasLineCount(1 + 5 + 5);
    }

    @Test
    void unfinishedFilesGoAndStrangersStay() throws IOException {
        Path unfinished = Files.writeString(out.resolve("trial-00/level-01/reinit-1.csv.tmp"), "half");
        Path stranger = Files.writeString(out.resolve("notes.txt"), "mine");
        RunFolder.open(out, RECIPE).close();
        assertThat(unfinished).doesNotExist();
        assertThat(stranger).hasContent("mine");
    }

    @Test
    void theCheckpointOfAFinishedTrainingGoes() throws IOException {
        Path left = Files.writeString(layout.checkpoint(Job.ticket(0, 1)), "killed before it was removed");
        RunFolder.open(out, RECIPE).close();
        assertThat(left).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"levels.csv", "trial-00/level-01/reinit-1.safetensors"})
    void aFileThatCannotBeWrittenIsNamedAndTheRestIsKept(String name) throws IOException {
        Path blocked = out.resolve(name);
        Files.delete(blocked);
        Files.createDirectories(blocked.resolve("in the way"));
        assertThatThrownBy(() -> train(RECIPE))
                .isInstanceOfAny(LotteryException.class, UncheckedIOException.class)
                .hasMessageContaining("could not write " + blocked);
        Files.delete(blocked.resolve("in the way"));
        Files.delete(blocked);
        train(RECIPE);
        assertThat(FolderBytes.of(out)).hasSize(9);
    }
}
