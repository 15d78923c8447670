package dev.tombola.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.lottery.Engine;
import dev.tombola.lottery.FakeEngine;
import dev.tombola.lottery.FolderBytes;
import dev.tombola.lottery.Job;
import dev.tombola.lottery.Tickets;
import java.io.IOException;
import java.io.UncheckedIOException;
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

    /// A folder that could not be forced to the disk after a file was renamed into it.
    @Test
    void tablesGoOnToHoldATrainingThatLiesThereThoughItCouldNotBeKept() throws IOException {
        Path whole = temp.resolve("whole");
        run(whole, Tickets.ALL, new FakeEngine(), 1, TWO);
        Path out = temp.resolve("runs");
        run(out, Tickets.ALL, new FakeEngine(), 1, TRAININGS - 1, TWO);
        Path[] inTheWay = new Path[1];
        Engine engine = part -> {
            for (String name : FolderBytes.of(whole).keySet()) {
                if (name.endsWith(".safetensors") && !Files.exists(out.resolve(name))) {
                    inTheWay[0] = lay(whole, out, name.substring(0, name.length() - ".safetensors".length()));
                }
            }
            return new FakeEngine().train(part);
        };
        assertThatThrownBy(() -> run(out, Tickets.ALL, engine, 1, TWO))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("could not write " + inTheWay[0]);
        Files.delete(inTheWay[0].resolve("in the way"));
        Files.delete(inTheWay[0]);
        assertThat(run(out, Tickets.ALL, new FakeEngine(), 1, TWO))
                .isEqualTo(new SweepRun.Outcome(TRAININGS, List.of(), 0, false));
        assertThat(FolderBytes.of(out)).isEqualTo(FolderBytes.of(whole));
    }

    /// Lays a finished training there, with a folder where its times would be.
    private static Path lay(Path from, Path to, String name) {
        try {
            Path times = to.resolve(name + ".time.csv");
            Files.createDirectories(times.resolve("in the way"));
            for (String ending : List.of(".csv", ".safetensors")) {
                Files.copy(from.resolve(name + ending), to.resolve(name + ending));
            }
            return times;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
