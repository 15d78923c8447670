package dev.tombola.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.lottery.FakeEngine;
import dev.tombola.lottery.FolderBytes;
import dev.tombola.lottery.Job;
import dev.tombola.lottery.Tickets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sweeps into folders where a file is damaged or missing: what cannot be read is named, and the others go on.
@Timeout(120)
class SweepDamageTest extends SweepRuns {
    @Test
    void aDamagedRecipeFailsItsTrainingsAlone() throws IOException {
        Path out = temp.resolve("runs");
        run(out, Tickets.ALL, new FakeEngine(), 2, 8, TWO);
        PlannedRecipe first = first(out);
        Path file = first.folder().resolve("recipe.yaml");
        assertThat(file).exists();
        Files.writeString(file, "[");
        SweepRun.Outcome outcome = run(out, Tickets.ALL, new FakeEngine(), 2, TWO);
        assertThat(outcome.failures())
                .isNotEmpty()
                .allMatch(failure -> failure.recipe().hash().equals(first.hash()))
                .allMatch(failure -> failure.reason().contains("In " + file + ", line 1 could not be read as YAML: "))
                .allMatch(failure -> failure.reason().endsWith("that made the folder writes it again."));
        assertThat(outcome.done()).isEqualTo(TRAININGS / 2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDamagedTicketFailsItsTrainingAndWhatNeedsIt(boolean cutShort) throws IOException {
        Path out = temp.resolve("runs");
        run(out, Tickets.ALL, new FakeEngine(), 1, 8, TWO);
        Path trial = first(out).folder().resolve("trial-00");
        Path file = trial.resolve("level-01/ticket.safetensors");
        assertThat(file).exists();
        assertThat(trial.resolve("level-02")).doesNotExist();
        if (cutShort) {
            Files.writeString(file, "[");
        } else {
            Files.copy(trial.resolve("level-00/ticket.safetensors"), file, StandardCopyOption.REPLACE_EXISTING);
        }
        byte[] damaged = Files.readAllBytes(file);
        SweepRun.Outcome outcome = run(out, Tickets.ALL, new FakeEngine(), 2, TWO);
        assertThat(outcome.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.job()).isEqualTo(Job.ticket(0, 1));
            assertThat(failure.reason()).contains(file.toString(), "Move it elsewhere");
            assertThat(failure.leftOut()).isEqualTo(2);
        });
        assertThat(outcome.done()).isEqualTo(TRAININGS - 3);
        assertThat(file).hasBinaryContent(damaged);
        assertThat(value(out, "SELECT count(*) FROM levels")).isEqualTo(TRAININGS - 3);
        assertThat(value(out, "SELECT reason FROM failures").toString()).contains(file.toString());

        Files.move(file, temp.resolve("away"));
        assertThat(run(out, Tickets.ALL, new FakeEngine(), 2, TWO))
                .isEqualTo(new SweepRun.Outcome(TRAININGS, List.of(), 0, false));
    }

    /// It says what a run ran on, and is written anew whenever the run goes on.
    @Test
    void aDamagedMachineFileIsSaidAndNoMore() throws IOException {
        Path out = temp.resolve("runs");
        run(out, Tickets.ALL, new FakeEngine(), 1, 8, TWO);
        Path file = first(out).folder().resolve("machine.json");
        Files.writeString(file, "[");
        Files.delete(out.resolve("results.db"));
        heard.clear();
        assertThat(run(out, Tickets.ALL, new FakeEngine(), 2, TWO))
                .isEqualTo(new SweepRun.Outcome(TRAININGS, List.of(), 0, false));
        assertThat(heard).filteredOn(line -> line.contains(file.toString())).hasSize(1);
    }

    @Test
    void aDamagedTicketThatNobodyAsksForIsSaid() throws IOException {
        Path out = temp.resolve("runs");
        run(out, Tickets.ALL, new FakeEngine(), 2, TWO);
        Path trial = first(out).folder().resolve("trial-01");
        Files.createDirectory(trial.resolve("level-03"));
        for (String name : List.of("ticket.csv", "ticket.safetensors")) {
            Files.copy(trial.resolve("level-02/" + name), trial.resolve("level-03/" + name));
        }
        heard.clear();
        assertThat(run(out, Tickets.ALL, new FakeEngine(), 2, TWO).failures()).isEmpty();
        assertThat(heard)
                .filteredOn(line -> line.contains("level-03/ticket.safetensors"))
                .hasSize(1);
    }

    @Test
    void aRecipeFileThatIsMissingIsWrittenAgain() throws IOException {
        Path out = temp.resolve("runs");
        run(out, Tickets.ALL, new FakeEngine(), 2, TWO);
        var whole = FolderBytes.of(out);
        Path file = first(out).folder().resolve("recipe.yaml");
        Files.delete(file);
        Files.delete(out.resolve("results.db"));
        heard.clear();
        assertThat(run(out, Tickets.ALL, new FakeEngine(), 2, TWO))
                .isEqualTo(new SweepRun.Outcome(TRAININGS, List.of(), 0, false));
        assertThat(FolderBytes.of(out)).isEqualTo(whole);
        assertThat(value(out, "SELECT count(*) FROM levels")).isEqualTo(TRAININGS);
        assertThat(heard).filteredOn(line -> line.contains(file.toString())).hasSize(1);
    }

    private PlannedRecipe first(Path out) {
        return plan(SweepFile.of(temp, TWO).read(), out, Tickets.ALL).recipes().getFirst();
    }
}
