package dev.tombola.lottery;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The recipes that come with the program, one per network and under its name: files `presets/*.yaml` beside this
/// class.
public final class Presets {
    private static final List<String> NAMES = List.of(
            "demo",
            "lenet-300-100",
            "conv-2",
            "conv-4",
            "conv-6",
            "conv-2-dropout",
            "conv-4-dropout",
            "conv-6-dropout",
            "resnet-18",
            "vgg-19");

    /// Read once: a sweep asks for thousands of recipes.
    private static final Map<String, Settings> READ = new ConcurrentHashMap<>();

    private Presets() {}

    public static List<String> names() {
        return NAMES;
    }

    static Settings settings(String name) {
        return READ.computeIfAbsent(name, Presets::read);
    }

    private static Settings read(String name) {
        try (InputStream in = Presets.class.getResourceAsStream("presets/" + name + ".yaml")) {
            return Settings.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), "the preset " + name);
        } catch (IOException e) {
            throw new UncheckedIOException("the preset " + name + " could not be read", e);
        }
    }
}
