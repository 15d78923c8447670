package dev.tombola.results;

import java.io.PrintWriter;

/// How rows are printed.
public enum Format {
    /// For people: columns side by side.
    TABLE,
    /// For spreadsheets: commas, and quotes where they are needed (RFC 4180).
    CSV,
    /// An array of objects, one on a line.
    JSON;

    Printer to(PrintWriter out) {
        return switch (this) {
            case TABLE -> new LowerBounds(new TablePrinter(out), out);
            case CSV -> new CsvPrinter(out);
            case JSON -> new JsonPrinter(out);
        };
    }
}
