package dev.tombola.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.tensor.Mask;
import java.util.LinkedHashMap;
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

    @Test
    void whatIsLostIsOneNanAndZeroWhereItWasPruned() {
        Network network = new LayerList(new Shape(1, 1, 2)).output(1).network("small");
        SequencedMap<String, Mask> masks = new LinkedHashMap<>();
        masks.put("output.weight", Mask.of(new byte[] {0, 1}));
        State lost = State.lost(network, new Masks(masks));
        assertThat(lost.values().keySet()).containsExactly("output.weight", "output.bias");
        assertThat(Float.floatToRawIntBits(lost.get("output.weight")[0])).isZero();
        assertThat(Float.floatToRawIntBits(lost.get("output.weight")[1])).isEqualTo(0x7fc00000);
        assertThat(Float.floatToRawIntBits(lost.get("output.bias")[0])).isEqualTo(0x7fc00000);
    }

    @Test
    void aParameterThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> of(1).get("fc2.weight"))
                .hasMessage("no parameter fc2.weight in this state; it holds [fc1.weight, fc1.bias]");
    }
}
