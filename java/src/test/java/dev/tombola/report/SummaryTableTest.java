package dev.tombola.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.lottery.LevelRow;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTableTest {
    @Test
    void columnsAreAlignedAndMissingValuesAreDashes() {
        assertThat(SummaryTable.of(
                        List.of(
                                row(0, "ticket", 0, 266_200, 5500, 0.98, 1130),
                                row(1, "ticket", 0, 266_200, 5700, 0.99, 1150),
                                row(0, "ticket", 1, 213_060, 900, 0.9812, 54.66),
                                row(0, "reinit", 1, 213_060, 900, 0.9, 99),
                                row(1, "ticket", 1, 213_060, 900, Double.NaN, 54.66),
                                row(0, "reinit", 2, 170_538, 900, Double.NaN, 99)),
                        6000))
                .isEqualTo("""
                        level  % left  weights  ticket %  reinit %  early stop  µs/step  form
                            0  100.00  266,200     98.50         –       5,600    1,140   ddd
                            1   80.04  213,060     98.12     90.00         900     54.7   dcc
                            2   64.06  170,538         –         –           –        –   dcc
                        2 of 6 trainings diverged and count in no mean: at levels 1, 2.
                        Means are over 1 to 2 trials.
                        """);
    }

    @Test
    void aStepTakesTheMedianOfItsTrialsAndWhatDivergedIsNone() {
        assertThat(SummaryTable.of(
                        List.of(
                                row(0, "ticket", 0, 266_200, 5500, 0.98, 100),
                                row(1, "ticket", 0, 266_200, 5500, 0.98, 900),
                                row(2, "ticket", 0, 266_200, 5500, 0.98, 200),
                                row(0, "ticket", 1, 213_060, 900, Double.NaN, 50),
                                row(1, "ticket", 1, 213_060, 900, 0.98, 60),
                                row(2, "ticket", 1, 213_060, 900, 0.98, 70)),
                        6000))
                .contains("  5,500      200   ddd\n")
                .endsWith("Means are over 2 to 3 trials.\n");
    }

    @Test
    void nothingFinishedIsSaid() {
        assertThat(SummaryTable.of(List.of(), 6000)).isEqualTo("No training has finished yet.\n");
    }

    @Test
    void anEarlyStopThatWouldLieLaterIsMarked() {
        assertThat(SummaryTable.of(
                        List.of(
                                row(0, "ticket", 0, 266_200, 5500, 0.98, 1130),
                                row(0, "ticket", 1, 213_060, 5700, 0.98, 54.66),
                                row(1, "ticket", 1, 213_060, 6000, 0.98, 54.66)),
                        6000))
                .isEqualTo("""
                        level  % left  weights  ticket %  early stop  µs/step  form
                            0  100.00  266,200     98.00       5,500    1,130   ddd
                            1   80.04  213,060     98.00     ≥ 5,850     54.7   dcc
                        ≥: validation loss of some trainings was lowest at their very end, so the true early stop lies later.
                        Means are over 1 to 2 trials.
                        """);
    }

    @Test
    void theFormsAreTheTicketsAndNothingIsSaidWhereAllIsThere() {
        LevelRow ticket = row(0, "ticket", 1, 213_060, 900, 0.98, 54.66);
        LevelRow reinit = SampleRun.ran(row(0, "reinit", 1, 213_060, 6000, 0.9, 99), 99, "ddc");
        List<LevelRow> rows = List.of(reinit, row(0, "ticket", 0, 266_200, 5500, 0.98, 1130), ticket);
        assertThat(SummaryTable.of(rows, 6000)).isEqualTo("""
                        level  % left  weights  ticket %  reinit %  early stop  µs/step  form
                            0  100.00  266,200     98.00         –       5,500    1,130   ddd
                            1   80.04  213,060     98.00     90.00         900     54.7   dcc
                        """);
    }

    @Test
    void oneBoundIsExplainedWhateverComesAfterIt() {
        assertThat(SummaryTable.of(
                        List.of(
                                row(0, "ticket", 0, 266_200, 6000, 0.98, 1130),
                                row(0, "ticket", 1, 213_060, 5999, 0.98, 54.66)),
                        6000))
                .contains("  98.00     ≥ 6,000  ")
                .contains("  98.00       5,999  ")
                .endsWith("so the true early stop lies later.\n");
    }

    @Test
    void aLevelWhereSeveralDivergedIsNamedOnce() {
        assertThat(SummaryTable.of(
                        List.of(
                                row(0, "ticket", 0, 266_200, 5500, 0.98, 1130),
                                row(1, "ticket", 0, 266_200, 5500, Double.NaN, 1130),
                                row(2, "ticket", 0, 266_200, 5500, Double.NaN, 1130)),
                        6000))
                .endsWith("2 of 3 trainings diverged and count in no mean: at level 0.\n");
    }

    private static LevelRow row(
            int trial, String control, int level, long left, int stop, double accuracy, double step) {
        int draw = control.equals("ticket") ? 0 : 1;
        double percent = 100.0 * left / 266_200;
        return new LevelRow(
                trial,
                control,
                draw,
                level,
                left,
                266_200,
                percent,
                stop,
                0.1,
                0.9,
                accuracy,
                1,
                accuracy,
                1,
                1,
                1,
                step,
                level == 0 ? "ddd" : "dcc");
    }
}
