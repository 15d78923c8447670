package dev.tombola.data;

/// A training set and a test set of images of one shape.
///
/// @param name what a recipe calls it
/// @param synthetic whether the program drew the images itself, which is said wherever they appear
public record Dataset(
        String name, boolean synthetic, int channels, int height, int width, int classes, Images train, Images test) {
    /// @throws IllegalArgumentException if the images are not of this shape and number of classes
    public Dataset {
        for (Images images : new Images[] {train, test}) {
            if (images.features() != channels * height * width || images.classes() != classes) {
                throw new IllegalArgumentException(name + " has images of " + images.features() + " pixels in "
                        + images.classes() + " classes; they must be " + channels + "x" + height + "x" + width + " in "
                        + classes);
            }
        }
    }

    /// Values per image.
    public int features() {
        return channels * height * width;
    }
}
