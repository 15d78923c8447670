package dev.tombola.cli;

import dev.tombola.data.FetchListener;
import java.io.PrintWriter;
import java.util.Locale;

/// What is seen while data are fetched: on a terminal one bar that is drawn again and again, elsewhere a plain line now
/// and then.
final class FetchLines implements FetchListener {
    private static final long TERMINAL_NANOS = 100_000_000L;
    private static final long PLAIN_NANOS = 10_000_000_000L;
    private static final int BAR = 30;

    private final PrintWriter out;
    private final boolean terminal;
    private long shownAt = System.nanoTime();
    private boolean drawn;

    FetchLines(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    @Override
    public void noted(String sentence) {
        end();
        out.println(sentence);
    }

    @Override
    public void received(String file, long bytes, long of) {
        long now = System.nanoTime();
        if (now - shownAt < (terminal ? TERMINAL_NANOS : PLAIN_NANOS)) {
            return;
        }
        shownAt = now;
        String text = String.format(Locale.ROOT, "%.1f of %.1f MB, %.0f %%", bytes / 1e6, of / 1e6, 100.0 * bytes / of);
        if (terminal) {
            int full = (int) Math.min(BAR, BAR * bytes / of);
            String bar = "█".repeat(full) + "░".repeat(BAR - full);
            out.print(ProgressLines.BEGIN + file + " " + bar + " " + text + ProgressLines.END);
            out.flush();
            drawn = true;
        } else {
            out.println(file + ": " + text);
        }
    }

    /// Leaves no half a line behind.
    void end() {
        if (drawn) {
            out.print(ProgressLines.ERASE);
            out.flush();
            drawn = false;
        }
    }
}
