package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tombola.kernel.Backends;
import dev.tombola.kernel.InstructionSet;
import dev.tombola.lottery.FolderBytes;
import java.nio.file.Path;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// One recipe, one result: every file of a run but its times is the same bytes however it was run.
class RunBitsTest {
    @TempDir
    private static Path shared;

    private static SortedMap<String, Integer> expected;

    @TempDir
    Path temp;

    @BeforeAll
    static void runOnce() {
        Cli.demo(shared, "--threads", "1", "--form", "dense", "--backend", "cpu");
        expected = withoutPictures(shared);
        assertThat(expected).as("two trials, two levels, every kind of control").hasSizeGreaterThan(2 * (1 + 2 * 8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--form auto --threads 2",
                "--form compressed --threads 3",
                "--backend reference --threads 2",
                "--backend reference --threads 2 --form compressed",
            })
    void howItIsRunChangesNothing(String how) {
        Cli.demo(temp, how.split(" "));
        assertThat(withoutPictures(temp)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "scalar,dense",
        "scalar,compressed",
        "avx2,dense",
        "avx2,compressed",
        "avx512,dense",
        "avx512,compressed",
        "neon,dense",
        "neon,compressed"
    })
    void theInstructionSetChangesNothing(String isa, String form) {
        assumeTrue(
                Backends.instructionSets().stream()
                        .filter(InstructionSet::runs)
                        .anyMatch(here -> here.name().equals(isa)),
                () -> "SKIPPED: this machine does not run " + isa);
        Cli.demo(temp, "--backend", "cpu", "--isa", isa, "--form", form, "--threads", "2");
        assertThat(withoutPictures(temp)).isEqualTo(expected);
    }

    @Test
    void anotherSeedChangesEveryTicket() {
        Cli.demo(temp, "--seed", "2");
        SortedMap<String, Integer> other = withoutPictures(temp);
        assertThat(other.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, hash) -> assertThat(other.get(name)).as(name).isNotEqualTo(hash));
    }

    @Test
    void askingForMoreLaterEndsInTheSameFolder() {
        Cli.demo(temp, "--trials", "1", "--levels", "1", "--controls", "ticket");
        Cli.demo(temp);
        assertThat(withoutPictures(temp)).isEqualTo(expected);
    }

    /// The report shows the machine and the speed.
    private static SortedMap<String, Integer> withoutPictures(Path folder) {
        SortedMap<String, Integer> bytes = FolderBytes.of(folder);
        bytes.keySet().removeIf(name -> name.startsWith("figures") || name.equals("report.html"));
        return bytes;
    }
}
