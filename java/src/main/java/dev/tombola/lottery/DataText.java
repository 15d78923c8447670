package dev.tombola.lottery;

import dev.tombola.data.Digits;
import dev.tombola.data.OwnData;
import dev.tombola.data.Published;
import dev.tombola.nn.Network;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The data section of recipes from text and back.
final class DataText {
    private static final int MOST = 10_000_000;

    /// Mean and deviation of the pixels of the training images over 255, by channel.
    private static final String CIFAR_10_MEAN = "0.4914,0.4822,0.4465";

    private static final String CIFAR_10_STD = "0.2470,0.2435,0.2616";

    private static final Pattern SHAPE = Pattern.compile("(\\d{1,4})x(\\d{1,4})x(\\d{1,4})");

    /// The sum of the user's own images and labels.
    static final String CONTENT = "data.content";

    /// The keys that only one kind of data has.
    private static final Map<String, List<String>> KEYS = Map.of(
            Digits.NAME, List.of("data.train", "data.test", "data.distortion", "data.grain", "data.strays"),
            OwnData.Idx.NAME,
                    List.of(
                            "data.train_images",
                            "data.train_labels",
                            "data.test_images",
                            "data.test_labels",
                            "data.classes",
                            CONTENT),
            OwnData.Cifar.NAME,
                    List.of(
                            "data.train_files",
                            "data.test_files",
                            "data.shape",
                            "data.label_bytes",
                            "data.classes",
                            CONTENT),
            OwnData.Memory.NAME, List.of(CONTENT));

    /// What describes the user's own files; `data.content` says all of it that can change a bit.
    static final Set<String> OWN = Set.of(
            "data.train_images",
            "data.train_labels",
            "data.test_images",
            "data.test_labels",
            "data.train_files",
            "data.test_files",
            "data.shape",
            "data.label_bytes",
            "data.classes");

    private DataText() {}

    /// What data of that name cannot do without, besides what any recipe needs; nothing for unknown names.
    static List<String> needed(String name) {
        return switch (name) {
            case OwnData.Idx.NAME ->
                List.of("data.train_images", "data.train_labels", "data.test_images", "data.test_labels");
            case OwnData.Cifar.NAME -> List.of("data.train_files", "data.test_files");
            case null, default -> List.of();
        };
    }

    static Recipe.Data read(Values values, Network network) {
        List<String> names = new ArrayList<>(Published.ids());
        names.addAll(List.of(Digits.NAME, OwnData.Idx.NAME, OwnData.Cifar.NAME, OwnData.Memory.NAME));
        String name = values.word("data.name", null, names);
        List<String> keys = KEYS.getOrDefault(name, List.of());
        KEYS.values()
                .forEach(others -> values.requireAbsent(
                        "data.name is " + name + ", which has no such value",
                        others.stream().filter(key -> !keys.contains(key)).toList()));
        boolean cifar10 = name.equals(Published.CIFAR_10.id());
        List<Double> mean = values.numbers("data.mean", cifar10 ? CIFAR_10_MEAN : "0", "-1000", "1000");
        List<Double> std = values.positives("data.std", cifar10 ? CIFAR_10_STD : "1", "1000");
        values.requireItems("data.mean", network.channels(), "the channels of network " + network.name());
        values.requireItems("data.std", network.channels(), "the channels of network " + network.name());
        return new Recipe.Data(
                source(name, values),
                mean,
                std,
                values.whole("data.validation", null, 1, MOST),
                values.word("data.flip", "false", List.of("false", "true")).equals("true"),
                values.whole("data.crop", "0", 0, Math.min(network.height(), network.width())));
    }

    private static Source source(String name, Values values) {
        return switch (name) {
            case Digits.NAME ->
                new Source.Drawn(
                        values.whole("data.train", "4000", 2, MOST),
                        values.whole("data.test", "2000", 1, MOST),
                        new Digits.Style(
                                values.number("data.distortion", Values.text(Digits.Style.DEMO.distortion()), "0", "3"),
                                values.number("data.grain", Values.text(Digits.Style.DEMO.grain()), "0", "2"),
                                values.whole("data.strays", Integer.toString(Digits.Style.DEMO.strays()), 0, 4)));
            case OwnData.Idx.NAME ->
                own(
                        values,
                        new OwnData.Idx(
                                values.file("data.train_images"),
                                values.file("data.train_labels"),
                                values.file("data.test_images"),
                                values.file("data.test_labels"),
                                classes(values)));
            case OwnData.Cifar.NAME -> own(values, cifarRecords(values));
            case OwnData.Memory.NAME -> own(values, new OwnData.Memory());
            default -> new Source.Named(Published.named(name));
        };
    }

    private static Source own(Values values, OwnData data) {
        return new Source.Own(data, values.sum(CONTENT));
    }

    private static int classes(Values values) {
        return values.whole("data.classes", "0", 0, OwnData.MOST_CLASSES);
    }

    private static OwnData cifarRecords(Values values) {
        List<String> train = values.files("data.train_files");
        List<String> test = values.files("data.test_files");
        String shape = values.text("data.shape", "3x32x32");
        Matcher sides = SHAPE.matcher(shape);
        if (!sides.matches()
                || List.of(1, 2, 3).stream().anyMatch(side -> side(sides, side) == 0)
                || (long) side(sides, 1) * side(sides, 2) * side(sides, 3) > MOST) {
            throw Settings.wrong("data.shape", shape, "channels, height and width of an image, as 3x32x32");
        }
        return new OwnData.Cifar(
                train,
                test,
                values.whole("data.label_bytes", "1", 1, 16),
                side(sides, 1),
                side(sides, 2),
                side(sides, 3),
                classes(values));
    }

    private static int side(Matcher sides, int which) {
        return Integer.parseInt(sides.group(which));
    }

    static Map<String, String> write(Recipe.Data data) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("data.name", data.name());
        all.put("data.mean", Values.numbers(data.mean()));
        all.put("data.std", Values.numbers(data.std()));
        all.put("data.validation", Integer.toString(data.validation()));
        all.put("data.flip", Boolean.toString(data.flip()));
        all.put("data.crop", Integer.toString(data.crop()));
        switch (data.source()) {
            case Source.Named _ -> {}
            case Source.Drawn drawn -> {
                all.put("data.train", Integer.toString(drawn.train()));
                all.put("data.test", Integer.toString(drawn.test()));
                all.put("data.distortion", Values.text(drawn.style().distortion()));
                all.put("data.grain", Values.text(drawn.style().grain()));
                all.put("data.strays", Integer.toString(drawn.style().strays()));
            }
            case Source.Own own -> write(own, all);
        }
        return all;
    }

    private static void write(Source.Own own, Map<String, String> all) {
        switch (own.data()) {
            case OwnData.Idx idx -> {
                all.put("data.train_images", idx.trainImages());
                all.put("data.train_labels", idx.trainLabels());
                all.put("data.test_images", idx.testImages());
                all.put("data.test_labels", idx.testLabels());
                all.put("data.classes", Integer.toString(idx.classes()));
            }
            case OwnData.Cifar cifar -> {
                all.put("data.train_files", Yaml.text("data.train_files", cifar.train()));
                all.put("data.test_files", Yaml.text("data.test_files", cifar.test()));
                all.put("data.shape", cifar.channels() + "x" + cifar.height() + "x" + cifar.width());
                all.put("data.label_bytes", Integer.toString(cifar.labelBytes()));
                all.put("data.classes", Integer.toString(cifar.classes()));
            }
            case OwnData.Memory _ -> {}
        }
        if (!own.content().isEmpty()) {
            all.put(CONTENT, own.content());
        }
    }
}
