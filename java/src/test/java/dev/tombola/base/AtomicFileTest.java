package dev.tombola.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    private Path temp;

    @Test
    void aFileIsReplacedWhole() {
        Path file = temp.resolve("a/file");
        AtomicFile.write(file, "old");
        AtomicFile.write(file, out -> {
            out.write('n');
            out.flush();
            assertThat(file).hasContent("old");
            out.write('w');
        });
        assertThat(file).hasContent("nw");
        assertThat(file.getParent()).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void whatCannotBeWrittenLeavesTheOldFileAndNoOther() {
        Path file = temp.resolve("file");
        AtomicFile.write(file, "old");
        assertThatThrownBy(() -> AtomicFile.write(file, out -> {
                    out.write('n');
                    throw new IOException("no space left on device");
                }))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("could not write " + file + ": no space left on device");
        assertThatThrownBy(() -> AtomicFile.write(file, _ -> {
                    throw new UserError("what it is made of is damaged");
                }))
                .isInstanceOf(UserError.class);
        assertThat(file).hasContent("old");
        assertThat(temp).isDirectoryNotContaining("glob:**.tmp");
    }
}
