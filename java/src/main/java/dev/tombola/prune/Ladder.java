package dev.tombola.prune;

import dev.tombola.nn.Network;
import java.util.ArrayList;
import java.util.List;

/// How many weights are left at every level, exactly and before anything is trained (paper, section 2).
public final class Ladder {
    private final List<Pool> pools;
    private final List<int[]> levels = new ArrayList<>();

    /// The ladder of levels 0 (nothing pruned) to `levels`.
    ///
    /// @param pools as [Pool#of] makes them
    public Ladder(List<Pool> pools, int levels) {
        this.pools = List.copyOf(pools);
        int[] counts = pools.stream().mapToInt(Pool::size).toArray();
        this.levels.add(counts);
        for (int level = 1; level <= levels; level++) {
            int[] next = new int[counts.length];
            for (int i = 0; i < next.length; i++) {
                next[i] = pools.get(i).after(counts[i]);
            }
            this.levels.add(next);
            counts = next;
        }
    }

    /// The ladder of a network.
    public static Ladder of(Network network, Scope scope, Rates rates, int levels) {
        return new Ladder(Pool.of(network, scope, rates), levels);
    }

    public List<Pool> pools() {
        return pools;
    }

    /// Survivors at a level, pool by pool.
    public int[] counts(int level) {
        return levels.get(level).clone();
    }

    /// Survivors of the whole network at a level.
    public long weights(int level) {
        long sum = 0;
        for (int count : levels.get(level)) {
            sum += count;
        }
        return sum;
    }

    /// [#weights] in percent of all weights.
    public double percentLeft(int level) {
        return 100.0 * weights(level) / weights(0);
    }
}
