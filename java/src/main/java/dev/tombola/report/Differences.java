package dev.tombola.report;

import dev.tombola.lottery.Recipe;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Which settings runs differ in, and what each is called by them. How many trials, levels and controls were asked for
/// changes no result and is no setting here.
final class Differences {
    private static final String NETWORK = "network";
    private static final String SEED = "run.seed";

    /// What a network of the user's own and its data come with: their names and `data.content` say which they are.
    private static final Pattern SAID_BY_OTHERS =
            Pattern.compile("network\\.name|data\\.(train|test)_(images|labels|files)");

    private static final Pattern NUMBER = Pattern.compile("-?\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d{1,3})?");

    private final List<RunFiles> runs;
    private final List<String> keys;
    private final List<String> naming;

    Differences(List<RunFiles> runs) {
        this.runs = runs;
        keys = runs.stream()
                .flatMap(run -> run.recipe().keySet().stream())
                .map(key -> key.equals("network.name") ? NETWORK : key)
                .filter(key -> !Recipe.EXTENT.contains(key)
                        && !SAID_BY_OTHERS.matcher(key).matches())
                .distinct()
                .filter(this::differs)
                .toList();
        naming = choose();
    }

    /// Every setting that the runs differ in, as recipes have them. One that some recipes have no use for, such as a
    /// momentum, counts where the others differ in it.
    List<String> keys() {
        return keys;
    }

    /// Those of them that runs are named by: as few as tell apart what can be told apart, what is in words first.
    List<String> naming() {
        return naming;
    }

    /// Whether the runs lie in the order of one number.
    boolean ordered() {
        return naming.size() == 1 && numeric(naming.getFirst());
    }

    /// What `run` is called: `lr 0.0012`, or `optimizer sgd, lr 0.1`; empty where it differs from no other.
    String name(RunFiles run) {
        return naming.stream()
                .filter(key -> !value(run, key).isEmpty())
                .map(key -> word(key) + " " + value(run, key))
                .collect(Collectors.joining(", "));
    }

    /// Runs in the order of what they are named by: numbers by size, networks by their weights, words by the alphabet.
    Comparator<RunFiles> order() {
        Comparator<RunFiles> order = (_, _) -> 0;
        for (String key : naming) {
            if (key.equals(NETWORK)) {
                order = order.thenComparingLong(run -> run.levels().weightsTotal());
            }
            order = order.thenComparing(
                    run -> number(value(run, key)).orElse(null), Comparator.nullsFirst(Comparator.naturalOrder()));
            order = order.thenComparing(run -> value(run, key));
        }
        return order;
    }

    /// The last part of a key, as people write it: `lr`, `fc rate`, `optimizer`.
    static String word(String key) {
        if (key.startsWith("prune.rates.")) {
            return key.substring("prune.rates.".length()) + " rate";
        }
        String whole = key.endsWith(".name") ? key.substring(0, key.lastIndexOf('.')) : key;
        return whole.substring(whole.lastIndexOf('.') + 1).replace('_', ' ');
    }

    /// The settings that all runs have alike, a line each.
    String common() {
        Map<String, String> first = new TreeMap<>(runs.getFirst().recipe());
        return first.keySet().stream()
                .filter(key -> !Recipe.EXTENT.contains(key))
                .filter(key -> runs.stream()
                        .allMatch(run ->
                                run.recipe().containsKey(key) && value(run, key).equals(value(runs.getFirst(), key))))
                .map(key -> key + ": " + value(runs.getFirst(), key) + "\n")
                .collect(Collectors.joining());
    }

    /// `lr`, `optimizer and lr`, `batch, lr and seed`.
    static String words(List<String> keys) {
        List<String> words = keys.stream().map(Differences::word).toList();
        return words.size() < 2
                ? String.join("", words)
                : String.join(", ", words.subList(0, words.size() - 1)) + " and " + words.getLast();
    }

    /// What `run` has there, numbers without exponents; empty where its recipe has no use for it.
    static String value(RunFiles run, String key) {
        String value = key.equals(NETWORK)
                ? run.recipe().getOrDefault(NETWORK, run.recipe().getOrDefault("network.name", ""))
                : run.recipe().getOrDefault(key, Recipe.LEFT_OUT.getOrDefault(key, ""));
        return number(value)
                .map(number -> number.stripTrailingZeros().toPlainString())
                .orElse(value);
    }

    private List<String> choose() {
        List<String> chosen = new ArrayList<>();
        while (true) {
            int before = groups(chosen);
            Optional<String> best = keys.stream()
                    .filter(key -> groups(with(chosen, key)) > before)
                    .min(Comparator.<String, Boolean>comparing(SEED::equals)
                            .thenComparing(this::numeric)
                            .thenComparingInt(key -> -groups(with(chosen, key))));
            if (best.isEmpty()) {
                return chosen;
            }
            chosen.add(best.get());
        }
    }

    private boolean differs(String key) {
        return runs.stream()
                        .map(run -> value(run, key))
                        .filter(value -> !value.isEmpty())
                        .distinct()
                        .count()
                > 1;
    }

    private boolean numeric(String key) {
        return runs.stream()
                .map(run -> value(run, key))
                .filter(value -> !value.isEmpty())
                .allMatch(value -> number(value).isPresent());
    }

    /// How many kinds of runs there are by these settings.
    private int groups(List<String> by) {
        Set<List<String>> kinds = new LinkedHashSet<>();
        runs.forEach(run -> kinds.add(by.stream().map(key -> value(run, key)).toList()));
        return kinds.size();
    }

    private static List<String> with(List<String> keys, String key) {
        List<String> more = new ArrayList<>(keys);
        more.add(key);
        return more;
    }

    private static Optional<BigDecimal> number(String value) {
        return NUMBER.matcher(value).matches() ? Optional.of(new BigDecimal(value)) : Optional.empty();
    }
}
