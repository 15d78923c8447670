package dev.tombola.lottery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What two runs of one recipe, or two folders of them, must have in common: every file but the lock, the machine, the
/// times and the database; `levels.csv` without its three columns of times and the one of forms.
public final class FolderBytes {
    private static final int TIME_COLUMNS = 4;
    private static final Set<String> OWN = Set.of(".lock", "machine.json");

    private FolderBytes() {}

    /// A hash of the content by relative name.
    public static SortedMap<String, Integer> of(Path folder) {
        SortedMap<String, Integer> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                if (!OWN.contains(name) && !name.startsWith("results.db") && !name.endsWith(".time.csv")) {
                    content.put(folder.relativize(file).toString(), Arrays.hashCode(bytes(file)));
                }
            }
            return content;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        if (!file.getFileName().toString().equals("levels.csv")) {
            return Files.readAllBytes(file);
        }
        return Files.readAllLines(file).stream()
                .map(line -> line.split(","))
                .map(fields -> String.join(",", Arrays.copyOf(fields, fields.length - TIME_COLUMNS)))
                .collect(Collectors.joining("\n"))
                .getBytes(StandardCharsets.UTF_8);
    }
}
