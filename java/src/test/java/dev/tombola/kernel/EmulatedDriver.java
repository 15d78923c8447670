package dev.tombola.kernel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;

/// What stands in for NVIDIA's driver (native/test/emulated) in processes of their own.
///
/// @param classes first on such a process's class path
/// @param libraries where its loader finds the driver
public record EmulatedDriver(Path classes, Path libraries) {
    /// Skips the test where none was built.
    public static EmulatedDriver find() {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "JCuda has no library for this processor");
        URL found = EmulatedDriver.class.getResource("/emulated-driver/lib/libcuda.so.1");
        assumeTrue(
                found != null, "no emulated driver was built: cmake --build java/target/native, with a C++ compiler");
        try {
            Path libraries = Path.of(found.toURI()).getParent();
            return new EmulatedDriver(libraries.resolveSibling("classes"), libraries);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
