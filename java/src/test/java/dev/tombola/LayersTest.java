package dev.tombola;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Packages import strictly downward. The table is the rule; the compiled classes are what is measured against it.
final class LayersTest {
    private static final Map<String, Integer> FLOOR = Map.ofEntries(
            Map.entry("base", 0),
            Map.entry("numeric", 1),
            Map.entry("tensor", 2),
            Map.entry("kernel", 3),
            Map.entry("nn", 4),
            Map.entry("optim", 4),
            Map.entry("data", 4),
            Map.entry("train", 5),
            Map.entry("prune", 5),
            Map.entry("scheduler", 6),
            Map.entry("lottery", 7),
            Map.entry("report", 8),
            Map.entry("results", 8),
            Map.entry("spark", 8),
            Map.entry("sweep", 9),
            Map.entry("cli", 10));

    /// `kernel.reference` lies inside `kernel` and counts as a part of it.
    private static final Pattern MENTION = Pattern.compile("dev/tombola/(?:([a-z]+)/(?:[a-z]+/)*)?[A-Z]\\w*");

    private record Use(String from, String to) {
        /// A package sees itself and the floors below its own, never a neighbour on the same floor. One that is not in
        /// the table may neither see nor be seen.
        boolean allowed() {
            Integer mine = FLOOR.get(packageOf(from));
            Integer theirs = FLOOR.get(packageOf(to));
            return mine != null
                    && theirs != null
                    && (theirs < mine || packageOf(from).equals(packageOf(to)));
        }

        @Override
        public String toString() {
            return from + " -> " + to;
        }
    }

    @Test
    void classesReferToLowerFloorsOnly() throws IOException {
        Path classes = Path.of("target", "classes");
        List<Path> files;
        try (Stream<Path> walk = Files.walk(classes.resolve("dev/tombola"))) {
            files = walk.filter(path -> path.toString().endsWith(".class")).toList();
        }
        assertThat(files).as("compiled classes in " + classes.toAbsolutePath()).hasSizeGreaterThan(20);

        Set<String> upward = new TreeSet<>();
        for (Path file : files) {
            uses(Files.readAllBytes(file)).filter(use -> !use.allowed()).forEach(use -> upward.add(use.toString()));
        }
        assertThat(upward).as("references that do not go downward").isEmpty();
    }

    @Test
    void theRuleCanFail() {
        assertThat(new Use("dev/tombola/tensor/Span", "dev/tombola/kernel/Kernels").allowed())
                .isFalse();
        assertThat(new Use("dev/tombola/nn/Linear", "dev/tombola/optim/Adam").allowed())
                .isFalse();
        assertThat(new Use("dev/tombola/cli/Main", "dev/tombola/unlisted/Thing").allowed())
                .isFalse();
        assertThat(new Use("dev/tombola/unlisted/Thing", "dev/tombola/numeric/Philox").allowed())
                .isFalse();
        assertThat(new Use("dev/tombola/kernel/reference/Loops", "dev/tombola/kernel/Kernels").allowed())
                .isTrue();
    }

    @Test
    void referencesAreFoundInCompiledClasses() throws IOException {
        try (var self = LayersTest.class.getResourceAsStream("LayersTest.class")) {
            assertThat(uses(self.readAllBytes()).map(Use::to))
                    .contains("dev/tombola/LayersTest", "dev/tombola/kernel/Kernels");
        }
    }

    /// Every class of ours that the constant pool mentions, in a name, a descriptor or a signature.
    private static Stream<Use> uses(byte[] bytes) {
        var model = ClassFile.of().parse(bytes);
        String from = model.thisClass().asInternalName();
        Set<String> mentioned = new TreeSet<>();
        for (var entry : model.constantPool()) {
            if (entry instanceof Utf8Entry text) {
                Matcher matcher = MENTION.matcher(text.stringValue());
                while (matcher.find()) {
                    mentioned.add(matcher.group());
                }
            }
        }
        return mentioned.stream().map(to -> new Use(from, to));
    }

    private static String packageOf(String name) {
        Matcher matcher = MENTION.matcher(name);
        return matcher.find() && matcher.group(1) != null ? matcher.group(1) : "";
    }
}
