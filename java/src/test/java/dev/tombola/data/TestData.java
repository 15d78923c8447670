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
        return folder(Published.MNIST);
    }

    /// The folder with CIFAR-10's files; the test is skipped, and says why, where there is none.
    public static Path cifar10() {
        return folder(Published.CIFAR_10);
    }

    private static Path folder(Published set) {
        for (String shared : new String[] {"../shared/data", "../../shared/data"}) {
            if (Files.isDirectory(Path.of(shared, set.id()))) {
                return set.folder(Path.of(shared));
            }
        }
        try {
            return set.folder(null);
        } catch (UserError e) {
            return abort("SKIPPED, needs " + set.label() + ": " + e.getMessage());
        }
    }
}
