package dev.tombola.bench;

import dev.tombola.nn.Initial;
import dev.tombola.nn.Masks;
import dev.tombola.nn.Network;
import dev.tombola.nn.Networks;
import dev.tombola.numeric.Purpose;
import dev.tombola.numeric.Stream;
import dev.tombola.prune.Ladder;
import dev.tombola.prune.Pruning;
import dev.tombola.prune.Rates;
import java.math.BigDecimal;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// One round of pruning: VGG-19's 20 million weights pooled, as the paper does, or ranked layer by layer. `-prof gc`
/// tells the memory: masks as bytes, copied, and the counters of the selection.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PruningBench {
    @Param("vgg-19")
    public String network;

    @Param({"GLOBAL", "LAYER"})
    public dev.tombola.prune.Scope scope;

    /// Prunings before it.
    @Param({"0", "9"})
    public int level;

    private Ladder ladder;
    private dev.tombola.nn.State trained;
    private Masks masks;

    @Setup(Level.Trial)
    public void prepare() {
        Network chosen = Networks.named(network);
        Rates rates = new Rates(new BigDecimal("0.2"), BigDecimal.ZERO, BigDecimal.ZERO);
        ladder = Ladder.of(chosen, scope, rates, level + 1);
        trained = Initial.GLOROT.values(chosen, 1, Purpose.INITIAL_VALUES, Stream.trial(0));
        masks = Masks.full(chosen);
        for (int i = 1; i <= level; i++) {
            masks = Pruning.magnitude(ladder.pools(), trained, masks, ladder.counts(i));
        }
    }

    @Benchmark
    public Masks prune() {
        return Pruning.magnitude(ladder.pools(), trained, masks, ladder.counts(level + 1));
    }
}
