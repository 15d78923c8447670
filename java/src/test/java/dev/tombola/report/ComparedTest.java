package dev.tombola.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/// What the lines of a comparison are called.
class ComparedTest {
    private final SequencedMap<Path, RunFiles> runs = new LinkedHashMap<>();

    @Test
    void runsOfOneRecipeAreToldApartByTheirFolders() {
        add("runs/b", "train.optimizer.lr", "0.1");
        add("runs/c", "train.optimizer.lr", "0.01");
        add("runs/a", "train.optimizer.lr", "0.1");
        assertThat(names()).containsExactly("lr 0.01", "lr 0.1 (b)", "lr 0.1 (a)");
    }

    @Test
    void foldersOfOneNameAreCalledByTheirPaths() {
        add("one/run", "train.batch", "60");
        add("two/run", "train.batch", "60");
        assertThat(names()).containsExactly("one/run", "two/run");
    }

    @Test
    void whatHasNoRoomInALegendIsCalledByItsFolder() {
        add("runs/short", "train.optimizer.name", "sgd");
        add("runs/long", "train.optimizer.name", "a".repeat(44 - "optimizer ".length()));
        assertThat(names()).containsExactly("optimizer " + "a".repeat(34), "optimizer sgd");
        add("runs/longer", "train.optimizer.name", "b".repeat(45 - "optimizer ".length()));
        assertThat(names()).containsExactly("long", "longer", "short");
    }

    private void add(String folder, String key, String value) {
        runs.put(Path.of(folder), new RunFiles("", Map.of(key, value), Map.of(), new Levels(List.of()), List.of()));
    }

    private List<String> names() {
        return Compared.of(runs, new Differences(List.copyOf(runs.values()))).stream()
                .map(Compared::name)
                .toList();
    }
}
