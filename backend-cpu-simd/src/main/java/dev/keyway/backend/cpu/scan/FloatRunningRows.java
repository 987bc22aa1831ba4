// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.scan;

import dev.keyway.backend.cpu.Memory;

/**
 * Running sums and products of dense lines of f32, accumulated in f64. Each step waits for the one
 * before, so four lines go along together.
 */
final class FloatRunningRows {
    private static final int SIZE = Float.BYTES;

    /** Lines that go together. */
    static final int LINES = 4;

    private FloatRunningRows() {}

    /** Sums of one line. */
    static void sums(long out, long self, long n) {
        double result = 0;
        for (long i = 0; i < n; i++) {
            result += Memory.getFloat(self + SIZE * i);
            Memory.putFloat(out + SIZE * i, (float) result);
        }
    }

    /** Products of one line. */
    static void products(long out, long self, long n) {
        double result = 1;
        for (long i = 0; i < n; i++) {
            result *= Memory.getFloat(self + SIZE * i);
            Memory.putFloat(out + SIZE * i, (float) result);
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
            first += Memory.getFloat(from);
            second += Memory.getFloat(from + line);
            third += Memory.getFloat(from + 2 * line);
            fourth += Memory.getFloat(from + 3 * line);
            Memory.putFloat(to, (float) first);
            Memory.putFloat(to + line, (float) second);
            Memory.putFloat(to + 2 * line, (float) third);
            Memory.putFloat(to + 3 * line, (float) fourth);
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
            first *= Memory.getFloat(from);
            second *= Memory.getFloat(from + line);
            third *= Memory.getFloat(from + 2 * line);
            fourth *= Memory.getFloat(from + 3 * line);
            Memory.putFloat(to, (float) first);
            Memory.putFloat(to + line, (float) second);
            Memory.putFloat(to + 2 * line, (float) third);
            Memory.putFloat(to + 3 * line, (float) fourth);
        }
    }
}
