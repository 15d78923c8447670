package dev.tombola.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.tombola.base.CacheFolder;
import dev.tombola.base.UserError;
import dev.tombola.tensor.Batch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {
    @TempDir
    Path folder;

    @Test
    void platformsAreNamedBySystemAndArchitecture() {
        assertThat(NativeLibrary.platform("Linux", "amd64")).isEqualTo("linux-x86_64");
        assertThat(NativeLibrary.platform("Linux", "x86_64")).isEqualTo("linux-x86_64");
        assertThat(NativeLibrary.platform("Linux", "aarch64")).isEqualTo("linux-aarch64");
        assertThat(NativeLibrary.platform("Linux", "arm64")).isEqualTo("linux-aarch64");
        assertThatThrownBy(() -> NativeLibrary.platform("Mac OS X", "aarch64"))
                .isInstanceOf(UserError.class)
                .hasMessage("The C kernels are built for Linux on x86-64 and aarch64, not for Mac OS X on aarch64;"
                        + " --backend reference still works.");
        assertThatThrownBy(() -> NativeLibrary.platform("Linux", "riscv64")).isInstanceOf(UserError.class);
    }

    @Test
    void aBuildWithoutKernelsForThePlatformSaysSo() {
        assertThatThrownBy(() -> NativeLibrary.load("libtombola_cpu.so", "linux-vax"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("linux-vax")
                .hasMessageEndingWith("--backend reference still works.");
    }

    @Test
    void kernelsOfAnotherVersionAreRefused() {
        String platform = NativeLibrary.platform(System.getProperty("os.name"), System.getProperty("os.arch"));
        for (int spoken : new int[] {NativeLibrary.ABI_VERSION - 1, NativeLibrary.ABI_VERSION + 1}) {
            assertThatThrownBy(() -> NativeLibrary.load("libtombola_cpu.so", platform, spoken))
                    .isInstanceOf(UserError.class)
                    .hasMessage(
                            "The C kernels speak version %d of tombola.h but this program speaks %d: build both from"
                                            .formatted(NativeLibrary.ABI_VERSION, spoken)
                                    + " one source; --backend reference still works.");
        }
    }

    @Test
    void aFunctionThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> NativeLibrary.cpu().function("tombola_sing"))
                .isInstanceOf(UserError.class)
                .hasMessage("The C kernels lack the function tombola_sing; --backend reference still works.");
    }

    @Test
    void theCachedFileIsNamedByItsContentAndReused() throws IOException {
        byte[] content = {1, 2, 3};
        Path file = CacheFolder.file(folder.resolve("new"), "lib.so", content);
        assertThat(file).hasBinaryContent(content);
        FileTime old = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(file, old);
        assertThat(CacheFolder.file(folder.resolve("new"), "lib.so", content)).isEqualTo(file);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(old);
        assertThat(CacheFolder.file(folder.resolve("new"), "lib.so", new byte[] {1, 2, 4}))
                .isNotEqualTo(file);
    }

    @Test
    void aBrokenCachedFileIsWrittenAnewAndNothingElseIsLeft() throws IOException {
        byte[] content = {1, 2, 3};
        Path file = CacheFolder.file(folder, "lib.so", content);
        Files.write(file, new byte[] {1, 2});
        assertThat(CacheFolder.file(folder, "lib.so", content)).isEqualTo(file).hasBinaryContent(content);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void nothingIsCachedBelowTheWorkingFolder() {
        assertThatThrownBy(() -> CacheFolder.file(Path.of("?", ".cache"), "lib.so", new byte[] {1}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not absolute");
        assertThat(Path.of("?")).doesNotExist();
    }

    @Test
    void aSteadyCallAllocatesNothing() {
        try (Arena arena = Arena.ofConfined()) {
            Kernels kernels = NativeKernels.open(Backends.BEST);
            Batch x = Batch.allocate(arena, 1, 16);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            int calls = 20_000;
            for (int i = 0; i < calls; i++) {
                kernels.reluForward(x, x);
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < calls; i++) {
                kernels.reluForward(x, x);
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .as("bytes of %d calls", calls)
                    .isLessThan(calls);
        }
    }
}
