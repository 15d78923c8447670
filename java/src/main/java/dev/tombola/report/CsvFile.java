package dev.tombola.report;

import dev.tombola.base.Reason;
import dev.tombola.base.UserError;
import dev.tombola.lottery.RunReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads a comma-separated file whose header is known.
final class CsvFile {
    private CsvFile() {}

    /// Makes a row of one line; the arguments are those of `LevelRow.parse`.
    interface Parser<T> {
        T parse(String line, Path file, int lineNumber);
    }

    /// Every row of `file` in the file's order.
    ///
    /// @throws UserError if the header is another or a line is wrong, naming the place and what helps
    static <T> List<T> read(Path file, String header, Parser<T> parser) {
        try {
            return rows(file, header, parser);
        } catch (UserError e) {
            throw RunReader.damagedFile(file, e);
        }
    }

    private static <T> List<T> rows(Path file, String header, Parser<T> parser) {
        List<T> rows = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            String first = reader.readLine();
            if (!header.equals(first)) {
                throw new UserError(file + " line 1 is " + (first == null ? "missing" : "'" + first + "'")
                        + " where the header '" + header + "' is expected.");
            }
            String line;
            for (int number = 2; (line = reader.readLine()) != null; number++) {
                rows.add(parser.parse(line, file, number));
            }
        } catch (CharacterCodingException _) {
            throw new UserError(file + " is not text in UTF-8.");
        } catch (IOException e) {
            throw new UncheckedIOException("could not read " + file + ": " + Reason.of(e, file), e);
        }
        return rows;
    }
}
