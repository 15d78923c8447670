package dev.tombola.lottery;

import dev.tombola.base.UserError;
import dev.tombola.train.Point;
import java.nio.file.Path;

/// One evaluation during a training, one line of `curves.csv`.
///
/// Losses and accuracies are NaN where the training diverged; doubles are written in full and read back to the same
/// bits.
///
/// @param trial which trial, from 0
/// @param control a [Control]'s label, such as `ticket` or `one_shot`
/// @param draw 0 for a control that is not redrawn, else from 1
/// @param level prunings before this training
/// @param iteration training steps done
/// @param trainLoss mean training loss since the last evaluation, in nats
/// @param valLoss validation loss, in nats
/// @param valAccuracy validation accuracy, a fraction
/// @param testAccuracy test accuracy, a fraction
public record CurveRow(
        int trial,
        String control,
        int draw,
        int level,
        int iteration,
        double trainLoss,
        double valLoss,
        double valAccuracy,
        double testAccuracy) {

    private static final String HEADER =
            "trial,control,draw,level,iteration,train_loss,val_loss,val_accuracy,test_accuracy";

    /// An evaluation of a training.
    public static CurveRow of(Job job, Point point) {
        return new CurveRow(
                job.trial(),
                job.control().label(),
                job.draw(),
                job.level(),
                point.iteration(),
                point.trainLoss(),
                point.valLoss(),
                point.valAccuracy(),
                point.testAccuracy());
    }

    /// The first line of `curves.csv`.
    public static String header() {
        return HEADER;
    }

    /// This row as one line of `curves.csv`, without the line's end.
    public String toCsv() {
        return trial + "," + control + "," + draw + "," + level + "," + iteration + "," + trainLoss + "," + valLoss
                + "," + valAccuracy + "," + testAccuracy;
    }

    /// The row that `line` holds.
    ///
    /// @param line one line of `curves.csv` after the header
    /// @param file the file it comes from, for messages
    /// @param lineNumber its number in that file, from 1, for messages
    /// @throws UserError if a field is missing, is not a number or is out of range
    public static CurveRow parse(String line, Path file, int lineNumber) {
        CsvLine csv = new CsvLine(HEADER, line, file, lineNumber);
        return new CurveRow(
                csv.count(),
                csv.word(),
                csv.count(),
                csv.count(),
                csv.count(),
                csv.measure(0, Double.MAX_VALUE),
                csv.measure(0, Double.MAX_VALUE),
                csv.measure(0, 1),
                csv.measure(0, 1));
    }
}
