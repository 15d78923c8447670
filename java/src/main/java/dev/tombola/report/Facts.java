package dev.tombola.report;

import dev.tombola.nn.Network;
import dev.tombola.nn.Networks;
import dev.tombola.nn.Role;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The page's first box: what was run, in a few words each.
final class Facts {
    private static final String FOUND = "Found here";

    private final RunFiles run;
    private final Map<String, String> recipe;
    private final SequencedMap<String, Fact> facts = new LinkedHashMap<>();

    /// @param more in smaller letters, perhaps empty
    private record Fact(String value, String more) {}

    private Facts(RunFiles run) {
        this.run = run;
        recipe = run.recipe();
    }

    static String of(RunFiles run) {
        return html(new Facts(run).all());
    }

    /// What all of `runs` have in common.
    static String common(List<RunFiles> runs) {
        SequencedMap<String, Fact> common = new Facts(runs.getFirst()).all();
        for (RunFiles run : runs) {
            SequencedMap<String, Fact> other = new Facts(run).all();
            common.keySet().retainAll(other.keySet());
            common.entrySet()
                    .removeIf(fact -> !fact.getValue()
                            .value()
                            .equals(other.get(fact.getKey()).value()));
            common.replaceAll((name, fact) -> fact.equals(other.get(name)) ? fact : new Fact(fact.value(), ""));
        }
        Fact found = common.remove(FOUND);
        if (found != null) {
            common.put("Found in each", found);
        }
        return html(common);
    }

    private SequencedMap<String, Fact> all() {
        Levels levels = run.levels();
        fact("Network", run.network(), levels.isEmpty() ? "" : Text.count(levels.weightsTotal()) + " weights");
        fact("Data", run.data(), value("", "data.validation", " for validation"));
        fact("Training", value("", "train.iterations", " iterations"), value("batch ", "train.batch", ""));
        fact("First values", value("Gaussian, std ", "train.init", ""), "");
        fact("Optimizer", value("", "train.optimizer.name", ""), joined(", ", rate()));
        String precision = recipe.getOrDefault("numerics.precision", "fp32");
        fact(
                "Precision",
                precision.equals("fp32") ? "" : precision,
                value("from ", "numerics.tf32_from", " % of the weights on"));
        fact("Pruning", scope(), joined("; ", List.of(shares(), value("", "run.levels", " levels"))));
        String back = value("to iteration ", "prune.rewind", "");
        switch (Rewinding.of(recipe)) {
            case RESET -> fact("Strategy", "reset", "to the first values");
            case LATE -> fact("Strategy", "late rewinding", back + " of level 0");
            case LEARNING_RATE -> fact("Strategy", "learning-rate rewinding", back + ", weights stay trained");
            case NONE -> fact("Strategy", "continued training", "nothing is rewound");
        }
        Asked asked = run.asked();
        String diverged = levels.diverged() > 0 ? ", " + Text.count(levels.diverged()) + " diverged" : "";
        fact(
                FOUND,
                Asked.of(levels.trials(), asked.trials(), "trial"),
                Asked.of(levels.trainings(), asked.trainings(), "training") + diverged);
        return facts;
    }

    /// The learning rate and how it moves, where it does.
    private List<String> rate() {
        List<String> parts = new ArrayList<>(List.of(value("rate ", "train.optimizer.lr", "")));
        if (!recipe.getOrDefault("train.schedule.warmup", "0").equals("0")) {
            parts.add(value("warm-up over ", "train.schedule.warmup", " iterations"));
        }
        String drops = recipe.getOrDefault("train.schedule.drops", "");
        if (!drops.isEmpty()) {
            parts.add(value("times ", "train.schedule.gamma", " after ")
                    + Stream.of(drops.split(", ")).map(Facts::number).collect(Collectors.joining(", ")));
        }
        return parts;
    }

    private String scope() {
        String scope = recipe.getOrDefault("prune.scope", "");
        return switch (scope) {
            case "layer" -> "each layer alone";
            case "global" -> "all layers pooled";
            default -> scope;
        };
    }

    /// How much of which layers a level prunes; what is never pruned, or not there, is left out.
    private String shares() {
        String shares = Stream.of("conv", "fc", "output")
                .filter(kind -> !kind.equals("conv") || convolutions())
                .filter(kind -> share(kind).signum() > 0)
                .map(kind -> share(kind).movePointRight(2).stripTrailingZeros().toPlainString() + " % of " + kind)
                .collect(Collectors.joining(", "));
        return shares.isEmpty() ? "" : shares + " a level";
    }

    private BigDecimal share(String kind) {
        return run.number("prune.rates." + kind, 0);
    }

    private boolean convolutions() {
        String layers = recipe.getOrDefault("network.layers", "");
        return layers.contains("conv")
                || layers.contains("residual")
                || Networks.all().stream()
                        .filter(network -> network.name().equals(recipe.get("network")))
                        .map(Network::prunable)
                        .anyMatch(all -> all.stream().anyMatch(parameter -> parameter.role() == Role.CONV));
    }

    private String value(String before, String name, String after) {
        String value = recipe.get(name);
        return value == null ? "" : before + number(value) + after;
    }

    private static String number(String value) {
        if (value.matches("[\\d.]+E-?\\d+")) {
            return new BigDecimal(value).stripTrailingZeros().toPlainString();
        }
        return value.matches("\\d{4,}") ? Text.whole(Double.parseDouble(value)) : value;
    }

    private static String joined(String between, List<String> parts) {
        return parts.stream().filter(part -> !part.isEmpty()).collect(Collectors.joining(between));
    }

    private void fact(String name, String value, String more) {
        if (!value.isEmpty()) {
            facts.put(name, new Fact(value, more));
        }
    }

    private static String html(SequencedMap<String, Fact> facts) {
        StringBuilder html = new StringBuilder("<dl class=\"facts\">\n");
        facts.forEach((name, fact) -> {
            html.append("<div><dt>")
                    .append(Html.escape(name))
                    .append("</dt><dd>")
                    .append(Html.escape(fact.value()));
            html.append(fact.more().isEmpty() ? "" : " <span>" + Html.escape(fact.more()) + "</span>");
            html.append("</dd></div>\n");
        });
        return html.append("</dl>\n").toString();
    }
}
