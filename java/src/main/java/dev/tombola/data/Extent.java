package dev.tombola.data;

/// How many images a data set has, and of what shape.
public record Extent(int channels, int height, int width, int classes, int train, int test) {
    /// Channels, height and width of an image, as `1x28x28`.
    public String shape() {
        return channels + "x" + height + "x" + width;
    }

    /// Bytes of all images and labels.
    public long bytes() {
        return ((long) train + test) * ((long) channels * height * width + 1);
    }
}
