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
            sum += bits.normal(i);
        }
        assertTrue(Math.abs(sum / 1000) < 0.15, "mean of normal numbers is " + sum / 1000);
    }
}
