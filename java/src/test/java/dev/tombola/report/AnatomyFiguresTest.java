package dev.tombola.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.lottery.Lottery;
import dev.tombola.lottery.LotteryListener;
import dev.tombola.lottery.Options;
import dev.tombola.lottery.Recipe;
import dev.tombola.nn.Weighted;
import dev.tombola.tensor.Mask;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a figure's curves are drawn of.
class AnatomyFiguresTest {
    @TempDir
    private Path run;

    /// Those of the ticket move by 5 to 6 here, and the others by 1 to 2.
    @Test
    void movementInsideATicketAndOutsideAreDrawnByTheirNames() {
        Recipe recipe = Recipe.parse("""
                network: {name: mine, input: 1x14x14, layers: [linear 8, relu, output 10]}
                data: {name: synthetic-digits, train: 100, test: 50, validation: 50}
                train: {iterations: 10, batch: 20, evaluate_every: 10, optimizer: {name: sgd, lr: 0.05}}
                prune: {rates: {fc: 0.4, output: 0.2}}
                run: {seed: 3, trials: 1, levels: 1, controls: [ticket]}
                """);
        Lottery.run(recipe, Options.defaults().withOut(run), LotteryListener.SILENT);
        Specimens specimens = Specimens.of(run, List.of(), List.of("fc1"));
        Weighted fc1 = specimens.layers().getFirst();
        int weights = fc1.weight().count();
        float[] end = new float[weights];
        byte[] alive = new byte[weights];
        for (int i = 0; i < weights; i++) {
            alive[i] = (byte) (i % 2);
            end[i] = 1 + 4 * alive[i] + (float) i / weights;
        }
        LayerAnatomy layer = new LayerAnatomy(fc1);
        layer.addDense(new float[weights], end, Mask.of(alive));
        layer.addConnections(1, Mask.of(alive));
        List<Chart> charts = new AnatomyFigures(RunFiles.read(run), specimens, List.of(layer)).all();
        assertThat(charts)
                .extracting(Chart::name)
                .startsWith(AnatomyFigures.DISTANCE, AnatomyFigures.GROWTH)
                .doesNotContain(AnatomyFigures.INITIAL);
        for (Chart chart : charts.subList(0, 2)) {
            for (Chart.Line line : chart.panels().getFirst().lines()) {
                double from = line.label().startsWith("in the ticket of ") ? 5 : 1;
                assertThat(peak(line)).as(line.label()).isBetween(from, from + 1);
            }
        }
    }

    private static double peak(Chart.Line line) {
        return line.points().stream()
                .max(Comparator.comparingDouble(Chart.Point::y))
                .orElseThrow()
                .x();
    }
}
