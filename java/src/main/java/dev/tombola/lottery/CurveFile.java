package dev.tombola.lottery;

import dev.tombola.base.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A finished training's evaluations, one a line, in order.
final class CurveFile {
    /// No line is as long.
    private static final int TAIL_BYTES = 1024;
    private static final String NO_TEXT = "%s is damaged: it is no text.";

    private final Path file;

    CurveFile(Path file) {
        this.file = file;
    }

    /// Whether it is there and begins as it must.
    boolean isThere() {
        try (Stream<String> lines = Files.exists(file) ? Files.lines(file) : Stream.empty()) {
            return lines.findFirst().filter(CurveRow.header()::equals).isPresent();
        } catch (IOException | UncheckedIOException _) {
            return false;
        }
    }

    /// Refuses a file that does not go on to the evaluation after that iteration. What is damaged before is found by
    /// [#rows].
    void requireEnd(int iteration) {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            ByteBuffer tail = ByteBuffer.allocate(TAIL_BYTES);
            channel.position(Math.max(0, channel.size() - TAIL_BYTES));
            while (channel.read(tail) > 0) {}
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(tail.flip()).toString();
            String line = text.strip().substring(text.strip().lastIndexOf('\n') + 1);
            if (!text.endsWith("\n") || !line.matches("(?:[^,]*,){4}" + iteration + ",.*")) {
                throw new UserError(
                        file + " is cut short: it does not end with the evaluation after iteration " + iteration + ".");
            }
        } catch (CharacterCodingException e) {
            throw new UserError(NO_TEXT.formatted(file), e);
        } catch (IOException e) {
            throw RunReader.unreadable(file, e);
        }
    }

    /// @throws UserError if the file is damaged
    List<CurveRow> rows() {
        List<CurveRow> rows = new ArrayList<>();
        try {
            List<String> lines = Files.readAllLines(file);
            for (int i = 1; i < lines.size(); i++) {
                rows.add(CurveRow.parse(lines.get(i), file, i + 1));
            }
        } catch (CharacterCodingException e) {
            throw new UserError(NO_TEXT.formatted(file) + " " + RunReader.REMEDY, e);
        } catch (UserError e) {
            throw new UserError(e.getMessage() + " " + RunReader.REMEDY, e);
        } catch (IOException e) {
            throw RunReader.unreadable(file, e);
        }
        return rows;
    }
}
