package dev.tombola.lottery;

import dev.tombola.train.Point;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A training's curve as the text of its file: a header, and a row per evaluation.
final class CurveText {
    private CurveText() {}

    static String write(Job job, List<Point> curve) {
        StringBuilder text = new StringBuilder(CurveRow.header()).append('\n');
        curve.forEach(point -> text.append(CurveRow.of(job, point).toCsv()).append('\n'));
        return text.toString();
    }

    /// The points of a curve that [#write] wrote.
    ///
    /// @param file for messages
    /// @throws dev.tombola.base.UserError if a row is not as it must be
    static List<Point> read(String text, Path file) {
        List<String> lines = text.lines().toList();
        List<Point> curve = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            CurveRow row = CurveRow.parse(lines.get(i), file, i + 1);
            curve.add(
                    new Point(row.iteration(), row.trainLoss(), row.valLoss(), row.valAccuracy(), row.testAccuracy()));
        }
        return curve;
    }
}
