package dev.tombola.data;

import java.util.HexFormat;

/// Small letters of a few pixels, for names of classes.
final class Letters {
    private static final int GAP = 1;
    private static final int SPACE = 3;
    private static final int ROWS = 7;

    /// From a to z, five columns each, two hexadecimal digits a column whose lowest bit is the top row.
    private static final String[] COLUMNS = {
        "2054545478", "7F48444438", "3844444420", "384444487F", "3854545418", "00087E0902", "0854545C38",
        "7F08040478", "00447D4000", "2040443D00", "007F102844", "00417F4000", "7C04180478", "7C08040478",
        "3844444438", "7C14141408", "081414187C", "7C08040408", "4854545420", "043F444020", "3C4040207C",
        "1C2040201C", "3C4030403C", "4428102844", "0C5050503C", "4464544C44"
    };

    private Letters() {}

    /// Is told of every pixel of ink, from (0, 0) at the top left.
    interface Ink {
        void at(int x, int y);
    }

    /// Writes a text on one line, [#ROWS] pixels high; what is no letter from a to z is a space.
    static void write(String text, Ink ink) {
        int x = 0;
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (letter < 'a' || letter > 'z') {
                x += SPACE;
                continue;
            }
            for (byte column : HexFormat.of().parseHex(COLUMNS[letter - 'a'])) {
                for (int y = 0; y < ROWS; y++) {
                    if ((column >> y & 1) != 0) {
                        ink.at(x, y);
                    }
                }
                x += column == 0 ? 0 : 1;
            }
            x += GAP;
        }
    }
}
