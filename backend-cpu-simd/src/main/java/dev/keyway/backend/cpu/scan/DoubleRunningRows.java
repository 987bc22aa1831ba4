// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.scan;

import dev.keyway.backend.cpu.Memory;

/**
 * Running sums and products of dense lines of f64, accumulated in f64. Each step waits for the one
 * before, so four lines go along together.
 */
final class DoubleRunningRows {
    private static final int SIZE = Double.BYTES;

    /** Lines that go together. */
    static final int LINES = 4;

    private DoubleRunningRows() {}

    /** Sums of one line. */
    static void sums(long out, long self, long n) {
        double result = 0;
        for (long i = 0; i < n; i++) {
            result += Memory.getDouble(self + SIZE * i);
            Memory.putDouble(out + SIZE * i, result);
        }
    }

    /** Products of one line. */
    static void products(long out, long self, long n) {
        double result = 1;
        for (long i = 0; i < n; i++) {
            result *= Memory.getDouble(self + SIZE * i);
            Memory.putDouble(out + SIZE * i, result);
        }
    }

    /** Sums of {@link #LINES} lines that follow each other. */
    static void sumsOfLines(long out, long self, long n) {
        long line = SIZE * n;
        double first = 0;
        double second = 0;
        double third = 0;
        double fourth = 0;
        for (long i = 0; i < n; i++) {
            long from = self + SIZE * i;
            long to = out + SIZE * i;
            first += Memory.getDouble(from);
            second += Memory.getDouble(from + line);
            third += Memory.getDouble(from + 2 * line);
            fourth += Memory.getDouble(from + 3 * line);
            Memory.putDouble(to, first);
            Memory.putDouble(to + line, second);
            Memory.putDouble(to + 2 * line, third);
            Memory.putDouble(to + 3 * line, fourth);
        }
    }

    /** Products of {@link #LINES} lines that follow each other. */
    static void productsOfLines(long out, long self, long n) {
        long line = SIZE * n;
        double first = 1;
        double second = 1;
        double third = 1;
        double fourth = 1;
        for (long i = 0; i < n; i++) {
            long from = self + SIZE * i;
            long to = out + SIZE * i;
            first *= Memory.getDouble(from);
            second *= Memory.getDouble(from + line);
            third *= Memory.getDouble(from + 2 * line);
            fourth *= Memory.getDouble(from + 3 * line);
            Memory.putDouble(to, first);
            Memory.putDouble(to + line, second);
            Memory.putDouble(to + 2 * line, third);
            Memory.putDouble(to + 3 * line, fourth);
        }
    }
}
