package dev.tombola.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tombola.base.UserError;
import dev.tombola.tensor.Form;
import dev.tombola.train.Point;
import dev.tombola.train.Task;
import dev.tombola.train.Trained;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowsTest {
    private static final Path LEVELS = Path.of("levels.csv");
    private static final Path CURVES = Path.of("curves.csv");
    private static final String LEVEL = "0,one_shot,0,7,56094,266200,21.072126220886553,2800,0.07,0.98,0.9831,0.999,"
            + "0.9829,1.0,61.25,3.5,377.5,dcc";

    @Test
    void columnsAreThoseThatUsersWerePromised() {
        assertThat(LevelRow.header())
                .isEqualTo("trial,control,draw,level,weights_left,weights_total,percent_left,early_stop_iteration,"
                        + "val_loss_early_stop,val_accuracy_early_stop,test_accuracy_early_stop,"
                        + "train_accuracy_early_stop,test_accuracy_end,train_accuracy_end,seconds_train,seconds_eval,"
                        + "us_per_step,forms");
        assertThat(CurveRow.header())
                .isEqualTo("trial,control,draw,level,iteration,train_loss,val_loss,val_accuracy,test_accuracy");
    }

    @Test
    void everyBitReturns() {
        LevelRow level = new LevelRow(
                3,
                "reinit",
                2,
                19,
                3957,
                266_200,
                100.0 * 3957 / 266_200,
                100,
                1.0 / 3,
                Math.nextUp(0.1),
                0.1 + 0.2,
                Double.MIN_VALUE,
                Double.NaN,
                1,
                1e7,
                1e-9,
                54.699999999999996,
                "unknown");
        assertThat(LevelRow.parse(level.toCsv(), LEVELS, 2)).isEqualTo(level);
        CurveRow curve = new CurveRow(3, "random_sparsity", 1, 19, 50_000, Double.POSITIVE_INFINITY, 1e300, 0, 2.0 / 3);
        assertThat(CurveRow.parse(curve.toCsv(), CURVES, 2)).isEqualTo(curve);
    }

    @Test
    void fieldsLandInTheirColumns() {
        LevelRow row = LevelRow.parse(LEVEL, LEVELS, 2);
        assertThat(row)
                .isEqualTo(new LevelRow(
                        0,
                        "one_shot",
                        0,
                        7,
                        56_094,
                        266_200,
                        21.072126220886553,
                        2800,
                        0.07,
                        0.98,
                        0.9831,
                        0.999,
                        0.9829,
                        1,
                        61.25,
                        3.5,
                        377.5,
                        "dcc"));
        assertThat(row.toCsv()).isEqualTo(LEVEL);
    }

    /// It was evaluated once before: its file says how, and its row counts in no mean.
    @Test
    void whatDivergedLateHasNumbersInItsFileAlone() {
        Recipe recipe = Recipe.preset("demo");
        Job job = Job.ticket(0, 0);
        Task task = new Experiment(recipe, recipe.ladder(), _ -> null, _ -> null).task(job);
        Point first = new Point(10, 2, 1.5, 0.75, 0.625);
        Trained trained = new Trained(
                List.of(first),
                first,
                task.start(),
                task.start(),
                null,
                0.5,
                Double.NaN,
                17,
                List.of(Form.DENSE),
                1,
                1,
                1);
        Provenance provenance = Provenance.of(recipe, job, task, trained);
        assertThat(provenance.facts())
                .containsEntry("early_stop_iteration", "10")
                .containsEntry("test_accuracy_early_stop", "0.625")
                .containsEntry("test_accuracy_end", "NaN")
                .containsEntry("diverged_at", "17");
        LevelRow row = provenance.row(Times.UNKNOWN);
        assertThat(row.diverged()).isTrue();
        assertThat(row.earlyStopIteration()).isZero();
        assertThat(List.of(
                        row.valLossEarlyStop(),
                        row.valAccuracyEarlyStop(),
                        row.testAccuracyEarlyStop(),
                        row.trainAccuracyEarlyStop(),
                        row.testAccuracyEnd(),
                        row.trainAccuracyEnd()))
                .containsOnly(Double.NaN);
    }

    @ParameterizedTest
    @CsvSource({
        "0, trial, -1",
        "0, trial, 1.5",
        "1, control, Ticket",
        "1, control, ''",
        "4, weights_left, NaN",
        "4, weights_left, 0",
        "4, weights_left, 266201",
        "6, percent_left, NaN",
        "6, percent_left, 0",
        "6, percent_left, 100.5",
        "7, early_stop_iteration, 99999999999",
        "8, val_loss_early_stop, -0.1",
        "8, val_loss_early_stop, 1f",
        "10, test_accuracy_early_stop, 98.31",
        "12, test_accuracy_end, ' 0.9'",
        "13, train_accuracy_end, nan",
        "16, us_per_step, 0x1p3",
        "16, us_per_step, ''",
    })
    void aWrongFieldIsNamed(int index, String column, String found) {
        String[] fields = LEVEL.split(",");
        fields[index] = found;
        assertThatThrownBy(() -> LevelRow.parse(String.join(",", fields), LEVELS, 41))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("levels.csv line 41, column " + column + ": found ")
                .hasMessageContaining(found)
                .hasMessageEndingWith("expected.");
    }

    @Test
    void aShortOrLongLineIsNamed() {
        assertThatThrownBy(() -> CurveRow.parse("0,ticket,0,0,100,0.3,0.2,0.9", CURVES, 7))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("curves.csv line 7 has 8 fields where 9 are expected");
        assertThatThrownBy(() -> CurveRow.parse("0,ticket,0,0,100,0.3,0.2,0.9,0.9,", CURVES, 7))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("has 10 fields");
        assertThatThrownBy(() -> CurveRow.parse("", CURVES, 7))
                .hasMessageStartingWith("curves.csv line 7 has 1 field where 9 are expected: trial,control,");
    }
}
