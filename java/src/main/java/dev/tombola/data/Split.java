package dev.tombola.data;

import dev.tombola.base.UserError;
import dev.tombola.numeric.Philox;
import dev.tombola.numeric.Purpose;
import java.util.Arrays;

/// Which examples of a training set are held out for validation: one split per trial. The examples are sorted by
/// (unsigned 32-bit draw, number); the first ones are the validation set, the rest the training set, and each set is
/// then kept by ascending number.
public final class Split {
    private final int[] training;
    private final int[] validation;

    private Split(int[] training, int[] validation) {
        this.training = training;
        this.validation = validation;
    }

    /// Splits examples `0 .. examples-1`; `trialStream` is that of [dev.tombola.numeric.Stream#trial(int)].
    ///
    /// @throws UserError unless there is at least one example for validation and one for training
    public static Split of(long seed, int trialStream, int examples, int validation) {
        requireFit(examples, validation);
        int[] draws = new int[examples];
        Philox.fill(draws, examples, seed, 0, Purpose.SPLIT.word(), trialStream);
        long[] keys = new long[examples];
        for (int i = 0; i < examples; i++) {
            // The flipped sign bit makes the signed order of longs the unsigned order of draws.
            keys[i] = ((long) draws[i] << 32 | i) ^ Long.MIN_VALUE;
        }
        Arrays.sort(keys);
        int[] order = Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
        Arrays.sort(order, 0, validation);
        Arrays.sort(order, validation, examples);
        return new Split(Arrays.copyOfRange(order, validation, examples), Arrays.copyOfRange(order, 0, validation));
    }

    /// @throws UserError unless there is at least one example for validation and one for training
    public static void requireFit(int examples, int validation) {
        if (validation < 1 || validation >= examples) {
            throw new UserError("data.validation is " + validation + "; with " + examples
                    + " training examples it must be 1 to " + (examples - 1) + ".");
        }
    }

    /// Numbers of the training examples, ascending.
    public int[] training() {
        return training.clone();
    }

    /// Numbers of the validation examples, ascending.
    public int[] validation() {
        return validation.clone();
    }
}
