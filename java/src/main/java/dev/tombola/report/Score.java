package dev.tombola.report;

import dev.tombola.lottery.CurveRow;
import dev.tombola.lottery.LevelRow;
import dev.tombola.report.Levels.Measure;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// Which images accuracy is measured on: the paper scores on test images in its main body, and on validation images
/// where it chooses settings (Appendices G to I).
public enum Score {
    TEST,
    VALIDATION;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    ToDoubleFunction<LevelRow> earlyStop() {
        return this == TEST ? Measure.TEST_EARLY_STOP : Measure.VALIDATION_EARLY_STOP;
    }

    ToDoubleFunction<CurveRow> during() {
        return this == TEST ? CurveRow::testAccuracy : CurveRow::valAccuracy;
    }
}
