package dev.tombola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.lottery.Recipe;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// What the README says is so, and the links of all documents lead somewhere.
class ReadmeTest {
    private static final Path ROOT = Path.of("..");
    private static final List<String> DOCUMENTS = List.of(
            "README.md",
            "native/README.md",
            "java/README.md",
            "bench/RESULTS.md",
            "bench/CONVOLUTIONS.md",
            "bench/GPU.md",
            "bench/EXPERIMENTS.md",
            "bench/SCALING.md");
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern RECIPE = Pattern.compile("```yaml\n(network:.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#)([^)#]+)");

    private static String readme() throws IOException {
        return Files.readString(ROOT.resolve("README.md"));
    }

    @Test
    void itsJavaCompiles(@TempDir Path temp) throws IOException {
        List<String> snippets =
                JAVA.matcher(readme()).results().map(found -> found.group(1)).toList();
        assertThat(snippets).isNotEmpty();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        for (String snippet : snippets) {
            StringWriter messages = new StringWriter();
            boolean compiled = compiler.getTask(
                            messages,
                            null,
                            null,
                            List.of(
                                    "-Xlint:all",
                                    "-Werror",
                                    "-proc:none",
                                    "-d",
                                    temp.toString(),
                                    "-cp",
                                    System.getProperty("java.class.path")),
                            null,
                            List.of(
                                    new SimpleJavaFileObject(
                                            URI.create("string:///FindTickets.java"),
                                            SimpleJavaFileObject.Kind.SOURCE) {
                                        @Override
                                        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                                            return snippet;
                                        }
                                    }))
                    .call();
            assertThat(compiled).as(messages.toString()).isTrue();
        }
    }

    @Test
    void itsRecipeIsWhole() throws IOException {
        List<String> recipes =
                RECIPE.matcher(readme()).results().map(found -> found.group(1)).toList();
        assertThat(recipes)
                .isNotEmpty()
                .allSatisfy(recipe -> assertThat(Recipe.parse(recipe)).isNotNull());
    }

    @Test
    void itNamesEveryCommand() throws IOException {
        String readme = readme();
        for (String command : new CommandLine(Main.class).getSubcommands().keySet()) {
            assertThat(readme).contains("tombola " + command);
        }
    }

    @Test
    void linksLeadSomewhere() throws IOException {
        for (String name : DOCUMENTS) {
            Path document = ROOT.resolve(name);
            List<String> links = LINK.matcher(Files.readString(document))
                    .results()
                    .map((MatchResult found) -> found.group(1))
                    .toList();
            assertThat(links).as(name).isNotEmpty();
            assertThat(links)
                    .allSatisfy(link ->
                            assertThat(document.resolveSibling(link)).as(name).exists());
        }
    }
}
