package dev.tombola.base;

import java.util.Locale;

/// Counted things in a sentence.
public final class Plural {
    private Plural() {}

    /// `1 training`, `1,234 trainings`.
    public static String of(long count, String word) {
        return String.format(Locale.ROOT, "%,d %s%s", count, word, count == 1 ? "" : "s");
    }

    /// `1 training is`, `1,234 trainings are`.
    public static String are(long count, String word) {
        return of(count, word) + (count == 1 ? " is" : " are");
    }
}
