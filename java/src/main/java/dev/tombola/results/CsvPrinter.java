package dev.tombola.results;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;

/// Comma-separated lines; a value that is not there is an empty field.
final class CsvPrinter implements Printer {
    private final PrintWriter out;

    CsvPrinter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void begin(List<String> columns) {
        out.println(columns.stream().map(CsvPrinter::field).collect(Collectors.joining(",")));
    }

    @Override
    public void row(List<Object> values) {
        out.println(values.stream()
                .map(value -> value == null ? "" : field(Printer.text(value)))
                .collect(Collectors.joining(",")));
    }

    @Override
    public void end() {
        out.flush();
    }

    private static String field(String text) {
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r') && !text.isEmpty();
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
