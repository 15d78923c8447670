package dev.tombola.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Objects;

/// One page with everything in it: no script, no outside file. It begins within its header.
final class HtmlPage {
    private final StringBuilder html = new StringBuilder();

    /// @param kicker the line above the title
    HtmlPage(String kicker, String title) {
        append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        append("<meta name=\"color-scheme\" content=\"light dark\">\n");
        append("<title>").append(Html.escape(title)).append("</title>\n");
        append("<style>\n")
                .append(resource("report.css"))
                .append(Ink.darkCss(EnumSet.allOf(Ink.class)))
                .append("</style>\n");
        append("</head>\n<body>\n<main>\n<header>\n");
        paragraph("kicker", kicker);
        append("<h1>").append(Html.escape(title)).append("</h1>\n");
    }

    /// Markup as it stands.
    HtmlPage append(String markup) {
        html.append(markup);
        return this;
    }

    void paragraph(String style, String text) {
        append("<p class=\"" + style + "\">").append(Html.escape(text)).append("</p>\n");
    }

    /// A sentence that stands out, or nothing where it is empty.
    void notice(String sentence) {
        if (!sentence.isEmpty()) {
            paragraph("notice", sentence);
        }
    }

    void figure(Chart chart) {
        figure(chart, "");
    }

    /// @param caption what is said below, or empty
    void figure(Chart chart, String caption) {
        append("<figure id=\"" + chart.name() + "\">\n").append(SvgPen.inline(chart));
        append(caption.isEmpty() ? "" : "<figcaption>" + Html.escape(caption) + "</figcaption>\n");
        append("</figure>\n");
    }

    /// A cell of a table.
    ///
    /// @param small what stands below, line by line; empty ones are left out
    HtmlPage cell(String value, String... small) {
        append("<td>").append(Html.escape(value));
        for (String line : small) {
            append(line.isEmpty() ? "" : "<small>" + Html.escape(line) + "</small>");
        }
        return append("</td>");
    }

    /// A text of many lines that opens when it is asked for.
    void details(String summary, String text) {
        append("<details>\n<summary>").append(Html.escape(summary)).append("</summary>\n");
        append("<pre>").append(Html.escape(text)).append("</pre>\n</details>\n");
    }

    /// The whole page.
    String end() {
        return append("</main>\n</body>\n</html>\n").html.toString();
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(HtmlPage.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("could not read " + name + " of the program itself", e);
        }
    }
}
