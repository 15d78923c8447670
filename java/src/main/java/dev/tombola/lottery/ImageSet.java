package dev.tombola.lottery;

import dev.tombola.data.Dataset;
import dev.tombola.data.Scaling;
import java.nio.file.Path;
import java.util.List;

/// The images that a recipe's trainings read, as they read them: recipes of equal ones share them.
///
/// @param seed that they are drawn from; 0 where they are read
/// @param mean, std as in [Recipe.Data]
public record ImageSet(Source source, long seed, List<Double> mean, List<Double> std) {
    public static ImageSet of(Recipe recipe) {
        Recipe.Data data = recipe.data();
        long seed = data.source() instanceof Source.Drawn ? recipe.run().seed() : 0;
        return new ImageSet(data.source(), seed, data.mean(), data.std());
    }

    /// Reads or draws them.
    ///
    /// @param data what `--data` says, or null
    /// @throws dev.tombola.base.UserError naming the file, if one is missing or not what it must be
    Dataset load(Path data) {
        return source.load(seed, data);
    }

    Scaling scaling(Dataset dataset) {
        return Scaling.of(mean, std, dataset.channels());
    }
}
