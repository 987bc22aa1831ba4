// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** The first of a line against a stable sort of all of it. */
final class TopScanTest {
    private static final int[] LENGTHS = {1, 15, 16, 17, 1024, 1500, 5003, 20_000};
    private static final int[] COUNTS = {1, 2, 17, 300, 1200};

    /** NaN is the largest; both zeros are equal. */
    private static int compare(float a, float b) {
        return Float.compare(a == 0 ? 0f : a, b == 0 ? 0f : b);
    }

    private static void floats(IntToDoubleFunction value) {
        for (int n : LENGTHS) {
            for (boolean largest : new boolean[] {true, false}) {
                try (KernelFixture memory = new KernelFixture(n)) {
                    long line = memory.floats(n, value);
                    Integer[] order = new Integer[n];
                    Arrays.setAll(order, i -> i);
                    Comparator<Integer> byValue =
                            (i, j) ->
                                    compare(
                                            KernelFixture.getFloat(line, i),
                                            KernelFixture.getFloat(line, j));
                    Arrays.sort(order, largest ? byValue.reversed() : byValue);
                    for (int k : COUNTS) {
                        check(new TopScan(true, Math.min(k, n), largest), line, order, n, k);
                    }
                }
            }
        }
    }

    /** Twice, since a scan is used for line after line. */
    private static void check(TopScan scan, long line, Integer[] order, int n, int k) {
        for (int time = 0; time < 2; time++) {
            long[] found = scan.select(line, n);
            for (int i = 0; i < Math.min(k, n); i++) {
                assertEquals(order[i], (int) found[i], "place " + i + " of " + n);
            }
        }
    }

    @Test
    void numbers() {
        floats(i -> Math.floorMod(i * 7919, 10_007) - 5000);
    }

    @Test
    void risingAndFalling() {
        floats(i -> i);
        floats(i -> -i);
    }

    @Test
    void tiesZerosInfinitiesAndNotANumber() {
        floats(i -> i % 7);
        floats(i -> i % 2 == 0 ? 0.0 : -0.0);
        floats(i -> i % 101 == 3 ? Double.NaN : i % 97 == 5 ? Double.NEGATIVE_INFINITY : i % 13);
        floats(i -> Double.NaN);
    }

    @Test
    void integers() {
        for (int n : LENGTHS) {
            try (KernelFixture memory = new KernelFixture(n)) {
                long line = memory.allocate(4L * n);
                for (int i = 0; i < n; i++) {
                    Memory.putInt(line + 4L * i, (int) memory.nextLong());
                }
                for (boolean largest : new boolean[] {true, false}) {
                    Integer[] order = new Integer[n];
                    Arrays.setAll(order, i -> i);
                    Comparator<Integer> byValue =
                            Comparator.comparingInt(i -> Memory.getInt(line + 4L * i));
                    Arrays.sort(order, largest ? byValue.reversed() : byValue);
                    for (int k : COUNTS) {
                        check(new TopScan(false, Math.min(k, n), largest), line, order, n, k);
                    }
                }
            }
        }
    }
}
