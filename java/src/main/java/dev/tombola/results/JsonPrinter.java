package dev.tombola.results;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.tombola.base.UserError;
import java.io.PrintWriter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// An array with an object per line; an infinity, which JSON has no number for, is a text.
final class JsonPrinter implements Printer {
    private final PrintWriter out;
    private List<String> names = List.of();
    private boolean first = true;

    JsonPrinter(PrintWriter out) {
        this.out = out;
    }

    /// A name that comes twice is refused, not changed: readers keep one of its values, and would not know another.
    @Override
    public void begin(List<String> columns) {
        Set<String> once = new HashSet<>();
        columns.stream().filter(name -> !once.add(name)).findFirst().ifPresent(name -> {
            throw new UserError(
                    "Two columns are called %s, which an object of JSON can have once; call one otherwise with AS."
                            .formatted(name));
        });
        names = columns.stream().map(JsonPrinter::quoted).toList();
        out.print("[");
    }

    @Override
    public void row(List<Object> values) {
        StringBuilder line = new StringBuilder(first ? "\n{" : ",\n{");
        first = false;
        for (int i = 0; i < values.size(); i++) {
            line.append(i == 0 ? "" : ", ").append(names.get(i)).append(": ").append(value(values.get(i)));
        }
        out.print(line.append('}'));
    }

    @Override
    public void end() {
        out.println(first ? "]" : "\n]");
        out.flush();
    }

    private static String value(Object value) {
        boolean number = value instanceof Number && !(value instanceof Double real && real.isInfinite());
        return value == null || number ? String.valueOf(value) : quoted(Printer.text(value));
    }

    private static String quoted(String text) {
        return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
