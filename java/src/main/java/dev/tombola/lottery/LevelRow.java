package dev.tombola.lottery;

import dev.tombola.base.UserError;
import java.nio.file.Path;

/// One finished training, one line of `levels.csv`.
///
/// Losses, accuracies and times are NaN where the training diverged; doubles are written in full and read back to the
/// same bits.
///
/// @param trial which trial, from 0
/// @param control a [Control]'s label, such as `ticket` or `one_shot`
/// @param draw 0 for a control that is not redrawn, else from 1
/// @param level prunings before this training; 0 is the dense network, which belongs to `ticket`
/// @param weightsLeft surviving weights, without biases
/// @param weightsTotal weights of the dense network
/// @param percentLeft 100 · weightsLeft / weightsTotal, at full precision
/// @param earlyStopIteration where validation loss first reached its minimum
/// @param valLossEarlyStop validation loss there, in nats
/// @param valAccuracyEarlyStop validation accuracy there, a fraction
/// @param testAccuracyEarlyStop test accuracy there, a fraction
/// @param trainAccuracyEarlyStop accuracy there on all images that are trained on, those of validation apart, as they
///     are and without dropout, a fraction
/// @param testAccuracyEnd test accuracy after the last iteration, a fraction
/// @param trainAccuracyEnd the same after the last iteration, a fraction
/// @param secondsTrain seconds spent in training steps
/// @param secondsEval seconds spent in evaluations
/// @param usPerStep median microseconds of a training step, evaluation excluded: core time, also of helpers
/// @param forms in which form each layer's weights ran: `d` dense, `t` dense in TF32 or `c` compressed; `unknown` where
/// it is not known
public record LevelRow(
        int trial,
        String control,
        int draw,
        int level,
        long weightsLeft,
        long weightsTotal,
        double percentLeft,
        int earlyStopIteration,
        double valLossEarlyStop,
        double valAccuracyEarlyStop,
        double testAccuracyEarlyStop,
        double trainAccuracyEarlyStop,
        double testAccuracyEnd,
        double trainAccuracyEnd,
        double secondsTrain,
        double secondsEval,
        double usPerStep,
        String forms) {

    private static final String HEADER = "trial,control,draw,level,weights_left,weights_total,percent_left,"
            + "early_stop_iteration,val_loss_early_stop,val_accuracy_early_stop,test_accuracy_early_stop,"
            + "train_accuracy_early_stop,test_accuracy_end,train_accuracy_end,seconds_train,seconds_eval,us_per_step,forms";

    /// Whether its loss was not finite.
    public boolean diverged() {
        return Double.isNaN(testAccuracyEnd);
    }

    /// Whether its validation loss was lowest at the last of so many iterations: its early stop is a lower bound.
    public boolean stopsAtEnd(long iterations) {
        return Double.isFinite(valLossEarlyStop) && earlyStopIteration >= iterations;
    }

    /// The first line of `levels.csv`.
    public static String header() {
        return HEADER;
    }

    /// This row as one line of `levels.csv`, without the line's end.
    public String toCsv() {
        return trial + "," + control + "," + draw + "," + level + "," + weightsLeft + "," + weightsTotal + ","
                + percentLeft + "," + earlyStopIteration + "," + valLossEarlyStop + "," + valAccuracyEarlyStop + ","
                + testAccuracyEarlyStop + "," + trainAccuracyEarlyStop + "," + testAccuracyEnd + ","
                + trainAccuracyEnd + "," + secondsTrain + "," + secondsEval + "," + usPerStep + "," + forms;
    }

    /// The row that `line` holds.
    ///
    /// @param line one line of `levels.csv` after the header
    /// @param file the file it comes from, for messages
    /// @param lineNumber its number in that file, from 1, for messages
    /// @throws UserError if a field is missing, is not a number or is out of range
    public static LevelRow parse(String line, Path file, int lineNumber) {
        CsvLine csv = new CsvLine(HEADER, line, file, lineNumber);
        LevelRow row = new LevelRow(
                csv.count(),
                csv.word(),
                csv.count(),
                csv.count(),
                csv.longCount(1),
                csv.longCount(1),
                csv.above(0, 100),
                csv.count(),
                csv.measure(0, Double.MAX_VALUE),
                csv.measure(0, 1),
                csv.measure(0, 1),
                csv.measure(0, 1),
                csv.measure(0, 1),
                csv.measure(0, 1),
                csv.measure(0, Double.MAX_VALUE),
                csv.measure(0, Double.MAX_VALUE),
                csv.measure(0, Double.MAX_VALUE),
                csv.word());
        if (row.weightsLeft > row.weightsTotal) {
            throw new UserError(file + " line " + lineNumber + ", column weights_left: found " + row.weightsLeft
                    + " where at most weights_total, " + row.weightsTotal + ", is expected.");
        }
        return row;
    }
}
