// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RandomBitsTest {
    /** The first known answer that accompanies the Random123 library of the paper's authors. */
    @Test
    void philoxOfZeroIsTheKnownAnswer() {
        assertArrayEquals(
                new long[] {0x6627e8d5L, 0xe169c58dL, 0xbc57ac4cL, 0x9b00dbd8L},
                new RandomBits(0, 0).block(0));
    }

    @Test
    void elementsTakeTheWordsOfConsecutiveBlocks() {
        RandomBits bits = new RandomBits(5, 7);
        assertEquals(bits.block(7)[3], bits.word(3));
        assertEquals(bits.block(8)[0], bits.word(4));
    }

    @Test
    void distributionsStayInTheirRanges() {
        RandomBits bits = new RandomBits(1, 0);
        double sum = 0;
        for (int i = 0; i < 1000; i++) {
            double uniform = bits.uniform(ElementType.F64, i);
            assertTrue(uniform >= 0 && uniform < 1);
            assertTrue(bits.integer(i, -3, 4) >= -3 && bits.integer(i, -3, 4) < 4);
            sum += bits.normal(ElementType.F32, i);
        }
        assertTrue(Math.abs(sum / 1000) < 0.15, "mean of normal numbers is " + sum / 1000);
    }

    /** What the single-precision operations approximate; their error is a few units of 2^-24. */
    @Test
    void normalNumbersAreBoxAndMullersInBothPrecisions() {
        RandomBits bits = new RandomBits(2, 0);
        double fourth = 0;
        int n = 40_000;
        for (int i = 0; i < n; i++) {
            int even = i - i % 2;
            double u = ((bits.word(even) >>> 8) + 1) / 16777216.0;
            double angle = (bits.word(even + 1) >>> 8) / 16777216.0 * 2 * Math.PI;
            double radius = Math.sqrt(-2 * StrictMath.log(u));
            double exact = radius * (i % 2 == 0 ? StrictMath.cos(angle) : StrictMath.sin(angle));
            assertEquals(exact, bits.normal(ElementType.F32, i), radius * 0x1p-22);
            fourth += Math.pow(bits.normal(ElementType.F32, i), 4);
        }
        assertEquals(3, fourth / n, 0.15, "fourth moment");
    }
}
