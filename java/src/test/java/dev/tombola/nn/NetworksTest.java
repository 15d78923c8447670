package dev.tombola.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworksTest {
    /// Figure 2 of the paper, as corrected: Conv-6 cannot have 1.7 million weights, and "Resnet-18" has 20 layers.
    @ParameterizedTest(name = "{0} has {1} weights, {2} of them in convolutions")
    @CsvSource({
        "lenet-300-100, 266200, 0",
        "conv-2, 4300992, 38592",
        "conv-4, 2425024, 259776",
        "conv-6, 2261184, 1144512",
        "conv-2-dropout, 4300992, 38592",
        "conv-4-dropout, 2425024, 259776",
        "conv-6-dropout, 2261184, 1144512",
        "resnet-18, 270896, 267696",
        "vgg-19, 20024000, 20018880"
    })
    void countsAreThePapers(String name, long weights, long conv) {
        Network network = Networks.named(name);
        assertThat(network.weights()).isEqualTo(weights);
        assertThat(network.prunable().stream()
                        .filter(parameter -> parameter.role() == Role.CONV)
                        .mapToLong(Parameter::count)
                        .sum())
                .isEqualTo(conv);
        assertThat(network.classes()).isEqualTo(10);
    }

    @Test
    void resnetHasShortcutsOfTheirOwnAndTwentyLayers() {
        Network network = Networks.named("resnet-18");
        assertThat(network.prunable().stream()
                        .filter(parameter -> parameter.role() == Role.SHORTCUT)
                        .map(parameter -> (long) parameter.count()))
                .containsExactly(512L, 2048L);
        assertThat(network.weighted().stream().filter(layer -> layer.role() != Role.SHORTCUT))
                .hasSize(20);
        assertThat(network.weighted())
                .extracting(Weighted::name)
                .containsSubsequence("block4.conv1", "block4.conv2", "block4.shortcut", "block5.conv1")
                .hasSize(22);
        assertThat(network.parameters())
                .extracting(Parameter::name)
                .contains("block4.shortcut.weight", "block4.shortcut.bn1.running_var", "block9.conv2.weight");
    }

    @Test
    void aBlockOfOtherChannelsHasAShortcutWhateverItsStride() {
        for (int[] block : new int[][] {{4, 1, 0}, {6, 1, 1}, {4, 2, 1}}) {
            Network network = new LayerList(new Shape(4, 8, 8))
                    .residual(block[0], block[1])
                    .averagePool()
                    .output(10)
                    .network("mine");
            assertThat(network.weighted())
                    .as("%d channels, stride %d", block[0], block[1])
                    .filteredOn(layer -> layer.name().equals("block1.shortcut"))
                    .hasSize(block[2]);
        }
    }

    @Test
    void conv6FlattensToFourByFour() {
        Weighted fc1 = Networks.named("conv-6").weighted().get(6);
        assertThat(fc1.name()).isEqualTo("fc1");
        assertThat(fc1.inputs()).isEqualTo(4096);
    }

    @Test
    void noTwoLayersHaveOneName() {
        Linear first = new Linear("fc1", Role.FC, 4, 4);
        assertThatThrownBy(() -> new Network("mine", Shape.vector(4), List.of(first, new Relu(), first)))
                .hasMessage("two layers of mine have a fc1.weight");
    }

    @Test
    void statisticsAloneAreNotTrained() {
        Network network = Networks.named("resnet-18");
        assertThat(network.parameters())
                .filteredOn(parameter -> !parameter.role().trained())
                .allMatch(parameter -> parameter.name().contains(".running_"))
                .hasSize(2 * network.norms().size());
    }

    @Test
    void whoeverDropsAllKeepsNothingToScale() {
        assertThatThrownBy(() -> new Dropout(0, 1)).hasMessage("a dropout rate must be 0 to below 1, but is 1.0");
        assertThatThrownBy(() -> new Dropout(0, Double.NaN)).hasMessageContaining("but is NaN");
    }

    @Test
    void everyNetworkIsItsOwnText() {
        for (Network network : Networks.all()) {
            List<String> layers = NetworkText.layers(network);
            Network read = NetworkText.parse(network.name(), NetworkText.image(network), layers);
            assertThat(read).isEqualTo(network);
        }
    }
}
