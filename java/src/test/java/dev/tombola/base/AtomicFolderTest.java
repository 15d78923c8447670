package dev.tombola.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFolderTest {
    @TempDir
    private Path temp;

    @Test
    void aFolderIsReplacedWhole() {
        Path folder = temp.resolve("a/folder");
        AtomicFolder.write(folder, into -> {
            assertThat(folder).doesNotExist();
            AtomicFile.write(into.resolve("old/file"), "old");
        });
        assertThat(folder.resolve("old/file")).hasContent("old");
        AtomicFolder.write(folder, into -> {
            assertThat(folder.resolve("old/file")).exists();
            AtomicFile.write(into.resolve("new"), "new");
        });
        assertThat(folder).isDirectoryContaining("glob:**/new").isDirectoryNotContaining("glob:**/old");
        assertThat(folder.getParent()).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void pathsAndLinksMayLeadThereInOtherWords() throws IOException {
        Path folder = temp.resolve("folder");
        AtomicFolder.write(temp.resolve("other/../folder/."), into -> AtomicFile.write(into.resolve("first"), "1"));
        AtomicFolder.write(folder.resolve("."), into -> AtomicFile.write(into.resolve("second"), "2"));
        assertThat(folder).isDirectoryContaining("glob:**/second").isDirectoryNotContaining("glob:**/first");
        Path link = Files.createSymbolicLink(temp.resolve("link"), folder);
        AtomicFolder.write(link, into -> AtomicFile.write(into.resolve("third"), "3"));
        assertThat(link).isSymbolicLink();
        assertThat(folder).isDirectoryContaining("glob:**/third").isDirectoryNotContaining("glob:**/second");
        assertThat(temp).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void whatOthersCallUnfinishedStays() {
        AtomicFile.write(temp.resolve("folder.tmp/file"), "theirs");
        AtomicFolder.write(temp.resolve("folder"), into -> AtomicFile.write(into.resolve("file"), "ours"));
        assertThat(temp.resolve("folder.tmp/file")).hasContent("theirs");
    }

    @Test
    void whatFailsLeavesWhatWasThere() throws IOException {
        Path folder = Files.createDirectories(temp.resolve("folder"));
        Files.writeString(folder.resolve("file"), "old");
        assertThatThrownBy(() -> AtomicFolder.write(folder, into -> {
                    AtomicFile.write(into.resolve("file"), "new");
                    throw new UserError("no");
                }))
                .isInstanceOf(UserError.class);
        assertThat(folder.resolve("file")).hasContent("old");
        assertThat(temp).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void whatCannotBeWrittenSaysWhy() {
        Path folder = temp.resolve("folder");
        assertThatThrownBy(() -> AtomicFolder.write(folder, into -> delete(into)))
                .hasMessageStartingWith("could not write " + folder + ": ")
                .hasMessageEndingWith(": it is not there");
    }

    private static void delete(Path folder) {
        assertThat(folder.toFile().delete()).isTrue();
    }
}
