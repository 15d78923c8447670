package dev.tombola.numeric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhiloxTest {
    /// The known answers published with Random123 (kat_vectors, philox4x32 10).
    @ParameterizedTest
    @CsvSource({
        "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
        "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
        "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"
    })
    void blockGivesThePublishedAnswers(String counter, String key, String answer) {
        int[] c = words(counter);
        int[] k = words(key);
        int[] out = new int[4];
        Philox.block((long) k[1] << 32 | (k[0] & 0xFFFFFFFFL), c[0], c[1], c[2], c[3], out);
        assertThat(out).containsExactly(words(answer));
    }

    @Test
    void drawIsAWordOfItsBlockAndFillGivesTheSame() {
        long seed = 0x123456789ABCDEFL;
        int[] four = new int[4];
        for (int count : new int[] {1, 2, 3, 4, 5, 1003}) {
            int[] filled = new int[count];
            Philox.fill(filled, count, seed, 7, 3 << 16 | 2, 99);
            for (int index = 0; index < count; index++) {
                Philox.block(seed, index / 4, 7, 3 << 16 | 2, 99, four);
                assertThat(filled[index])
                        .isEqualTo(four[index % 4])
                        .isEqualTo(Philox.draw(seed, index, 7, 3 << 16 | 2, 99));
            }
        }
    }

    @Test
    void everyWordOfTheAddressMatters() {
        Set<Integer> draws = new HashSet<>();
        draws.add(Philox.draw(1, 0, 0, 0, 0));
        draws.add(Philox.draw(1L << 32, 0, 0, 0, 0));
        draws.add(Philox.draw(1, 1, 0, 0, 0));
        draws.add(Philox.draw(1, -1, 0, 0, 0));
        draws.add(Philox.draw(1, 0, 1, 0, 0));
        draws.add(Philox.draw(1, 0, 0, 1, 0));
        draws.add(Philox.draw(1, 0, 0, 0, 1));
        assertThat(draws).hasSize(7);
    }

    private static int[] words(String hex) {
        return java.util.Arrays.stream(hex.trim().split(" "))
                .mapToInt(word -> Integer.parseUnsignedInt(word, 16))
                .toArray();
    }
}
