package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.nn.Initial;
import dev.tombola.nn.Masks;
import dev.tombola.nn.State;
import dev.tombola.numeric.Purpose;
import dev.tombola.numeric.Stream;
import dev.tombola.train.IdleCores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The controls that ask what of a ticket's initial values it is that matters (paper, figures 17, 18 and 25).
class InitialControlsTest {
    private static final List<Control> NOISE =
            List.of(Control.NOISE_HALF, Control.NOISE_1, Control.NOISE_2, Control.NOISE_3);
    private static final String CONTROLS =
            "run.controls=ticket,resample,initial_magnitude,noise_0.5,noise_1,noise_2,noise_3";

    @TempDir
    Path temp;

    private static Recipe recipe(String... settings) {
        List<String> all = new ArrayList<>(
                List.of(CONTROLS, "train.iterations=30", "train.evaluate_every=10", "run.trials=2", "run.levels=2"));
        all.add("run.draws=2");
        all.addAll(List.of(settings));
        return Recipe.open("demo", all);
    }

    private Path run(Recipe recipe, String name, int threads) {
        Path out = temp.resolve(name);
        try (RunFolder folder = RunFolder.open(out, recipe)) {
            Lottery.run(
                    recipe,
                    folder,
                    new FakeEngine(),
                    threads,
                    new IdleCores(),
                    LotteryListener.SILENT,
                    System::nanoTime);
        }
        return out;
    }

    private static Ticket ticket(Path out, int level, Control control, int draw) {
        return Ticket.open(new Layout(out).tensors(new Job(1, level, control, draw)));
    }

