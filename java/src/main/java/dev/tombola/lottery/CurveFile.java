package dev.tombola.lottery;

import dev.tombola.base.Reason;
import dev.tombola.base.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A finished training's evaluations, one a line, in order.
final class CurveFile {
    /// No line is as long.
    private static final int TAIL_BYTES = 1024;
    private static final String NO_TEXT = "%s is damaged: it is no text.";

    private final Path file;

    CurveFile(Path file) {
        this.file = file;
    }

    /// What cannot be looked at is there.
    boolean isThere() {
        return !Files.notExists(file);
    }

    /// Refuses a file that does not begin as it must.
    void requireBegin() {
        byte[] header = (CurveRow.header() + "\n").getBytes(StandardCharsets.UTF_8);
        try (InputStream in = Files.newInputStream(file)) {
            if (!Arrays.equals(in.readNBytes(header.length), header)) {
                throw new UserError(file + " is damaged: it does not begin with " + CurveRow.header() + ".");
            }
        } catch (IOException e) {
            throw new UserError(file + " could not be read: " + Reason.of(e, file) + ".", e);
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
