package dev.tombola.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReasonTest {
    @Test
    void somethingIsAlwaysSaid() {
        assertThat(Reason.of(new ClosedByInterruptException())).isEqualTo("the thread was interrupted");
        assertThat(Reason.of(new ClosedChannelException())).isEqualTo("ClosedChannelException");
        assertThat(Reason.of(new IOException("the disk is full"))).isEqualTo("the disk is full");
        assertThat(Reason.of(new NoSuchFileException("a"))).isEqualTo("a: it is not there");
        assertThat(Reason.of(new NoSuchFileException("a"), Path.of("a"))).isEqualTo("it is not there");
    }

    /// Streams of a folder's entries throw them.
    @Test
    void javasOwnUncheckedExceptionsSayWhatIsWrong() {
        IOException cause = new FileSystemException("runs", null, "Stale file handle");
        assertThat(Reason.said(new UncheckedIOException(cause))).isEqualTo("could not read runs: Stale file handle");
        assertThat(Reason.said(new UncheckedIOException("the folder is gone", cause)))
                .isEqualTo("the folder is gone");
        assertThat(Reason.said(new IllegalStateException())).isEqualTo("java.lang.IllegalStateException");
        assertThat(Reason.clause(new UserError("No. 7 is missing."))).isEqualTo("No. 7 is missing");
    }

    @Test
    void aLinkThatLeadsNowhereIsNothingThatIsThere(@TempDir Path temp) throws IOException {
        Path file = Files.createFile(temp.resolve("file"));
        Path link = Files.createSymbolicLink(temp.resolve("link"), temp.resolve("nowhere"));
        assertThatThrownBy(() -> Files.createDirectories(file))
                .isInstanceOfSatisfying(
                        IOException.class, e -> assertThat(Reason.of(e, file)).isEqualTo("it is there already"));
        assertThatThrownBy(() -> Files.createDirectories(link.resolve("folder")))
                .isInstanceOfSatisfying(
                        IOException.class,
                        e -> assertThat(Reason.of(e)).isEqualTo(link + ": it is a link to what is not there"));
    }
}
