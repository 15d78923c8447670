package dev.tombola.results;

import dev.tombola.lottery.EarlyStop;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/// Marks early stops in a table that are lower bounds: a column called `≥ x` is not shown, but puts ≥ before the value
/// of column `x` where it is 1. A line below the table says why.
final class LowerBounds implements Printer {
    /// A number that the true one is not below.
    record Bound(Object number) {}

    private final Printer table;
    private final PrintWriter out;
    private List<String> names = List.of();
    private boolean found;

    LowerBounds(Printer table, PrintWriter out) {
        this.table = table;
        this.out = out;
    }

    @Override
    public void begin(List<String> columns) {
        names = List.copyOf(columns);
        table.begin(names.stream().filter(name -> !isMark(name)).toList());
    }

    @Override
    public void row(List<Object> values) {
        List<Object> shown = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (isMark(names.get(i))) {
                continue;
            }
            int mark = names.indexOf(EarlyStop.AT_LEAST + names.get(i));
            boolean bound = mark >= 0 && values.get(mark) instanceof Number number && number.intValue() == 1;
            found |= bound;
            shown.add(bound ? new Bound(values.get(i)) : values.get(i));
        }
        table.row(shown);
    }

    @Override
    public void end() {
        table.end();
        if (found) {
            out.println(EarlyStop.WHY);
            out.flush();
        }
    }

    private boolean isMark(String name) {
        return name.startsWith(EarlyStop.AT_LEAST) && names.contains(name.substring(EarlyStop.AT_LEAST.length()));
    }
}
