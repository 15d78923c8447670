package dev.tombola.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import dev.tombola.kernel.Device;
import dev.tombola.kernel.EmulatedDevice;
import dev.tombola.kernel.KernelException;
import dev.tombola.nn.FormChoice;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Trainings side by side that do not all fit: into a device, which a processor stands in for.
class ReplicaMemoryTest {
    private static final List<Task> TASKS = IntStream.range(0, ReplicaTest.REPLICAS)
            .mapToObj(trial -> ReplicaTest.task(ReplicaTest.VECTORS, Trainings.ADAM, Augmentation.NONE, 0.5, trial))
            .toList();

    /// Bytes of one.
    private static final long PART = ReplicaTest.layout(TASKS).part();

    private static ReplicaTrainer trainer(Device device) {
        return new ReplicaTrainer(device, TASKS.size(), FormChoice.DENSE, Trainings.COSTS, _ -> {});
    }

    private static List<ReplicaTrainer.Part> parts(List<List<Point>> heard) {
        return IntStream.range(0, TASKS.size())
                .mapToObj(r -> new ReplicaTrainer.Part(
                        TASKS.get(r), ReplicaTest.data(r), Checkpoints.NONE, ReplicaTest.hearing(heard.get(r))))
                .toList();
    }

    /// Room for two of three networks: they are trained in groups of one and two.
    @Test
    void whatDoesNotFitAtOnceIsTrainedInSmallerGroups() {
        ReplicaTest.check(new EmulatedDevice(PART * 5 / 2), FormChoice.DENSE, TASKS);
        List<List<Point>> heard =
                TASKS.stream().<List<Point>>map(_ -> new ArrayList<>()).toList();
        Iterator<NavigableMap<Integer, Trained>> groups =
                trainer(new EmulatedDevice(PART * 5 / 2)).train(parts(heard));
        assertThat(groups.next()).containsOnlyKeys(0);
        assertThat(heard)
                .as("the first is handed over before the others")
                .extracting(List::isEmpty)
                .containsExactly(false, true, true);
        assertThat(groups.next()).containsOnlyKeys(1, 2);
        assertThat(groups).isExhausted();
        assertThatThrownBy(() -> ReplicaTest.check(new EmulatedDevice(PART), FormChoice.DENSE, TASKS))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("takes %,d KB of memory to train, and a processor in place of a GPU has less"
                        .formatted(PART / 1_000));
    }

    /// A device that says more is free than it gives: halves are tried, down to one network.
    @Test
    void whatTheDeviceRefusesIsTrainedInSmallerGroups() {
        ReplicaTest.check(new EmulatedDevice(1L << 30, PART * 5 / 2), FormChoice.DENSE, TASKS);
        ReplicaTest.check(new EmulatedDevice(1L << 30, PART * 3 / 2), FormChoice.DENSE, TASKS);
        assertThatThrownBy(() -> ReplicaTest.check(new EmulatedDevice(1L << 30, PART), FormChoice.DENSE, TASKS))
                .isInstanceOfSatisfying(KernelException.class, e -> {
                    assertThat(e.isOfDevice()).isTrue();
                    assertThat(e.isOfLostDevice()).as("it may do other work").isFalse();
                })
                .hasMessageMatching(
                        "not even one network, of [\\d,]+ KB, could be put on a processor in place of a GPU, which says that"
                                + " 1,073,741 KB are free: The emulated device was asked to give [\\d,]+ bytes; end what else"
                                + " uses it, or make the network or its batch smaller");
    }

    /// They are large: nobody holds those of all.
    @Test
    void checkpointsAreReadWhenTheirTrainingsGoOn() {
        List<Kept> kept = TASKS.stream().map(_ -> new Kept()).toList();
        List<Trained> whole = ReplicaTest.check(FormChoice.DENSE, TASKS);
        assertThatThrownBy(() -> trainer(new EmulatedDevice())
                        .train(IntStream.range(0, TASKS.size())
                                .mapToObj(r -> new ReplicaTrainer.Part(
                                        TASKS.get(r), ReplicaTest.data(r), kept.get(r), kept.get(r)))
                                .toList())
                        .next())
                .isInstanceOf(StoppedException.class);
        int[] read = new int[TASKS.size()];
        Iterator<NavigableMap<Integer, Trained>> groups = trainer(new EmulatedDevice(PART * 5 / 2))
                .train(IntStream.range(0, TASKS.size())
                        .mapToObj(r -> new ReplicaTrainer.Part(
                                TASKS.get(r), ReplicaTest.data(r), counting(kept.get(r), r, read), Trainings.SILENT))
                        .toList());
        Trained first = groups.next().get(0);
        assertThat(read).containsExactly(1, 0, 0);
        groups.next();
        assertThat(read).containsExactly(1, 1, 1);
        assertThat(ReplicaTest.bits(first.endState()))
                .isEqualTo(ReplicaTest.bits(whole.getFirst().endState()));
    }

    private static Kept counting(Kept kept, int r, int[] read) {
        Kept counting = new Kept() {
            @Override
            public Optional<Checkpoint> latest() {
                read[r]++;
                return super.latest();
            }

            @Override
            public OptionalInt done() {
                return kept.done();
            }
        };
        counting.checkpoint = kept.checkpoint;
        return counting;
    }
}
