package dev.tombola.lottery;

import dev.tombola.base.UserError;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The dotted names of everything that a recipe can say.
final class Keys {
    static final List<String> ALL = List.of(
            "network",
            "network.name",
            "network.input",
            "network.layers",
            "data.name",
            "data.mean",
            "data.std",
            "data.validation",
            "data.flip",
            "data.crop",
            "data.train",
            "data.test",
            "data.distortion",
            "data.grain",
            "data.strays",
            "data.train_images",
            "data.train_labels",
            "data.test_images",
            "data.test_labels",
            "data.train_files",
            "data.test_files",
            "data.shape",
            "data.label_bytes",
            "data.classes",
            "data.content",
            "train.iterations",
            "train.batch",
            "train.evaluate_every",
            "train.init",
            "train.optimizer.name",
            "train.optimizer.lr",
            "train.optimizer.beta1",
            "train.optimizer.beta2",
            "train.optimizer.epsilon",
            "train.optimizer.momentum",
            "train.optimizer.weight_decay",
            "train.schedule.warmup",
            "train.schedule.drops",
            "train.schedule.gamma",
            "prune.scope",
            "prune.rates.conv",
            "prune.rates.fc",
            "prune.rates.output",
            "prune.strategy",
            "prune.rewind",
            "prune.rewind_lr",
            "run.seed",
            "run.trials",
            "run.levels",
            "run.controls",
            "run.draws",
            "numerics.order",
            "numerics.precision",
            "numerics.tf32_from");

    /// Those whose value is a list.
    static final Set<String> LISTS =
            Set.of("network.layers", "train.schedule.drops", "run.controls", "data.train_files", "data.test_files");

    /// Those that are a list where there is more than one item.
    static final Set<String> NUMBERS = Set.of("data.mean", "data.std");

    /// Those of names that may hold any character.
    static final Set<String> NAMES = Set.of(
            "network.name",
            "data.train_images",
            "data.train_labels",
            "data.test_images",
            "data.test_labels",
            "data.train_files",
            "data.test_files");

    private Keys() {}

    static void requireKnown(String key) {
        if (ALL.contains(key)) {
            return;
        }
        List<String> inside =
                ALL.stream().filter(known -> known.startsWith(key + ".")).toList();
        if (!inside.isEmpty()) {
            throw new UserError(key + " takes no value of its own; its keys are " + String.join(", ", inside) + ".");
        }
        throw new UserError("There is no key " + key + " in a recipe; " + advice(key, ALL) + ".");
    }

    static void requireSection(String section) {
        if (ALL.contains(section) && ALL.stream().noneMatch(known -> known.startsWith(section + "."))) {
            throw new UserError(section + " takes one value, not keys of its own.");
        }
        if (ALL.stream().noneMatch(known -> known.startsWith(section + "."))) {
            List<String> sections =
                    ALL.stream().flatMap(Keys::around).distinct().toList();
            throw new UserError("There is no section " + section + " in a recipe; " + advice(section, sections) + ".");
        }
    }

    /// The sections that a key lies in.
    private static Stream<String> around(String key) {
        return IntStream.range(0, key.length())
                .filter(i -> key.charAt(i) == '.')
                .mapToObj(dot -> key.substring(0, dot));
    }

    /// The known name with the fewest edits, in full or in its last part, if it is so near that it may be meant: half
    /// of the last part may be wrong.
    private static String advice(String name, List<String> known) {
        String nearest = known.stream()
                .min(Comparator.comparingInt((String one) -> distance(name, one))
                        .thenComparingInt(one -> edits(name, one))
                        .thenComparingInt(known::indexOf))
                .orElseThrow();
        return distance(name, nearest) <= (last(name).length() + 1) / 2
                ? "the nearest is " + nearest
                : "tombola networks lists those that there are";
    }

    private static int distance(String name, String known) {
        return Math.min(edits(name, known), edits(last(name), last(known)) * 2 + 1);
    }

    private static String last(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }

    /// Levenshtein's distance.
    private static int edits(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int swap = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(swap, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
