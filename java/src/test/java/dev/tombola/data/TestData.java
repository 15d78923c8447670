package dev.tombola.data;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.tombola.base.UserError;
import java.nio.file.Files;
import java.nio.file.Path;

/// Real data for tests: where the program looks itself, else `../shared/data` beside the project.
public final class TestData {
    private TestData() {}

    /// The folder with MNIST's files; the test is skipped, and says why, where there is none.
    public static Path mnist() {
        for (String shared : new String[] {"../shared/data", "../../shared/data"}) {
            if (Files.isDirectory(Path.of(shared, Mnist.NAME))) {
                return DataFolder.mnist(Path.of(shared));
            }
        }
        try {
            return DataFolder.mnist(null);
        } catch (UserError e) {
            return abort("SKIPPED, needs MNIST: " + e.getMessage());
        }
    }
}
