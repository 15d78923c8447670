package dev.tombola.bench;

import dev.tombola.lottery.Recipe;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// What was measured of each contender, and the table of it.
final class Comparison {
    private final Recipe recipe;
    private final Map<Contender, NavigableMap<Integer, Double>> steps = new EnumMap<>(Contender.class);
    private final Map<Contender, NavigableMap<Integer, Double>> evaluations = new EnumMap<>(Contender.class);

    Comparison(Recipe recipe) {
        this.recipe = recipe;
    }

    void step(Contender who, int level, double micros) {
        steps.computeIfAbsent(who, absent -> new TreeMap<>()).put(level, micros);
    }

    void evaluation(Contender who, int level, double millis) {
        evaluations.computeIfAbsent(who, absent -> new TreeMap<>()).put(level, millis);
    }

    double step(Contender who, int level) {
        return steps.get(who).get(level);
    }

    /// A level, named by the weights that are left.
    String named(int level) {
        double percent = recipe.ladder().percentLeft(level);
        return (percent < 10 ? "%.1f %%" : "%.0f %%").formatted(percent);
    }

    /// One line for each quantity: the times, and how many times ours the others take.
    List<String> table() {
        List<String> lines = new ArrayList<>();
        StringBuilder head = new StringBuilder("%-40s".formatted(""));
        steps.keySet().forEach(who -> head.append("%9s".formatted(who.head())));
        others().forEach(who -> head.append("%9s".formatted(who.head() + "/ours")));
        lines.add(head.toString());
        for (int level : steps.get(Contender.OURS).keySet()) {
            lines.add(row("step at " + named(level) + ", µs", at(steps, level)));
        }
        for (int level : evaluations.get(Contender.OURS).keySet()) {
            lines.add(row("evaluation at " + named(level) + ", ms", at(evaluations, level)));
        }
        Experiment experiment = new Experiment(recipe);
        Map<Contender, Double> minutes = new EnumMap<>(Contender.class);
        steps.forEach((who, micros) -> minutes.put(
                who,
                experiment.minutes(
                        micros, who == Contender.OURS ? evaluations.get(who) : experiment.everywhere(fastest(who)))));
        lines.add(
                row("levels 0 to %d, minutes (computed)".formatted(recipe.run().levels()), minutes));
        return lines;
    }

    private List<Contender> others() {
        return steps.keySet().stream().filter(who -> who != Contender.OURS).toList();
    }

    /// A contender's evaluation, the same at every level; where it has none of its own, B's.
    private double fastest(Contender who) {
        return evaluations
                .getOrDefault(who, evaluations.get(Contender.B))
                .firstEntry()
                .getValue();
    }

    /// Everybody's time at a level, or at the last level before it that was measured.
    private static Map<Contender, Double> at(Map<Contender, NavigableMap<Integer, Double>> times, int level) {
        Map<Contender, Double> row = new EnumMap<>(Contender.class);
        times.forEach((who, byLevel) -> row.put(who, byLevel.floorEntry(level).getValue()));
        return row;
    }

    private String row(String label, Map<Contender, Double> times) {
        StringBuilder line = new StringBuilder("%-40s".formatted(label));
        for (Contender who : steps.keySet()) {
            line.append("%9s".formatted(times.containsKey(who) ? short3(times.get(who)) : "–"));
        }
        for (Contender who : others()) {
            line.append("%9s"
                    .formatted(
                            times.containsKey(who)
                                    ? "%.1f×".formatted(times.get(who) / times.get(Contender.OURS))
                                    : "–"));
        }
        return line.toString();
    }

    private static String short3(double time) {
        return (time < 10 ? "%.2f" : time < 100 ? "%.1f" : "%,.0f").formatted(time);
    }
}
