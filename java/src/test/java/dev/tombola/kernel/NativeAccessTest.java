package dev.tombola.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tombola.base.UserError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// What is said in a JVM that may call no C.
class NativeAccessTest {
    /// Says what it finds.
    public static void main(String[] args) {
        System.out.println(Backends.gpu());
        Backends.instructionSets().forEach(isa -> System.out.println(isa.reason()));
        try {
            Backends.open("auto", Backends.BEST);
        } catch (UserError e) {
            System.out.println(e.getMessage());
        }
        System.out.println(Backends.open("reference", Backends.BEST).reason());
    }

    @Test
    void whyIsSaidAndPlainJavaWorks() throws IOException {
        Process denied = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "--illegal-native-access=deny",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NativeAccessTest.class.getName())
                .redirectErrorStream(true)
                .start();
        String why = "This JVM may call nothing outside Java (--illegal-native-access=deny): start it with"
                + " --enable-native-access=ALL-UNNAMED, or use the backend reference";
        String said = new String(denied.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said.lines())
                .startsWith("no GPU, for " + why)
                .endsWith("Backend reference: asked for by name; plain Java.")
                .filteredOn(line -> line.equals(why + "."))
                .hasSize(InstructionSet.NAMES.size() + 1);
    }
}
