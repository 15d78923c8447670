package dev.tombola.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.tensor.Mask;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class StateTest {
    private static State of(float... values) {
        SequencedMap<String, float[]> tensors = new LinkedHashMap<>();
        tensors.put("fc1.weight", values);
        tensors.put("fc1.bias", new float[] {7});
        return new State(tensors);
    }

    @Test
    void aCopyHasArraysOfItsOwn() {
        State state = of(1, 2);
        State copy = state.copy();
        state.get("fc1.weight")[0] = 9;
        assertThat(copy.get("fc1.weight")).containsExactly(1, 2);
    }

    /// +0, also in place of a negative value.
    @Test
    void whatAMaskPrunesIsZeroAndTheStateItselfStays() {
        State state = of(-1, 2);
        SequencedMap<String, Mask> masks = new LinkedHashMap<>();
        masks.put("fc1.weight", Mask.of(new byte[] {0, 1}));
        State masked = state.masked(new Masks(masks));
        assertThat(Float.floatToRawIntBits(masked.get("fc1.weight")[0])).isZero();
        assertThat(masked.get("fc1.weight")[1]).isEqualTo(2);
        assertThat(masked.get("fc1.bias")).containsExactly(7);
        assertThat(state.get("fc1.weight")).containsExactly(-1, 2);
    }

    /// As a diverged training's go from one machine to another.
    @Test
    void everyNanKeepsItsBits() throws IOException, ClassNotFoundException {
        List<Integer> bits = List.of(0x7FC00000, 0xFFC00000, 0x7FC12345, 0x80000000, 0x7F800000);
        float[] values = new float[bits.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(bits.get(i));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(of(values));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            State read = (State) in.readObject();
            assertThat(read.values().keySet()).containsExactly("fc1.weight", "fc1.bias");
            for (int i = 0; i < values.length; i++) {
                assertThat(Float.floatToRawIntBits(read.get("fc1.weight")[i])).isEqualTo(bits.get(i));
            }
        }
    }

    @Test
    void aParameterThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> of(1).get("fc2.weight"))
                .hasMessage("no parameter fc2.weight in this state; it holds [fc1.weight, fc1.bias]");
    }
}
