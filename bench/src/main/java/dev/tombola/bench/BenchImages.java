package dev.tombola.bench;

import dev.tombola.base.UserError;
import dev.tombola.data.Dataset;
import dev.tombola.data.Images;
import dev.tombola.data.Scaling;
import dev.tombola.data.Split;
import dev.tombola.lottery.Recipe;
import dev.tombola.lottery.Source;
import dev.tombola.nn.Network;
import dev.tombola.numeric.Stream;
import dev.tombola.train.TrainingData;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// The images that benchmarks train on.
final class BenchImages {
    private static final int TRAIN = 60_000;
    private static final int TEST = 10_000;

    private BenchImages() {}

    /// `found` where a recipe's images are there, else `random`.
    ///
    /// @param notes is told why they are not
    static String which(Recipe recipe, Consumer<String> notes) {
        try {
            if (recipe.data().source() instanceof Source.Named named) {
                named.set().folder(null);
            }
            return "found";
        } catch (UserError e) {
            notes.accept("On random images, which leave no pixel dark: " + e.getMessage());
            return "random";
        }
    }

    /// A recipe's images, `found` as `tombola run` finds them, or `random` bytes.
    static TrainingData of(Recipe recipe, String images) {
        Network network = recipe.network();
        Dataset dataset = switch (images) {
            case "found" -> recipe.data().source().load(recipe.run().seed(), null);
            case "random" ->
                new Dataset(
                        "random",
                        true,
                        network.channels(),
                        network.height(),
                        network.width(),
                        network.classes(),
                        random(TRAIN, network),
                        random(TEST, network));
            default -> throw new IllegalArgumentException("images are found or random, not " + images);
        };
        return TrainingData.of(
                dataset,
                Scaling.of(recipe.data().mean(), recipe.data().std(), network.channels()),
                Split.of(
                        recipe.run().seed(),
                        Stream.trial(0),
                        dataset.train().count(),
                        recipe.data().validation()));
    }

    private static Images random(int count, Network network) {
        SplittableRandom random = new SplittableRandom(count);
        byte[] pixels = new byte[count * network.inputs()];
        random.nextBytes(pixels);
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) random.nextInt(network.classes());
        }
        Arena arena = Arena.ofAuto();
        return new Images(
                arena.allocateFrom(ValueLayout.JAVA_BYTE, pixels),
                arena.allocateFrom(ValueLayout.JAVA_BYTE, labels),
                count,
                network.inputs(),
                network.classes());
    }
}
