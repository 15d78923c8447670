package dev.tombola.kernel;

import dev.tombola.tensor.Mask;
import dev.tombola.tensor.Slab;
import dev.tombola.tensor.Window;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One test case on images: sizes around the edges of tiles, a kernel, a mask and a kind of values.
record ImageShape(
        int channels, int height, int width, Kernel kernel, int outputs, int size, Pattern pattern, Values values)
        implements Case {
    static final ImageShape TYPICAL =
            new ImageShape(17, 6, 9, new Kernel(3, 3, 1, 1), 7, 17, Pattern.HALF, Values.PLAIN);

    private static final int[][] KERNELS = {{1, 1}, {3, 3}, {5, 5}, {2, 2}, {3, 1}};
    private static final int STRIDES = 3;
    private static final int PADDINGS = 3;
    private static final int[] SIZES = {1, 17, 60, 128};
    private static final int[] CHANNELS = {1, 3, 5, 17};
    private static final int[] OUTPUTS = {1, 5, 7, 33, 6};
    private static final int[][] IMAGES = {
        {8, 8}, {1, 1}, {2, 3}, {16, 17}, {5, 5}, {4, 9}, {9, 2}, {7, 6}, {3, 16}, {6, 7}, {17, 4}
    };
    private static final Pattern[] PATTERNS = Pattern.values();
    /// Multiply-adds that one case may take: the reference is slow.
    private static final long DEAREST = 1_000_000;

    /// Of a convolution.
    record Kernel(int height, int width, int stride, int padding) {
        int taps() {
            return height * width;
        }

        boolean fits(int[] image) {
            return padding < Math.min(height, width)
                    && height <= image[0] + 2 * padding
                    && width <= image[1] + 2 * padding;
        }
    }

    @Override
    public long seed() {
        return Arrays.hashCode(new int[] {
            channels, height, width, kernel.height, kernel.width, kernel.stride, kernel.padding, outputs, size
        });
    }

    /// Weights of one output.
    int inputs() {
        return channels * kernel.taps();
    }

    /// Values of one image.
    int features() {
        return channels * height * width;
    }

    Window window(Arena arena) {
        return new Window(arena, channels, height, width, kernel.height, kernel.width, kernel.stride, kernel.padding);
    }

    /// Windows of the stride's size that do not overlap.
    Window pooling(Arena arena) {
        int side = Math.min(kernel.stride, Math.min(height, width));
        return new Window(arena, channels, height, width, side, side, side, 0);
    }

    Mask mask() {
        return pattern.mask(outputs, inputs(), seed());
    }

    /// Every kernel, stride, padding and batch size; the rest takes turns, once or, when the property `tombola.tests`
    /// is `full`, ten times. And several blocks of channels, of outputs and of positions.
    static List<ImageShape> all() {
        List<ImageShape> shapes = new ArrayList<>();
        int turns = "full".equals(System.getProperty("tombola.tests")) ? 10 : 1;
        for (int turn = 0; turn < turns; turn++) {
            for (int size : SIZES) {
                for (int[] sides : KERNELS) {
                    for (int i = 0; i < STRIDES * PADDINGS; i++) {
                        Kernel kernel = new Kernel(sides[0], sides[1], 1 + i / PADDINGS, i % PADDINGS);
                        if (kernel.padding < Math.min(sides[0], sides[1])) {
                            shapes.add(next(kernel, size, shapes.size()));
                        }
                    }
                }
            }
        }
        Kernel three = new Kernel(3, 3, 1, 1);
        shapes.add(new ImageShape(150, 4, 4, three, 6, 17, Pattern.HALF, Values.PLAIN));
        shapes.add(new ImageShape(150, 2, 2, three, 9, 60, Pattern.HUNDREDTH, Values.HARSH));
        shapes.add(new ImageShape(3, 5, 4, three, 140, 16, Pattern.TENTH, Values.PLAIN));
        shapes.add(new ImageShape(2, 32, 32, three, 5, 17, Pattern.HALF, Values.HARSH));
        shapes.add(new ImageShape(2, 33, 40, new Kernel(3, 3, 2, 1), 4, 20, Pattern.ALL, Values.PLAIN));
        shapes.add(new ImageShape(2, 11, 11, new Kernel(11, 11, 1, 5), 3, 16, Pattern.HALF, Values.PLAIN));
        shapes.add(new ImageShape(40, 9, 15, new Kernel(15, 15, 4, 7), 2, 5, Pattern.HUNDREDTH, Values.PLAIN));
        return shapes;
    }

    /// The next case in turn whose image takes the kernel and which is not too dear.
    private static ImageShape next(Kernel kernel, int size, int count) {
        for (int turn = count; ; turn++) {
            int[] image = IMAGES[turn % IMAGES.length];
            int channels = CHANNELS[(turn * 3 + turn / CHANNELS.length) % CHANNELS.length];
            int outputs = OUTPUTS[turn * 3 % OUTPUTS.length];
            long weights = (long) channels * outputs * kernel.taps();
            long cost = weights * image[0] * image[1] / kernel.stride / kernel.stride * Slab.padded(size);
            if (kernel.fits(image) && cost <= DEAREST) {
                Values values = count % 3 == 0 ? Values.HARSH : Values.PLAIN;
                Pattern pattern = PATTERNS[count % PATTERNS.length];
                return new ImageShape(channels, image[0], image[1], kernel, outputs, size, pattern, values);
            }
        }
    }
}
