// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.scan;

import dev.keyway.backend.cpu.Memory;
import java.util.Arrays;

/** Running sums and maxima of i64, as masks and their places need them. */
final class LongRunning implements RunningLines {
    private static final int SIZE = Long.BYTES;

    private final boolean maximum;

    LongRunning(boolean maximum) {
        this.maximum = maximum;
    }

    @Override
    public int itemSize() {
        return SIZE;
    }

    @Override
    public void row(long out, long self, long n) {
        if (maximum) {
            maximum(out, self, n);
        } else {
            sum(out, self, n);
        }
    }

    private static void sum(long out, long self, long n) {
        long result = 0;
        for (long i = 0; i < n; i++) {
            result += Memory.getLong(self + SIZE * i);
            Memory.putLong(out + SIZE * i, result);
        }
    }

    private static void maximum(long out, long self, long n) {
        long result = Long.MIN_VALUE;
        for (long i = 0; i < n; i++) {
            result = Math.max(result, Memory.getLong(self + SIZE * i));
            Memory.putLong(out + SIZE * i, result);
        }
    }

    @Override
    public void columns(long out, long self, long n, long step, int width) {
        long[] results = new long[width];
        Arrays.fill(results, maximum ? Long.MIN_VALUE : 0);
        for (long j = 0; j < n; j++) {
            long to = out + j * step;
            long from = self + j * step;
            for (int i = 0; i < width; i++) {
                long x = Memory.getLong(from + (long) SIZE * i);
                results[i] = maximum ? Math.max(results[i], x) : results[i] + x;
                Memory.putLong(to + (long) SIZE * i, results[i]);
            }
        }
    }
}
