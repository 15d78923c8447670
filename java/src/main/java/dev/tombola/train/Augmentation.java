package dev.tombola.train;

import dev.tombola.nn.Network;
import dev.tombola.numeric.Purpose;
import dev.tombola.tensor.Augment;
import dev.tombola.tensor.Draws;
import java.io.Serializable;
import java.lang.foreign.Arena;

/// How training images are varied: moved by up to `crop` pixels in each direction, mirrored left to right or not.
///
/// @param crop zero pixels that are added on every side before the image is cropped back; 0 for none
public record Augmentation(int crop, boolean flip) implements Serializable {
    public static final Augmentation NONE = new Augmentation(0, false);

    /// What kernels read; null where nothing is varied.
    Augment augment(Arena arena, Network network, long seed, int stream) {
        Draws draws = new Draws(seed, Purpose.AUGMENT.word(), stream);
        return equals(NONE) ? null : Augment.of(arena, draws, network.height(), network.width(), crop, flip);
    }
}
