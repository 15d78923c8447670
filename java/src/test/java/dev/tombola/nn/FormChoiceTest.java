package dev.tombola.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.numeric.Precision;
import dev.tombola.tensor.Form;
import dev.tombola.tensor.Weights;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which networks can be resident, and which forms TF32.
class FormChoiceTest {
    private static final String FIVE = "linear 9, relu, linear 8, linear 7, relu, linear 6, relu, linear 5, ";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1x4x4 | output 10 | true",
                "1x4x4 | " + FIVE + "output 10 | true",
                "1x4x4 | " + FIVE + "relu, linear 4, output 10 | false",
                "1x4x4 | relu, output 10 | false",
                "1x4x4 | linear 9, relu, relu, output 10 | false",
                "1x4x4 | linear 9, dropout 0.5, output 10 | false",
                "1x4x4 | conv 9, relu, output 10 | false",
                "1x181x181 | output 10 | true",
                "1x182x182 | output 10 | false",
            })
    void residentNetworksAreFewLinearLayersOnSmallImages(String image, String layers, boolean fits) {
        Network network = NetworkText.parse("a test", image, Arrays.asList(layers.split(", ")));
        assertThat(FormChoice.RESIDENT.fits(network, 2048, true)).isEqualTo(fits);
        assertThat(FormChoice.RESIDENT.fits(network, 2048, false)).isFalse();
        assertThat(FormChoice.RESIDENT.fits(network, 2049, true)).isFalse();
        assertThat(FormChoice.COMPRESSED.fits(network, 2049, false)).isTrue();
    }

    @Test
    void aLayerIsCompressedBelowTheBreakEvenAndWhereItsPlacesHaveNumbers() {
        assertThat(auto(10, 10, 0.49)).isEqualTo(Form.COMPRESSED);
        assertThat(auto(10, 10, 0.5)).isEqualTo(Form.DENSE);
        int most = Weights.MAX_COMPRESSED_SIDE;
        assertThat(auto(most, most, 0.1)).isEqualTo(Form.COMPRESSED);
        assertThat(auto(most + 1, 10, 0.1)).isEqualTo(Form.DENSE);
        assertThat(auto(10, most + 1, 0.1)).isEqualTo(Form.DENSE);
    }

    private static Form auto(int outputs, int inputs, double density) {
        CostModel.Size size = new CostModel.Size(CostModel.Kind.LINEAR, outputs, inputs, 1);
        return FormChoice.AUTO.form(size, false, density, CostModel.constant(0.5, "a test"));
    }

    @Test
    void trainingsInTf32AreDense() {
        assertThat(FormChoice.AUTO.in(Precision.TF32)).isEqualTo(FormChoice.DENSE);
        assertThat(FormChoice.DENSE.in(Precision.TF32)).isEqualTo(FormChoice.DENSE);
        for (FormChoice sparse : new FormChoice[] {FormChoice.COMPRESSED, FormChoice.RESIDENT}) {
            assertThat(sparse.fits(Precision.TF32)).isFalse();
            assertThatThrownBy(() -> sparse.in(Precision.TF32))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a training in TF32 is dense, not " + sparse);
        }
        for (FormChoice any : FormChoice.values()) {
            assertThat(any.in(Precision.FP32)).isEqualTo(any);
        }
    }
}
