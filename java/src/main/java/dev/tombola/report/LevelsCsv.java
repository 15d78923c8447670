package dev.tombola.report;

import dev.tombola.lottery.LevelRow;
import java.nio.file.Path;
import java.util.List;

/// Reads `levels.csv`.
public final class LevelsCsv {
    private LevelsCsv() {}

    /// Every row of `file`, one per finished training.
    ///
    /// @throws dev.tombola.base.UserError if the header or a field is wrong, naming file, line and column
    public static List<LevelRow> read(Path file) {
        return CsvFile.read(file, LevelRow.header(), LevelRow::parse);
    }
}
