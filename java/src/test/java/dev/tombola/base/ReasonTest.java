package dev.tombola.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReasonTest {
    @Test
    void somethingIsAlwaysSaid() {
        assertThat(Reason.of(new ClosedByInterruptException())).isEqualTo("the thread was interrupted");
        assertThat(Reason.of(new ClosedChannelException())).isEqualTo("ClosedChannelException");
        assertThat(Reason.of(new IOException("the disk is full"))).isEqualTo("the disk is full");
        assertThat(Reason.of(new NoSuchFileException("a"))).isEqualTo("a: it is not there");
        assertThat(Reason.of(new NoSuchFileException("a"), Path.of("a"))).isEqualTo("it is not there");
    }
}
