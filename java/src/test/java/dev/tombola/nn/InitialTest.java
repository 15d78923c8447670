package dev.tombola.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tombola.numeric.Purpose;
import dev.tombola.numeric.Stream;
import dev.tombola.tensor.Mask;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InitialTest {
    private static final Network NETWORK = Networks.named("lenet-300-100");
    private static final Network NORMED = Networks.named("resnet-18");
    private static final long SEED = 3;
    private static final int DRAW = Stream.of(1, 6, 2, 1);

    @Test
    void glorotFollowsEachLayersFans() {
        State values = first(Initial.GLOROT, NETWORK, Masks.full(NETWORK));
        for (Parameter parameter : NETWORK.prunable()) {
            double std = Math.sqrt(2.0 / (parameter.fanIn() + parameter.fanOut()));
            assertThat(Initial.GLOROT.std(parameter)).isEqualTo(std);
            assertSpread(values.get(parameter.name()), Masks.full(NETWORK).get(parameter.name()), std);
        }
    }

    @Test
    void whatIsNotDrawnStartsAtZeroAndScalesAndVariancesAtOne() {
        State values = first(Initial.GLOROT, NORMED, Masks.full(NORMED));
        assertThat(values.get("block1.bn1.weight")).containsOnly(1f);
        assertThat(values.get("block1.bn1.running_var")).containsOnly(1f);
        assertThat(values.get("block1.bn1.bias")).containsOnly(0f);
        assertThat(values.get("block1.bn1.running_mean")).containsOnly(0f);
        assertThat(values.get("output.bias")).containsOnly(0f);
    }

    /// The same draws, scaled.
    @Test
    void oneDeviationIsThatOfEveryLayer() {
        State glorot = first(Initial.GLOROT, NORMED, Masks.full(NORMED));
        State values = first(new Initial(0.1), NORMED, Masks.full(NORMED));
        for (Parameter parameter : NORMED.parameters()) {
            String name = parameter.name();
            if (!parameter.prunable()) {
                assertThat(values.get(name)).isEqualTo(glorot.get(name));
                continue;
            }
            assertSpread(values.get(name), Masks.full(NORMED).get(name), 0.1);
            double scale = 0.1 / Initial.GLOROT.std(parameter);
            for (int i = 0; i < 100; i++) {
                double expected = scale * glorot.get(name)[i];
                assertThat((double) values.get(name)[i]).isCloseTo(expected, within(Math.abs(expected) * 1e-6));
            }
        }
    }

    @Test
    void resampledValuesAreTheLayersOwnSurvivors() {
        Masks masks = everyThird(NORMED);
        State first = first(Initial.GLOROT, NORMED, masks);
        State found = Initial.GLOROT.resampled(NORMED, masks, first, SEED, DRAW);
        assertThat(found.values().keySet()).isEqualTo(first.values().keySet());
        for (Parameter parameter : NORMED.parameters()) {
            String name = parameter.name();
            if (!parameter.prunable()) {
                assertThat(found.get(name)).isEqualTo(first.get(name));
                continue;
            }
            Mask mask = masks.get(name);
            float[] own = survivors(first.get(name), mask);
            float[] drawn = survivors(found.get(name), mask);
            assertThat(asSet(own)).as(name).containsAll(asSet(drawn));
            assertThat(pruned(found.get(name), mask)).containsOnly(0f);
            // Drawn with replacement, n of n values leave (1 - 1/n)^n of them out, about 1/e, with a variance below
            // n/4.
            double n = own.length;
            double distinct = asSet(drawn).size();
            assertThat(distinct).as(name).isCloseTo(n * (1 - Math.pow(1 - 1 / n, n)), within(5 * Math.sqrt(n) / 2));
        }
    }

    /// Five standard errors of a mean and of a standard deviation of n normal values.
    @ParameterizedTest
    @ValueSource(doubles = {0.5, 3})
    void noiseHasItsSpreadAndLeavesTheRest(double deviations) {
        for (Initial init : new Initial[] {Initial.GLOROT, new Initial(0.05)}) {
            Masks masks = everyThird(NETWORK);
            State first = first(init, NETWORK, masks);
            State found = init.noisy(NETWORK, masks, first, deviations, SEED, DRAW);
            for (Parameter parameter : NETWORK.parameters()) {
                String name = parameter.name();
                if (!parameter.prunable()) {
                    assertThat(found.get(name)).isEqualTo(first.get(name));
                    continue;
                }
                float[] noise = found.get(name).clone();
                for (int i = 0; i < noise.length; i++) {
                    noise[i] -= first.get(name)[i];
                }
                assertSpread(noise, masks.get(name), deviations * init.std(parameter));
                assertThat(pruned(found.get(name), masks.get(name))).containsOnly(0f);
            }
        }
    }

    /// A weight's draw is that of its place: a mask with more survivors changes no noise. And no two uses draw alike.
    @Test
    void drawsBelongToThePlaceTheStreamAndThePurpose() {
        String name = NETWORK.prunable().getFirst().name();
        Masks masks = everyThird(NETWORK);
        State all = first(Initial.GLOROT, NETWORK, Masks.full(NETWORK));
        State some = Initial.GLOROT.noisy(NETWORK, masks, all, 1, SEED, DRAW);
        State full = Initial.GLOROT.noisy(NETWORK, Masks.full(NETWORK), all, 1, SEED, DRAW);
        assertThat(some.get(name)).isEqualTo(full.masked(masks).get(name));
        State next = Initial.GLOROT.noisy(NETWORK, masks, all, 1, SEED, DRAW + 1);
        assertThat(next.get(name)).isNotEqualTo(some.get(name));
        assertThat(Initial.GLOROT.resampled(NETWORK, masks, all, SEED, DRAW).get(name))
                .isNotEqualTo(Initial.GLOROT
                        .resampled(NETWORK, masks, all, SEED, DRAW + 1)
                        .get(name));
        float[] reinit = Initial.GLOROT
                .values(NETWORK, masks, SEED, Purpose.REINIT, DRAW)
                .get(name);
        int place = 3;
        assertThat(some.get(name)[place] - all.get(name)[place])
                .as("more than rounding away")
                .isNotCloseTo(reinit[place], within(1e-4f));
    }

    /// Pinned: these bits are what a seed means to users.
    @Test
    void bitsArePinned() {
        Masks masks = everyThird(NETWORK);
        State first = first(Initial.GLOROT, NETWORK, masks);
        assertThat(hash(first)).isEqualTo(1524225757);
        assertThat(hash(Initial.GLOROT.resampled(NETWORK, masks, first, SEED, DRAW)))
                .isEqualTo(1324396442);
        assertThat(hash(Initial.GLOROT.noisy(NETWORK, masks, first, 0.5, SEED, DRAW)))
                .isEqualTo(2090540552);
        assertThat(hash(first(new Initial(0.1), NETWORK, masks))).isEqualTo(-1352889936);
    }

    private static int hash(State state) {
        return state.values().values().stream().map(Arrays::hashCode).toList().hashCode();
    }

    private static State first(Initial init, Network network, Masks masks) {
        return init.values(network, masks, SEED, Purpose.INITIAL_VALUES, Stream.trial(1));
    }

    private static Masks everyThird(Network network) {
        SequencedMap<String, Mask> masks = new LinkedHashMap<>();
        for (Parameter parameter : network.prunable()) {
            byte[] alive = new byte[parameter.count()];
            for (int i = 0; i < alive.length; i += 3) {
                alive[i] = 1;
            }
            masks.put(parameter.name(), Mask.of(alive));
        }
        return new Masks(masks);
    }

    private static void assertSpread(float[] values, Mask mask, double std) {
        float[] found = survivors(values, mask);
        double sum = 0;
        double squares = 0;
        for (float value : found) {
            sum += value / std;
            squares += value / std * (value / std);
        }
        int n = found.length;
        assertThat(sum / n).isCloseTo(0, within(5 / Math.sqrt(n)));
        assertThat(squares / n).isCloseTo(1, within(5 * Math.sqrt(2.0 / n)));
    }

    private static float[] survivors(float[] values, Mask mask) {
        return chosen(values, mask, true);
    }

    private static float[] pruned(float[] values, Mask mask) {
        return chosen(values, mask, false);
    }

    private static float[] chosen(float[] values, Mask mask, boolean alive) {
        float[] found = new float[values.length];
        int count = 0;
        for (int i = 0; i < values.length; i++) {
            if (mask.alive(i) == alive) {
                found[count++] = values[i];
            }
        }
        return Arrays.copyOf(found, count);
    }

    private static Set<Float> asSet(float[] values) {
        Set<Float> set = new HashSet<>();
        for (float value : values) {
            set.add(value);
        }
        return set;
    }
}
