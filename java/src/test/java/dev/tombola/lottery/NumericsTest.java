package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.numeric.Precision;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which trainings of a recipe are in TF32.
class NumericsTest {
    private static final Recipe LENET = Recipe.preset("lenet-300-100");

    @Test
    void aTrainingIsInTf32FromATenthOfTheWeightsOn() {
        Recipe tf32 = Recipe.preset("lenet-300-100", "numerics.precision=tf32");
        assertThat(Recipe.parse(tf32.toYaml())).isEqualTo(tf32);
        assertThat(tf32.toYaml()).endsWith("  precision: tf32\n  tf32_from: 10\n");
        assertThat(tf32)
                .isEqualTo(Recipe.preset("lenet-300-100", "numerics.precision=tf32", "numerics.tf32_from=10.0"));
        long all = tf32.network().weights();
        assertThat(all).isEqualTo(266_200);
        assertThat(tf32.numerics().at(all, all)).isEqualTo(Precision.TF32);
        assertThat(tf32.numerics().at(26_620, all)).isEqualTo(Precision.TF32);
        assertThat(tf32.numerics().at(26_619, all)).isEqualTo(Precision.FP32);
        assertThat(LENET.numerics().at(all, all)).isEqualTo(Precision.FP32);
        assertThat(tf32.numerics().sentence())
                .hasValueSatisfying(
                        said -> assertThat(said)
                                .startsWith(
                                        "Precision tf32: asked for by the recipe; trainings with at least 10 % of the weights"));
        assertThat(LENET.numerics().sentence()).isEmpty();
        assertThat(LENET.values()).doesNotContainKey("numerics.tf32_from");
        assertThat(Recipe.preset("lenet-300-100", "numerics.precision=fp32", "numerics.tf32_from=20"))
                .isEqualTo(LENET);
    }

    /// 12.5 % of 266,200 are 33,275.
    @Test
    void anotherShareOfTheWeightsIsAnotherRecipe() {
        Recipe tf32 = Recipe.preset("lenet-300-100", "numerics.precision=tf32");
        Recipe more = Recipe.preset("lenet-300-100", "numerics.precision=tf32", "numerics.tf32_from=12.50");
        assertThat(more.numerics().at(33_275, 266_200)).isEqualTo(Precision.TF32);
        assertThat(more.numerics().at(33_274, 266_200)).isEqualTo(Precision.FP32);
        assertThat(more.numerics().sentence().orElseThrow()).contains("at least 12.5 % of the weights");
        assertThat(more.values()).containsEntry("numerics.tf32_from", "12.5");
        assertThat(more.hash()).isNotEqualTo(tf32.hash());
        assertThat(Recipe.preset("lenet-300-100", "numerics.precision=tf32", "numerics.tf32_from=10.0")
                        .hash())
                .isEqualTo(tf32.hash());
        for (String limit : List.of("0", "100")) {
            Recipe.Numerics numerics = Recipe.preset("demo", "numerics.precision=tf32", "numerics.tf32_from=" + limit)
                    .numerics();
            assertThat(numerics.at(1, 1000)).isEqualTo(limit.equals("0") ? Precision.TF32 : Precision.FP32);
            assertThat(numerics.at(1000, 1000)).isEqualTo(Precision.TF32);
        }
    }
}
