package dev.tombola.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.numeric.Precision;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupTest {
    private static final List<Group.Identity> TWO = List.of(new Group.Identity(1, 0), new Group.Identity(2, 0));

    /// What a group that fails to open has taken is given back, the last first: the next may be smaller and fit.
    @ParameterizedTest
    @ValueSource(strings = {"memory", "send", "queue"})
    void aGroupThatDoesNotOpenKeepsNothing(String failing) {
        Counted device = new Counted(failing);
        assertThatThrownBy(() -> device.open(TWO, 640, Precision.FP32)).hasMessage(failing + " failed");
        assertThat(device.held).isEmpty();
        assertThat(device.host.scope().isAlive()).isFalse();
    }

    /// Kernels refuse a part that is no multiple of the alignment: by then everything else is there.
    @Test
    void aGroupWithoutKernelsKeepsNothing() {
        Counted device = new Counted("nothing");
        assertThatThrownBy(() -> device.open(TWO, 650, Precision.FP32))
                .hasMessageStartingWith("2 replicas of 650 bytes: ");
        assertThat(device.held).isEmpty();
        assertThat(device.host.scope().isAlive()).isFalse();
    }

    @Test
    void aClosedGroupKeepsNothing() {
        Counted device = new Counted("nothing");
        try (Group group = device.open(TWO, 640, Precision.FP32)) {
            group.replay(() -> {}).run();
            assertThat(device.held).containsExactly("memory", "queue");
        }
        assertThat(device.held).isEmpty();
        assertThat(device.host.scope().isAlive()).isFalse();
    }

    /// Knows what it has lent, and fails where it is told to.
    private static final class Counted extends EmulatedDevice {
        private final String failing;
        private final List<String> held = new ArrayList<>();
        private Arena host;

        Counted(String failing) {
            this.failing = failing;
        }

        private void fail(String what) {
            if (what.equals(failing)) {
                throw new IllegalStateException(what + " failed");
            }
        }

        @Override
        Arena hostMemory() {
            host = super.hostMemory();
            return host;
        }

        @Override
        long allocate(long bytes) {
            fail("memory");
            held.add("memory");
            return super.allocate(bytes);
        }

        @Override
        void release(long address) {
            assertThat(held.removeLast()).isEqualTo("memory");
            super.release(address);
        }

        @Override
        void send(MemorySegment from, long address) {
            fail("send");
            super.send(from, address);
        }

        @Override
        Queue queue() {
            fail("queue");
            held.add("queue");
            Queue queue = super.queue();
            return new Queue() {
                @Override
                public MemorySegment address() {
                    return queue.address();
                }

                @Override
                public void await() {
                    queue.await();
                }

                @Override
                public Recording record(Runnable work) {
                    return queue.record(work);
                }

                @Override
                public void close() {
                    assertThat(held.removeLast()).isEqualTo("queue");
                    queue.close();
                }
            };
        }
    }
}
