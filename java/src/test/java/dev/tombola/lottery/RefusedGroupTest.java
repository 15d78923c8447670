package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.train.IdleCores;
import dev.tombola.train.Trained;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Trainings that are handed over side by side, of which some start from weights that cannot be read.
class RefusedGroupTest {
    private static final Recipe DENSE = Recipe.open(
            "demo",
            List.of(
                    "train.iterations=20",
                    "train.evaluate_every=10",
                    "run.trials=4",
                    "run.levels=0",
                    "run.draws=2",
                    "run.controls=ticket,reinit,resample"));
    private static final Recipe WHOLE = Recipe.parse(DENSE.toYaml().replace("levels: 0", "levels: 2"));

    @TempDir
    Path temp;

    private void run(Path out, Recipe recipe, Engine engine, List<String> noted) {
        LotteryListener listener = new LotteryListener() {
            @Override
            public void noted(String sentence) {
                noted.add(sentence);
            }
        };
        try (RunFolder folder = RunFolder.open(out, recipe)) {
            Lottery.run(recipe, folder, engine, 1, new IdleCores(), listener, System::nanoTime);
        }
    }

    /// Every other training is kept under its own name, and none is counted twice that needs several of those left out.
    @Test
    void theOthersOfItsGroupAreTrainedAsEver() throws IOException {
        Path alone = temp.resolve("alone");
        run(alone, WHOLE, new FakeEngine(), new ArrayList<>());
        SortedMap<String, Integer> whole = FolderBytes.of(alone);

        Path out = temp.resolve("together");
        run(out, DENSE, new FakeGroups(), new ArrayList<>());
        List<Path> files = new ArrayList<>();
        for (int trial : new int[] {1, 2}) {
            Path file = new Layout(out).tensors(Job.ticket(trial, 0));
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length - 1] ^= 1;
            Files.write(file, bytes);
            files.add(file);
        }
        FakeGroups groups = new FakeGroups();
        List<String> noted = new ArrayList<>();
        assertThatThrownBy(() -> run(out, WHOLE, groups, noted))
                .isInstanceOf(LotteryException.class)
                .hasMessageStartingWith("The run lacks trial 1, level 1, ticket and 19 more: " + files.getFirst());
        assertThat(groups.sizes())
                .as("trials 0 and 3, at two levels")
                .hasSameElementsAs(List.of(2 * 5))
                .hasSize(2);
        assertThat(noted).hasSize(2 * 5).allMatch(note -> note.contains(" cannot begin: "));
        SortedMap<String, Integer> kept = FolderBytes.of(out);
        for (String name : whole.keySet()) {
            if (name.startsWith("trial-00") || name.startsWith("trial-03")) {
                assertThat(kept.get(name)).as(name).isEqualTo(whole.get(name));
            }
        }
        assertThat(kept.keySet()).noneMatch(name -> name.startsWith("trial-01/level-01"));
    }

    /// Java's own says it by the name of its cause's class.
    @Test
    void whatAFolderRefusesIsSaidInWords() {
        Engine failing = new FakeGroups() {
            @Override
            public Trained train(Part part) {
                throw new UncheckedIOException(new FileSystemException("runs", null, "Stale file handle"));
            }
        };
        assertThatThrownBy(() -> run(temp.resolve("stale"), DENSE, failing, new ArrayList<>()))
                .isInstanceOf(LotteryException.class)
                .hasMessageContaining(", ticket: could not read runs: Stale file handle; what was finished is kept,");
    }

    /// What was kept before is not said to have stopped.
    @Test
    void aFailureNamesTheTrainingsThatAreLeft() {
        Recipe dense = Recipe.open(
                "demo", List.of("train.iterations=20", "train.evaluate_every=10", "run.trials=4", "run.levels=0"));
        Engine failing = new FakeGroups() {
            @Override
            public Trained train(Part part) {
                if (part.trial() == 2) {
                    throw new IllegalStateException("it fell over");
                }
                return super.train(part);
            }
        };
        Path out = temp.resolve("failing");
        assertThatThrownBy(() -> run(out, dense, failing, new ArrayList<>()))
                .isInstanceOf(LotteryException.class)
                .hasMessage(
                        "The run stopped in trial 2, level 0, ticket to trial 3, level 0, ticket: it fell over; what was finished is"
                                + " kept, and the same command goes on from there.");
        assertThat(new Layout(out).tensors(Job.ticket(1, 0))).exists();
    }
}
