package dev.tombola.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// An HTML page with everything in it: no script, no outside file. What is between its parts is appended as it is.
final class Page {
    private final StringBuilder html = new StringBuilder();

    /// @param kicker the small line above the title
    Page(String kicker, String title) {
        html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.append("<meta name=\"color-scheme\" content=\"light dark\">\n");
        html.append("<title>").append(Html.escape(title)).append("</title>\n");
        html.append("<style>\n")
                .append(resource("report.css"))
                .append(Ink.darkCss())
                .append("</style>\n");
        html.append("</head>\n<body>\n<main>\n");
        html.append("<header>\n<p class=\"kicker\">")
                .append(Html.escape(kicker))
                .append("</p>\n");
        html.append("<h1>").append(Html.escape(title)).append("</h1>\n");
    }

    /// HTML as it stands.
    Page append(CharSequence text) {
        html.append(text);
        return this;
    }

    Page append(long number) {
        html.append(number);
        return this;
    }

    /// @param style its class, such as `lead` or `notice`
    void paragraph(String style, String text) {
        html.append("<p class=\"")
                .append(style)
                .append("\">")
                .append(Html.escape(text))
                .append("</p>\n");
    }

    /// @param caption what is said below, or empty
    void figure(Chart chart, String caption) {
        html.append("<figure id=\"").append(chart.name()).append("\">\n").append(SvgPen.inline(chart));
        if (!caption.isEmpty()) {
            html.append("<figcaption>").append(Html.escape(caption)).append("</figcaption>\n");
        }
        html.append("</figure>\n");
    }

    /// The whole page; nothing can be added any more.
    String end() {
        return html.append("</main>\n</body>\n</html>\n").toString();
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + name + " of the program itself", e);
        }
    }
}
