package dev.tombola.nn;

import java.io.Serializable;

/// The shape of one example between two layers: images `[channels][height][width]`; a vector has one position.
public record Shape(int channels, int height, int width) implements Serializable {
    public static Shape vector(int features) {
        return new Shape(features, 1, 1);
    }

    public int positions() {
        return Math.multiplyExact(height, width);
    }

    public int features() {
        return Math.multiplyExact(channels, positions());
    }

    /// The same positions with other channels.
    Shape withChannels(int other) {
        return new Shape(other, height, width);
    }

    @Override
    public String toString() {
        return positions() == 1 ? Integer.toString(channels) : channels + "×" + height + "×" + width;
    }
}
