package dev.tombola.report;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Every colour of figures and page, for a light and for a dark background. The series' colours are those of Okabe and
/// Ito and six more: with the common kinds of colour blindness simulated, each of the six lies at least 18 (ΔE of CIE
/// 1976) from every other and from the axes' grey, and on white the more noise, the stronger the contrast. On a dark
/// background the darker ones are lightened. What is ordered has a ramp after matplotlib's plasma, evenly from dark to
/// light for them as well.
enum Ink {
    PAPER("#ffffff", "#16181d"),
    TEXT("#1f2328", "#e6e8eb"),
    MUTED("#5b636d", "#a3abb5"),
    GRID("#e4e7eb", "#2c3138"),
    BLACK("#3c4148", "#c9ced6"),
    BLUE("#0072b2", "#3d9ee0"),
    VERMILLION("#d55e00", "#f07a2a"),
    GREEN("#009e73", "#1fbf92"),
    ORANGE("#e69f00", "#edb033"),
    PURPLE("#cc79a7", "#dd93bc"),
    SKY("#56b4e9", "#8fd3f8"),
    INDIGO("#9469fd", "#1e62d0"),
    BROWN("#783d36", "#a26d51"),
    OLIVE("#aea55c", "#eee409"),
    VIOLET("#9521ff", "#8035ff"),
    PLUM("#9a0086", "#b13481"),
    RUST("#882000", "#c32b1d"),
    RAMP_0("#0d0887", "#7f6df2"),
    RAMP_1("#3b049b", "#a167f0"),
    RAMP_2("#6101a6", "#bf65e1"),
    RAMP_3("#8309a5", "#d769c8"),
    RAMP_4("#a21d99", "#e772a9"),
    RAMP_5("#bd3785", "#f27f89"),
    RAMP_6("#d35171", "#f8936b"),
    RAMP_7("#e56b5d", "#fbab54"),
    RAMP_8("#f38849", "#fbc54c"),
    RAMP_9("#fca636", "#f7e05c");

    private static final List<Ink> RAMP =
            List.of(RAMP_0, RAMP_1, RAMP_2, RAMP_3, RAMP_4, RAMP_5, RAMP_6, RAMP_7, RAMP_8, RAMP_9);
    private static final List<Ink> DISTINCT =
            List.of(BLUE, VERMILLION, GREEN, PURPLE, ORANGE, BLACK, SKY, OLIVE, PLUM, VIOLET);

    final String light;
    final String dark;

    Ink(String light, String dark) {
        this.light = light;
        this.dark = dark;
    }

    /// The colour of the i-th network shown by its size, the dense one first; the last of all that come after.
    static Ink ofSize(int i) {
        Ink[] inks = {BLACK, SKY, BLUE, GREEN, ORANGE, PURPLE, VERMILLION};
        return inks[Math.min(i, inks.length - 1)];
    }

    /// For the series `place` of `count` that lie in an order, such as learning rates.
    static Ink ordered(int place, int count) {
        return RAMP.get(count == 1 ? 0 : Math.round((RAMP.size() - 1f) * place / (count - 1)));
    }

    /// For the series `place` of ten at most that are of different kinds.
    static Ink distinct(int place) {
        return DISTINCT.get(place);
    }

    /// The class of an SVG element filled with this ink.
    String fill() {
        return "fill-" + name().toLowerCase(Locale.ROOT);
    }

    /// The class of an SVG element stroked with this ink.
    String stroke() {
        return "line-" + name().toLowerCase(Locale.ROOT);
    }

    /// Rules that swap these inks on dark screens. SVG elements also carry the light colour as an attribute, so that a
    /// viewer that knows no style sheets draws them right.
    static String darkCss(Set<Ink> inks) {
        StringBuilder css = new StringBuilder("@media (prefers-color-scheme: dark) {\n");
        for (Ink ink : inks) {
            css.append("  .tombola .%s { fill: %s } .tombola .%s { stroke: %s }\n"
                    .formatted(ink.fill(), ink.dark, ink.stroke(), ink.dark));
        }
        return css.append("}\n").toString();
    }
}
