package dev.tombola.results;

import java.util.HexFormat;
import java.util.List;

/// Prints rows as they come. A value is null, a number, a text, or bytes.
interface Printer {
    void begin(List<String> columns);

    void row(List<Object> values);

    void end();

    /// A value that is there, in full.
    static String text(Object value) {
        return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : value.toString();
    }
}
