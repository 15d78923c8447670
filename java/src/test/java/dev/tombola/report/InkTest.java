package dev.tombola.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Colours, as they are and as those see them who lack one kind of cones (Machado, Oliveira and Fernandes, 2009).
class InkTest {
    private static final double[][] ALL_CONES = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    private static final List<double[][]> EYES = List.of(
            ALL_CONES,
            new double[][] {
                {0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}
            },
            new double[][] {
                {0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}
            },
            new double[][] {
                {1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}
            });

    /// Of the paper's appendices: those beyond Okabe and Ito's.
    private static final List<Ink> SIX = Stream.of(
                    "resample", "initial_magnitude", "noise_0.5", "noise_1", "noise_2", "noise_3")
            .map(control -> Look.of(control).ink())
            .toList();

    /// The last one is that of the axes and of the dense network's line.
    private static final List<Ink> OTHERS = Stream.concat(
                    SIX.stream(),
                    Stream.of(Ink.BLUE, Ink.VERMILLION, Ink.GREEN, Ink.ORANGE, Ink.PURPLE, Ink.SKY, Ink.MUTED))
            .toList();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theSixLieFarFromAllOthersAndAreNoGrey(boolean dark) {
        Function<Ink, String> colour = ink -> dark ? ink.dark : ink.light;
        for (Ink ink : SIX) {
            double[] lab = lab(colour.apply(ink), ALL_CONES);
            assertThat(Math.hypot(lab[1], lab[2])).as("chroma of %s", ink).isGreaterThan(24);
            for (Ink other : OTHERS) {
                assertThat(ink == other ? 100 : distance(colour, ink, other, EYES))
                        .as("%s from %s", ink, other)
                        .isGreaterThan(18);
            }
        }
    }

    /// As far as Okabe and Ito's lie from one another.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tenKindsCanBeToldApart(boolean dark) {
        Function<Ink, String> colour = ink -> dark ? ink.dark : ink.light;
        for (int i = 0; i < 10; i++) {
            for (int j = 0; j < i; j++) {
                Ink one = Ink.distinct(i);
                Ink other = Ink.distinct(j);
                assertThat(distance(colour, one, other, EYES))
                        .as("%s from %s", one, other)
                        .isGreaterThan(11);
                assertThat(distance(colour, one, other, EYES.subList(0, 1)))
                        .as("%s from %s", one, other)
                        .isGreaterThan(23);
            }
        }
    }

    /// ΔE of CIE 1976 to those of the eyes that see the least of it.
    private static double distance(Function<Ink, String> colour, Ink a, Ink b, List<double[][]> all) {
        return all.stream()
                .mapToDouble(eyes -> {
                    double[] one = lab(colour.apply(a), eyes);
                    double[] two = lab(colour.apply(b), eyes);
                    return Math.hypot(Math.hypot(one[0] - two[0], one[1] - two[1]), one[2] - two[2]);
                })
                .min()
                .orElseThrow();
    }

    /// L*, a*, b* under D65.
    private static double[] lab(String colour, double[][] eyes) {
        int rgb = Integer.decode(colour);
        double[] linear = new double[3];
        for (int i = 0; i < 3; i++) {
            double value = (rgb >> (16 - 8 * i) & 0xFF) / 255.0;
            linear[i] = value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
        }
        double[] seen = new double[3];
        for (int i = 0; i < 3; i++) {
            seen[i] = Math.clamp(dot(eyes[i], linear), 0, 1);
        }
        double x = lightness(dot(new double[] {0.4124564, 0.3575761, 0.1804375}, seen) / 0.95047);
        double y = lightness(dot(new double[] {0.2126729, 0.7151522, 0.0721750}, seen));
        double z = lightness(dot(new double[] {0.0193339, 0.1191920, 0.9503041}, seen) / 1.08883);
        return new double[] {116 * y - 16, 500 * (x - y), 200 * (y - z)};
    }

    private static double lightness(double t) {
        return t > 216.0 / 24389 ? Math.cbrt(t) : (24389.0 / 27 * t + 16) / 116;
    }

    private static double dot(double[] a, double[] b) {
        return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    }
}
