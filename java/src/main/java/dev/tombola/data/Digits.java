package dev.tombola.data;

import dev.tombola.numeric.Philox;
import dev.tombola.numeric.Purpose;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Synthetic digits that the program draws itself: strokes with a wavering hand, random slant, turn, size, place and
/// thickness, stray strokes and grain. Image i of a set is a function of seed, set and i alone, with arithmetic that
/// gives the same bytes everywhere. Its class is i mod 10.
public final class Digits {
    /// What a recipe calls them.
    public static final String NAME = "synthetic-digits";

    /// Height and width of an image in pixels.
    public static final int SIDE = 14;

    private static final int CLASSES = 10;
    /// Draws per image before the grain: 12 for the whole, 10 per stray stroke, 2 per point.
    private static final int WHOLE = 12;

    private static final int PER_STRAY = 10;
    private static final int MOST_STRAYS = 4;
    private static final int MOST_POINTS = 16;
    private static final int HAND = WHOLE + MOST_STRAYS * PER_STRAY;
    private static final int GRAIN = HAND + 2 * MOST_POINTS;
    private static final double THICKEST = 2.6;
    /// Standard deviation of the sum of four uniform bytes, and its mean.
    private static final double BYTES_DEVIATION = 147.8;

    private static final double BYTES_MEAN = 510;

    /// How hard the digits are to read.
    ///
    /// @param distortion scale of slant, turn, size, place and waver; 1 is a hurried hand, 0 a stencil
    /// @param grain standard deviation of each pixel's noise, as a fraction of full ink
    /// @param strays most stray strokes in an image, 0 to 4
    public record Style(double distortion, double grain, int strays) {
        /// What the demo trains on.
        public static final Style DEMO = new Style(1.2, 0.12, 1);

        /// @throws IllegalArgumentException if a value is out of range
        public Style {
            if (!(distortion >= 0 && distortion <= 3 && grain >= 0 && grain <= 2)
                    || strays < 0
                    || strays > MOST_STRAYS) {
                throw new IllegalArgumentException("distortion " + distortion + ", grain " + grain + ", strays "
                        + strays + "; they must be 0 to 3, 0 to 2, 0 to " + MOST_STRAYS);
            }
        }
    }

    private final long seed;
    private final Style style;
    private final Pen pen = new Pen(SIDE, SIDE, THICKEST);
    private final Pen stray = new Pen(SIDE, SIDE, THICKEST);
    private final int[] draws = new int[GRAIN + SIDE * SIDE];
    private final double[] x = new double[MOST_POINTS];
    private final double[] y = new double[MOST_POINTS];

    private Digits(long seed, Style style) {
        this.seed = seed;
        this.style = style;
    }

    /// What [#draw] makes so many of.
    public static Extent extent(int train, int test) {
        return new Extent(1, SIDE, SIDE, CLASSES, train, test);
    }

    /// Draws `train` training and `test` test images.
    public static Dataset draw(long seed, int train, int test, Style style) {
        Digits digits = new Digits(seed, style);
        return new Dataset(NAME, true, 1, SIDE, SIDE, CLASSES, digits.images(0, train), digits.images(1, test));
    }

    private Images images(int set, int count) {
        MemorySegment pixels = Images.block((long) count * SIDE * SIDE);
        MemorySegment labels = Images.block(count);
        for (int i = 0; i < count; i++) {
            Philox.fill(draws, draws.length, seed, i, Purpose.SYNTHETIC.word(set), 0);
            int label = i % CLASSES;
            labels.set(ValueLayout.JAVA_BYTE, i, (byte) label);
            write(label);
            scribble();
            ink(pixels, (long) i * SIDE * SIDE);
        }
        return new Images(pixels, labels, count, SIDE * SIDE, CLASSES);
    }

    /// Draws the digit: a way to write it, its points moved by a wavering hand, then sized, slanted, turned, placed.
    private void write(int digit) {
        List<Glyph> ways = Glyph.of(digit);
        Glyph glyph = ways.get((int) (unit(0) * ways.size()));
        double d = style.distortion;
        double width = SIDE * (0.62 + 0.16 * d * signed(1));
        double height = SIDE * (0.78 + 0.12 * d * signed(2));
        double slant = d * (-0.12 + 0.34 * signed(3));
        double turn = 0.18 * d * signed(4);
        double centreX = SIDE * (0.5 + 0.09 * d * signed(5));
        double centreY = SIDE * (0.5 + 0.07 * d * signed(6));
        double waver = 0.065 * d;
        pen.clear();
        int from = 0;
        for (Glyph.Stroke stroke : glyph.strokes) {
            for (int i = 0; i < stroke.x.length; i++) {
                int at = from + i;
                double u = width * (stroke.x[i] - 0.5 + waver * signed(HAND + 2 * at));
                double v = height * (stroke.y[i] - 0.5 + waver * signed(HAND + 2 * at + 1));
                u += slant * v;
                x[at] = centreX + u - turn * v;
                y[at] = centreY + v + turn * u;
            }
            stroke.draw(pen, x, y, from);
            from += stroke.x.length;
        }
    }

    /// Draws up to `strays` short strokes that belong to no digit.
    private void scribble() {
        stray.clear();
        int strays = (int) (unit(7) * (style.strays + 1));
        for (int i = 0; i < strays; i++) {
            int at = WHOLE + i * PER_STRAY;
            double fromX = SIDE * unit(at);
            double fromY = SIDE * unit(at + 1);
            double byX = 0.28 * SIDE * signed(at + 2);
            double byY = 0.28 * SIDE * signed(at + 3);
            double midX = fromX + 0.5 * byX + 0.08 * SIDE * signed(at + 4);
            double midY = fromY + 0.5 * byY + 0.08 * SIDE * signed(at + 5);
            stray.line(fromX, fromY, midX, midY);
            stray.line(midX, midY, fromX + byX, fromY + byY);
        }
    }

    /// Lays digit, strays and grain down as bytes.
    private void ink(MemorySegment pixels, long at) {
        double thickness = 1.0 + 0.7 * unit(8);
        double strength = 0.7 + 0.3 * unit(9);
        double strayStrength = 0.4 + 0.5 * unit(10);
        double strayThickness = 0.7 + 0.6 * unit(11);
        for (int i = 0; i < SIDE * SIDE; i++) {
            double ink = Math.max(strength * pen.ink(i, thickness), strayStrength * stray.ink(i, strayThickness));
            int word = draws[GRAIN + i];
            int bytes = (word & 0xFF) + (word >>> 8 & 0xFF) + (word >>> 16 & 0xFF) + (word >>> 24);
            double noisy = ink + style.grain * ((bytes - BYTES_MEAN) / BYTES_DEVIATION);
            pixels.set(ValueLayout.JAVA_BYTE, at + i, (byte) (int) (Math.clamp(noisy, 0.0, 1.0) * 255 + 0.5));
        }
    }

    /// Draw number `at` of this image as a number in [0, 1).
    private double unit(int at) {
        return (draws[at] >>> 8) * 0x1p-24;
    }

    /// The same in [−1, 1).
    private double signed(int at) {
        return 2 * unit(at) - 1;
    }
}
