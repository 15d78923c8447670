package dev.tombola.report;

/// Text made safe for HTML and SVG.
final class Html {
    private Html() {}

    /// `text` with the five special characters as entities, right in content and in quoted attributes.
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
