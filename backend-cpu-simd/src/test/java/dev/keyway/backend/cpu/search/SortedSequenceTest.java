// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import org.junit.jupiter.api.Test;

/** Places in sequences against counting. */
final class SortedSequenceTest {
    private static final int[] LENGTHS = {0, 1, 2, 3, 7, 8, 9, 31, 33, 257};

    private static double element(int i) {
        return Math.floorDiv(i, 3) - 4;
    }

    private static int count(int n, double value, boolean right) {
        int count = 0;
        for (int i = 0; i < n; i++) {
            count += right ? (element(i) <= value ? 1 : 0) : (element(i) < value ? 1 : 0);
        }
        return Double.isNaN(value) ? n : count;
    }

    @Test
    void placesOfRealsAreCounts() {
        double[] values = {
            -5, -4, -3.5, 0, 0.5, 3, 1e9, Double.NaN, Double.NEGATIVE_INFINITY, -0.0
        };
        for (int n : LENGTHS) {
            try (KernelFixture memory = new KernelFixture(n)) {
                long floats = memory.floats(n, SortedSequenceTest::element);
                long doubles = memory.doubles(n, SortedSequenceTest::element);
                for (double value : values) {
                    long single = memory.floats(1, i -> value);
                    long twice = memory.doubles(1, i -> value);
                    for (boolean right : new boolean[] {false, true}) {
                        int expected = count(n, value, right);
                        String where = "n=" + n + " value=" + value + " right=" + right;
                        assertEquals(
                                expected,
                                SortedSequence.FLOAT.place(floats, n, single, right),
                                where);
                        assertEquals(
                                expected,
                                SortedSequence.DOUBLE.place(doubles, n, twice, right),
                                where);
                    }
                }
            }
        }
    }

    @Test
    void placesOfIntegersAreCounts() {
        for (int n : LENGTHS) {
            try (KernelFixture memory = new KernelFixture(n)) {
                long ints = memory.allocate(4L * n);
                long longs = memory.allocate(8L * n);
                for (int i = 0; i < n; i++) {
                    Memory.putInt(ints + 4L * i, (int) element(i));
                    Memory.putLong(longs + 8L * i, (long) element(i));
                }
                long value = memory.allocate(8);
                for (int x : new int[] {-5, -4, 0, 3, 1000}) {
                    for (boolean right : new boolean[] {false, true}) {
                        int expected = count(n, x, right);
                        Memory.putLong(value, x);
                        assertEquals(expected, SortedSequence.LONG.place(longs, n, value, right));
                        Memory.putInt(value, x);
                        assertEquals(expected, SortedSequence.INT.place(ints, n, value, right));
                    }
                }
            }
        }
    }
}
