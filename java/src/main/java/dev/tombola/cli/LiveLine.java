package dev.tombola.cli;

import java.io.Console;
import java.io.PrintWriter;

/// The last line of what is printed: on a terminal it is drawn again and again, and other lines go above it.
final class LiveLine {
    /// Without wrapping at the right edge, and from the line's beginning to its end.
    static final String BEGIN = "\r\u001B[?7l\u001B[K";

    static final String END = "\u001B[?7h";
    static final String ERASE = "\r\u001B[K";

    private static final int BAR = 30;

    private final PrintWriter out;
    private final boolean terminal;
    private boolean drawn;

    LiveLine(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /// Whether a line can be drawn again and again.
    @SuppressWarnings("SystemConsoleNull") // from JDK 25 on it is null again where there is no terminal
    static boolean onTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
    }

    boolean terminal() {
        return terminal;
    }

    /// A bar that is as full as something is done.
    static String bar(long done, long of) {
        int full = of == 0 ? BAR : (int) Math.min(BAR, BAR * done / of);
        return "█".repeat(full) + "░".repeat(BAR - full);
    }

    /// Draws it in place of what was drawn last; where that cannot be done it is a line like others.
    void draw(String text) {
        if (terminal) {
            out.print(BEGIN + text + END);
            out.flush();
            drawn = true;
        } else {
            out.println(text);
        }
    }

    /// Prints a line that stays.
    void line(String text) {
        erase();
        out.println(text);
    }

    void erase() {
        if (drawn) {
            out.print(ERASE);
            drawn = false;
        }
    }

    /// Leaves no half a line behind.
    void end() {
        erase();
        out.flush();
    }
}
