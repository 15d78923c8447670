package dev.tombola.kernel;

import dev.tombola.tensor.Mask;
import dev.tombola.tensor.Window;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// One test case on images: sizes around the edges of tiles, a window, a mask and a kind of values.
record ImageShape(
        int channels,
        int height,
        int width,
        int outputs,
        int kernelHeight,
        int kernelWidth,
        int stride,
        int padding,
        int size,
        Pattern pattern,
        Values values) {
    private static final int[] CHANNELS = {1, 2, 3, 5, 9, 17};
    private static final int[] SIDES = {1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17};
    private static final int[] OUTPUTS = {1, 4, 5, 6, 7, 13, 33};
    private static final int[][] KERNELS = {{1, 1}, {3, 3}, {3, 3}, {3, 3}, {5, 5}, {2, 2}, {3, 1}, {1, 4}};
    private static final List<Pattern> PATTERNS = List.of(Pattern.values());
    private static final int[] SIZES = {1, 15, 17, 33, 60, 64, 128};

    /// Multiply-adds that the plain loops do in a few hundredths of a second.
    private static final long MOST = 3_000_000;

    long seed() {
        long seed = channels;
        for (int size : new int[] {height, width, outputs, kernelHeight, kernelWidth, stride, padding, size}) {
            seed = seed * 31 + size;
        }
        return seed;
    }

    Window window(Arena arena) {
        return new Window(arena, channels, height, width, kernelHeight, kernelWidth, stride, padding);
    }

    int inputs() {
        return channels * kernelHeight * kernelWidth;
    }

    Mask mask() {
        return pattern.mask(outputs, inputs(), seed());
    }

    /// The shapes of the paper's networks, shrunk, and many at random from the lists above: more of them when the
    /// property `tombola.tests` is `full`.
    static List<ImageShape> all() {
        List<ImageShape> shapes = new ArrayList<>();
        shapes.add(new ImageShape(3, 9, 32, 8, 3, 3, 1, 1, 60, Pattern.ALL, Values.PLAIN));
        shapes.add(new ImageShape(20, 8, 8, 33, 3, 3, 1, 1, 17, Pattern.HALF, Values.PLAIN));
        shapes.add(new ImageShape(40, 2, 2, 20, 3, 3, 1, 1, 64, Pattern.TENTH, Values.PLAIN));
        shapes.add(new ImageShape(70, 4, 4, 9, 3, 3, 1, 1, 16, Pattern.HUNDREDTH, Values.PLAIN));
        shapes.add(new ImageShape(5, 16, 16, 6, 3, 3, 2, 1, 40, Pattern.HALF, Values.PLAIN));
        shapes.add(new ImageShape(6, 8, 8, 12, 1, 1, 2, 0, 100, Pattern.ALL, Values.PLAIN));
        shapes.add(new ImageShape(9, 7, 7, 130, 3, 3, 1, 1, 5, Pattern.TENTH, Values.HARSH));
        SplittableRandom random = new SplittableRandom(11);
        int wanted = "full".equals(System.getProperty("tombola.tests")) ? 2_000 : 120;
        while (shapes.size() < wanted) {
            int[] kernel = KERNELS[random.nextInt(KERNELS.length)];
            ImageShape shape = new ImageShape(
                    one(CHANNELS, random),
                    one(SIDES, random),
                    one(SIDES, random),
                    one(OUTPUTS, random),
                    kernel[0],
                    kernel[1],
                    1 + random.nextInt(6) * random.nextInt(2) / 2,
                    random.nextInt(Math.min(kernel[0], kernel[1])),
                    one(SIZES, random),
                    PATTERNS.get(random.nextInt(PATTERNS.size())),
                    random.nextInt(3) == 0 ? Values.HARSH : Values.PLAIN);
            if (shape.height + 2 * shape.padding >= kernel[0]
                    && shape.width + 2 * shape.padding >= kernel[1]
                    && shape.work() <= MOST) {
                shapes.add(shape);
            }
        }
        return shapes;
    }

    private long work() {
        return (long) outputs * inputs() * height * width * (size + 15) / stride / stride;
    }

    private static int one(int[] values, SplittableRandom random) {
        return values[random.nextInt(values.length)];
    }
}
