package dev.tombola.cli;

import dev.tombola.data.FetchListener;
import java.io.PrintWriter;
import java.util.Locale;

/// What is seen while data are fetched: on a terminal one bar that is drawn again and again, elsewhere a plain line now
/// and then.
final class FetchLines implements FetchListener {
    private static final long TERMINAL_NANOS = 100_000_000L;
    private static final long PLAIN_NANOS = 10_000_000_000L;

    private final LiveLine live;
    private long shownAt = System.nanoTime();

    FetchLines(PrintWriter out, boolean terminal) {
        this.live = new LiveLine(out, terminal);
    }

    @Override
    public void noted(String sentence) {
        live.line(sentence);
    }

    @Override
    public void received(String file, long bytes, long of) {
        long now = System.nanoTime();
        if (now - shownAt < (live.terminal() ? TERMINAL_NANOS : PLAIN_NANOS)) {
            return;
        }
        shownAt = now;
        String text = String.format(Locale.ROOT, "%.1f of %.1f MB, %.0f %%", bytes / 1e6, of / 1e6, 100.0 * bytes / of);
        live.draw(live.terminal() ? file + " " + LiveLine.bar(bytes, of) + " " + text : file + ": " + text);
    }

    /// Leaves no half a line behind.
    void end() {
        live.end();
    }
}