    private static State initial(Recipe recipe) {
        return recipe.train().init().values(recipe.network(), 1, Purpose.INITIAL_VALUES, Stream.trial(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"train.init=glorot", "train.init=0.3", "prune.rewind=7", "prune.strategy=continue"})
    void valuesAreTheTrialsInitialOnesWhateverTheTicketStartsFrom(String setting) {
        Recipe recipe = recipe(setting);
        Initial init = recipe.train().init();
        Path out = run(recipe, "run", 2);
        State initial = initial(recipe);
        for (int level = 1; level <= 2; level++) {
            Masks masks = ticket(out, level, Control.TICKET, 0).masks();
            State own = initial.masked(masks);
            for (int draw = 1; draw <= 2; draw++) {
                Ticket resample = ticket(out, level, Control.RESAMPLE, draw);
                assertThat(resample.masks()).isEqualTo(masks);
                assertSame(
                        resample.start(),
                        init.resampled(recipe.network(), masks, own, 1, Stream.of(1, 6, level, draw)));
                for (Control control : NOISE) {
                    Ticket noisy = ticket(out, level, control, draw);
                    int stream = Stream.of(1, control.number(), level, draw);
                    assertThat(noisy.masks()).isEqualTo(masks);
                    assertSame(noisy.start(), init.noisy(recipe.network(), masks, own, control.noise(), 1, stream));
                    assertThat(noisy.provenance().facts()).doesNotContainKey("first_iteration");
                }
            }
            Ticket large = ticket(out, level, Control.INITIAL_MAGNITUDE, 0);
            assertSame(large.start(), initial.masked(large.masks()));
            assertThat(large.provenance().facts()).doesNotContainKey("first_iteration");
            assertLargest(large, initial, masks);
        }
    }

    /// In global scope the counts per layer are known only from the trained weights of the level before.
    @Test
    void inGlobalScopeInitialMagnitudeKeepsTheTicketsCountsPerLayer() {
        Recipe recipe = recipe("prune.scope=global", "prune.rates.fc=0.5", "prune.rates.output=0.5");
        Path out = run(recipe, "run", 1);
        for (int level = 1; level <= 2; level++) {
            Ticket ticket = ticket(out, level, Control.TICKET, 0);
            Ticket large = ticket(out, level, Control.INITIAL_MAGNITUDE, 0);
            assertThat(large.layers()).isEqualTo(ticket.layers());
            assertLargest(large, initial(recipe), ticket.masks());
        }
        assertThat(ticket(out, 2, Control.TICKET, 0).layers().getFirst().survivors())
                .as("otherwise than where each layer is ranked alone")
                .isNotEqualTo(recipe.network().prunable().getFirst().count() / 4);
    }

    @Test
    void numbersAndLabelsArePinned() {
        assertThat(Control.labels())
                .containsExactly(
                        "ticket",
                        "reinit",
                        "one_shot",
                        "one_shot_reinit",
                        "random_sparsity",
                        "reset",
                        "resample",
                        "initial_magnitude",
                        "noise_0.5",
                        "noise_1",
                        "noise_2",
                        "noise_3");
        assertThat(Control.values()).extracting(Control::number).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        assertThat(NOISE).extracting(Control::noise).containsExactly(0.5, 1.0, 2.0, 3.0);
    }

    @Test
    void threadsAndWhatElseIsAskedForChangeNothing() {
        SortedMap<String, Integer> all = FolderBytes.of(run(recipe(), "all", 1));
        assertThat(FolderBytes.of(run(recipe(), "threads", 3))).isEqualTo(all);
        Path grown = run(recipe("run.controls=noise_2", "run.levels=1", "run.draws=1", "run.trials=1"), "grown", 1);
        run(recipe("run.controls=initial_magnitude"), "grown", 2);
        run(recipe(), "grown", 1);
        assertThat(FolderBytes.of(grown)).isEqualTo(all);
    }

    /// One by one, in any order, as other runs of the program would find them.
    @Test
    void whatIsTakenAwayIsTrainedAgainToTheSameBytes() throws IOException {
        Path out = run(recipe(), "run", 2);
        SortedMap<String, Integer> whole = new TreeMap<>(FolderBytes.of(out));
        Layout layout = new Layout(out);
        List<Job> jobs = new ArrayList<>(Job.all(recipe().run()));
        Collections.reverse(jobs);
        for (Job job : jobs) {
            if (job.trial() == 0 && job.level() == 2 && job.draw() < 2) {
                Files.delete(layout.tensors(job));
                run(recipe(), "run", 1);
                assertThat(FolderBytes.of(out)).as(job.toString()).isEqualTo(whole);
            }
        }
    }

    /// Its counts are the ticket's, so the ticket of the level before comes first, and the dense one need not stay.
    @Test
    void initialMagnitudeIsPlannedAsWhatNeedsTheTicketsCounts() {
        Recipe recipe = recipe();
        for (Control control : Control.values()) {
            Job job = new Job(0, 2, control, control.redrawn() ? 1 : 0);
            assertThat(job.needs()).containsExactly(Job.ticket(0, 0), Job.ticket(0, 1));
            Set<Job> reads = control.mask() == Control.MaskFrom.LEVEL_ZERO
                    ? Set.of(Job.ticket(0, 0), Job.ticket(0, 1))
                    : Set.of(Job.ticket(0, 1));
            assertThat(job.reads(recipe.prune())).isEqualTo(reads);
        }
        assertThat(Tickets.LAST.keep(recipe, new TreeSet<>(Job.all(recipe.run())), Job.ticket(0, 0)))
                .isFalse();
    }

    /// As many per layer as these masks have, and none smaller than any that was dropped.
    private static void assertLargest(Ticket large, State initial, Masks masks) {
        Set<String> others = new HashSet<>();
        large.masks().byName().forEach((name, mask) -> {
            assertThat(mask.survivors()).isEqualTo(masks.get(name).survivors());
            double kept = Double.POSITIVE_INFINITY;
            double dropped = 0;
            float[] values = initial.get(name);
            for (int i = 0; i < values.length; i++) {
                double magnitude = Math.abs(values[i]);
                kept = mask.alive(i) ? Math.min(kept, magnitude) : kept;
                dropped = mask.alive(i) ? dropped : Math.max(dropped, magnitude);
            }
            assertThat(kept).as(name).isGreaterThanOrEqualTo(dropped);
            if (!mask.equals(masks.get(name))) {
                others.add(name);
            }
        });
        assertThat(others).as("layers whose mask is not the ticket's").isNotEmpty();
    }

    private static void assertSame(State found, State expected) {
        assertThat(found.values().keySet()).isEqualTo(expected.values().keySet());
        found.values().forEach((name, values) -> assertThat(values).as(name).isEqualTo(expected.get(name)));
    }
}
