package dev.tombola.data;

import java.util.HexFormat;

/// Small letters of a few pixels, for names of classes and layers: no font need be there.
public final class Letters {
    /// Pixels from the top of the tallest letter to the lowest end.
    public static final int ROWS = 8;

    private static final int GAP = 1;
    private static final int SPACE = 3;
    private static final String ALL = "abcdefghijklmnopqrstuvwxyz0123456789.,";

    /// Of each, five columns, two hexadecimal digits a column whose lowest bit is the top row.
    private static final String[] COLUMNS = {
        "2054545478", "7F48444438", "3844444420", "384444487F", "3854545418", "00087E0902", "18A4A4A47C",
        "7F08040478", "00447D4000", "2040443D00", "007F102844", "00417F4000", "7C04180478", "7C08040478",
        "3844444438", "FC24242418", "18242424FC", "7C08040408", "4854545420", "043F444020", "3C4040207C",
        "1C2040201C", "3C4030403C", "4428102844", "1CA0A0A07C", "4464544C44", "3E5149453E", "00427F4000",
        "4261514946", "2141454B31", "1814127F10", "2745454539", "3C4A494930", "0171090503", "3649494936",
        "064949291E", "0060600000", "0080600000"
    };

    private Letters() {}

    /// Is told of every pixel of ink, from (0, 0) at the top left.
    public interface Ink {
        void at(int x, int y);
    }

    /// Writes a text on one line, [#ROWS] pixels high; what is no letter from a to z, digit, full stop or comma is a
    /// space.
    ///
    /// @return how many pixels wide the text is
    public static int write(String text, Ink ink) {
        int x = 0;
        for (int i = 0; i < text.length(); i++) {
            int letter = ALL.indexOf(text.charAt(i));
            if (letter < 0) {
                x += SPACE;
                continue;
            }
            for (byte column : HexFormat.of().parseHex(COLUMNS[letter])) {
                for (int y = 0; y < ROWS; y++) {
                    if ((column >> y & 1) != 0) {
                        ink.at(x, y);
                    }
                }
                x += column == 0 ? 0 : 1;
            }
            x += GAP;
        }
        return x;
    }
}
