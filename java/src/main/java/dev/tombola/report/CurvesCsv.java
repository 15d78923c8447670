package dev.tombola.report;

import dev.tombola.lottery.CurveRow;
import java.nio.file.Path;
import java.util.List;

/// Reads `curves.csv`.
public final class CurvesCsv {
    private CurvesCsv() {}

    /// Every row of `file`, one per evaluation of a finished training.
    ///
    /// @throws dev.tombola.base.UserError if the header or a field is wrong, naming file, line and column
    public static List<CurveRow> read(Path file) {
        return CsvFile.read(file, CurveRow.header(), CurveRow::parse);
    }
}
