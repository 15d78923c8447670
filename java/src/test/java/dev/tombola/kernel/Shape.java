package dev.tombola.kernel;

import java.util.ArrayList;
import java.util.List;

/// One test case: sizes around the edges of tiles, a mask and a kind of values.
record Shape(int outputs, int inputs, int size, Pattern pattern, Values values) implements Case {
    static final Shape TYPICAL = new Shape(33, 100, 60, Pattern.HALF, Values.PLAIN);

    private static final int[] SIDES = {1, 2, 5, 6, 7, 15, 16, 17, 31, 33, 64, 100, 129};
    private static final int[] SIZES = {1, 2, 15, 16, 17, 60, 63, 64, 65, 100, 240};
    private static final Pattern[] PATTERNS = Pattern.values();

    @Override
    public long seed() {
        return (outputs * 1000L + inputs) * 1000L + size;
    }

    /// Every pair of outputs and batch size with two inputs and patterns each or, when the property
    /// `tombola.tests` is `full`, with every input and pattern: 13 and 8 share no factor, so taking turns meets
    /// all pairs. And the layers of LeNet-300-100, several blocks of inputs
    /// and of outputs, and long batches.
    static List<Shape> all() {
        List<Shape> shapes = new ArrayList<>();
        boolean full = "full".equals(System.getProperty("tombola.tests"));
        int turns = full ? SIDES.length * PATTERNS.length : 2;
        int count = 0;
        for (int size : SIZES) {
            for (int outputs : SIDES) {
                for (int turn = 0; turn < turns; turn++) {
                    shapes.add(new Shape(
                            outputs,
                            SIDES[count * 5 % SIDES.length],
                            size,
                            PATTERNS[count % PATTERNS.length],
                            count % 3 == 0 ? Values.HARSH : Values.PLAIN));
                    count++;
                }
            }
        }
        shapes.add(new Shape(300, 784, 60, Pattern.ALL, Values.PLAIN));
        shapes.add(new Shape(300, 784, 60, Pattern.TENTH, Values.PLAIN));
        shapes.add(new Shape(100, 300, 60, Pattern.HALF, Values.PLAIN));
        shapes.add(new Shape(10, 100, 60, Pattern.HALF, Values.PLAIN));
        shapes.add(new Shape(400, 9, 17, Pattern.HALF, Values.HARSH));
        shapes.add(new Shape(9, 400, 130, Pattern.TENTH, Values.PLAIN));
        shapes.add(new Shape(9, 70, 600, Pattern.HALF, Values.PLAIN));
        shapes.add(new Shape(7, 17, 1100, Pattern.HALF, Values.PLAIN));
        return shapes;
    }
}
