package dev.tombola.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkTextTest {
    private static Network parse(String input, String layers) {
        return NetworkText.parse("mine", input, List.of(layers.split(",")));
    }

    @Test
    void optionsHaveTheirUsualValues() {
        Network network = parse("3x9x7", "conv 5 kernel=5 stride=2, conv 4 padding=0 bias=false, relu, output 3");
        Conv first = (Conv) network.layers().get(0);
        assertThat(first).isEqualTo(new Conv("conv1", Role.CONV, 3, 5, 5, 2, 2, true));
        assertThat(network.layers().get(1)).isEqualTo(new Conv("conv2", Role.CONV, 5, 4, 3, 1, 0, false));
        assertThat(network.weighted().getLast().inputs()).isEqualTo(4 * 3 * 2);
    }

    /// What a run folder's recipe says of a network is that network.
    @Test
    void layersAreWrittenAsTheyAreRead() {
        List<String> layers = List.of(
                "conv 5 kernel=5 stride=2",
                "conv 6 kernel=5 padding=1",
                "conv 4 padding=0 bias=false",
                "batch_norm",
                "relu",
                "residual 8 stride=2",
                "residual 8",
                "max_pool 2",
                "average_pool",
                "dropout 0.0000001",
                "linear 7",
                "output 3");
        assertThat(NetworkText.layers(NetworkText.parse("mine", "3x32x32", layers)))
                .isEqualTo(layers);
    }

    @Test
    void sizesGoToTheirLimits() {
        assertThat(parse("1x1x65536", "output 2").inputs()).isEqualTo(65_536);
        assertThat(parse("1x1x1", "output 65536").classes()).isEqualTo(65_536);
        assertThat(parse("1x4096x8192", "output 2").inputs()).isEqualTo(1 << 25);
        Conv conv = (Conv) parse("1x2x2", "conv 4 kernel=15 stride=15 padding=14, output 10")
                .layers()
                .getFirst();
        assertThat(conv).isEqualTo(new Conv("conv1", Role.CONV, 1, 4, 15, 15, 14, true));
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "3x32   | output 10                       | network.input is 3x32",
                "0x1x1  | output 10                       | network.input has a side of 0",
                "3x8x8  | conv 4, relu                    | layer 2 is relu, but the last layer, and no other",
                "3x8x8  | output 5, output 10             | layer 1 is output 5, but the last layer",
                "3x8x8  | conv, output 10                 | layer 1, conv: it needs a size",
                "3x8x8  | conv 0, output 10               | its size is 0 but must be 1 to",
                "3x8x8  | conv x, output 10               | its size is x but must be",
                "1x65537x1 | output 10                    | network.input has a side of 65537; it must be 1 to 65536",
                "3x8x8  | conv 4 kernel=16, output 10     | kernel is 16 but must be 1 to 15",
                "3x8x8  | conv 4 stride=0, output 10      | stride is 0 but must be 1 to 15",
                "3x8x8  | residual 4 stride=16, output 10 | stride is 16 but must be 1 to 15",
                "3x8x2  | max_pool 4, output 10           | layer 1, max_pool 4: max_pool 4 is too large for 3",
                "3x2x8  | max_pool 4, output 10           | layer 1, max_pool 4: max_pool 4 is too large for 3",
                "3x8x2  | conv 8 kernel=4 padding=0, output 10 | too large for 3×8×2 with a padding of 0",
                "3x8x8  | dropout 0.0, output 10          | its rate is 0.0",
                "1x4096x8193 | output 2                   | an image has 1×4096×8193 = 33,558,528 values",
                "1x1x1  | linear 65536, output 65536      | layer 2, output 65536: with it the network has 4,295",
                "1x1x1  | linear 65536, linear 32768, output 2 | layer 2, linear 32768: with it the network has 2,147",
                "3x8x8  | conv 4 padding=3, output 10     | padding is 3 but must be 0 to 2",
                "3x8x8  | conv 4 kernal=3, output 10      | it takes no kernal",
                "3x8x8  | conv 4 stride=2 stride=1, output 10 | stride is given twice",
                "3x8x8  | relu 3, output 10               | it takes no 3",
                "3x8x8  | conv 3 =1, output 10            | it takes no =1",
                "3x8x8  | dropout 1.5, output 10          | its rate is 1.5",
                "3x8x8  | dropout, output 10              | its rate is missing",
                "3x8x8  | softmax, output 10              | there is no such layer; the kinds are conv",
                "3x8x8  | conv 4 bias=no, output 10       | bias is no but must be true or false",
                "3x2x2  | max_pool 2, max_pool 2, output 10 | layer 2, max_pool 2: max_pool 2 is too large for 3",
                "3x4x4  | conv 8 kernel=9 padding=0, output 10 | too large for 3×4×4 with a padding of 0",
                "1x2x16385 | conv 8, output 10           | layer 1, conv 8: width must be at most 16384, but is 16385",
                "1x16385x2 | max_pool 2, output 10       | layer 1, max_pool 2: height must be at most 16384"
            })
    void whatIsWrongIsNamed(String input, String layers, String message) {
        assertThatThrownBy(() -> parse(input, layers))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(message);
    }
}
