// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import org.junit.jupiter.api.Test;

/** Counts against one element after another. */
final class NonzeroCountsTest {
    private static final int[] COUNTS = {0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 67, 131, 259};
    private static final double[] VALUES = {0, -0.0, Double.NaN, 1, 0, Double.MIN_VALUE, -3};

    private static double value(int i) {
        return VALUES[i % VALUES.length];
    }

    private static long expected(int count, boolean single) {
        long found = 0;
        for (int i = 0; i < count; i++) {
            found += (single ? (float) value(i) : value(i)) != 0 ? 1 : 0;
        }
        return found;
    }

    @Test
    void lines() {
        for (int count : COUNTS) {
            try (KernelFixture memory = new KernelFixture(count)) {
                long floats = memory.floats(count, NonzeroCountsTest::value);
                long doubles = memory.doubles(count, NonzeroCountsTest::value);
                long bytes = memory.allocate(count);
                long places = 0;
                long signs = 0;
                for (int i = 0; i < count; i++) {
                    Memory.putByte(bytes + i, (byte) (i % 3 == 1 ? 1 : 0));
                    places += i % 3 == 1 ? 1 : 0;
                    signs += VALUES[i % VALUES.length] == 0 && i % VALUES.length != 1 ? 0 : 1;
                }
                int mask = Integer.MAX_VALUE;
                assertEquals(expected(count, true), NonzeroCounts.ints(floats, count, mask));
                long wide = NonzeroCounts.longs(doubles, count, Long.MAX_VALUE);
                assertEquals(expected(count, false), wide);
                assertEquals(signs, NonzeroCounts.longs(doubles, count, -1));
                assertEquals(places, NonzeroCounts.bytes(bytes, count));
            }
        }
    }

    @Test
    void linesSideBySide() {
        for (int width : COUNTS) {
            try (KernelFixture memory = new KernelFixture(width)) {
                long[] inside = {0, 8L * width, 24L * width};
                long doubles = memory.doubles(4 * width, NonzeroCountsTest::value);
                long[] counts = new long[Math.max(1, width)];
                NonzeroCounts.columns(8, true, doubles, inside, width, counts);
                for (int i = 0; i < width; i++) {
                    long found = 0;
                    for (long offset : inside) {
                        found += value((int) (offset / 8) + i) != 0 ? 1 : 0;
                    }
                    assertEquals(found, counts[i]);
                }
                int[] ints = {0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE};
                long numbers = memory.allocate(4L * width);
                for (int i = 0; i < width; i++) {
                    Memory.putInt(numbers + 4L * i, ints[i % ints.length]);
                }
                NonzeroCounts.columns(4, false, numbers, new long[1], width, counts);
                for (int i = 0; i < width; i++) {
                    assertEquals(i % ints.length == 0 ? 0 : 1, counts[i]);
                }
                NonzeroCounts.columns(4, true, numbers, new long[1], width, counts);
                for (int i = 0; i < width; i++) {
                    assertEquals(i % ints.length == 0 || i % ints.length == 3 ? 0 : 1, counts[i]);
                }
            }
        }
    }
}
