// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.scan;

import dev.keyway.backend.cpu.Memory;
import java.util.Arrays;

/** Running extremes of i64. */
final class LongRunningExtremes implements RunningExtremes {
    private static final long SIZE = Long.BYTES;

    private final boolean largest;

    LongRunningExtremes(boolean largest) {
        this.largest = largest;
    }

    @Override
    public void row(long values, long places, long self, long n) {
        long best = largest ? Long.MIN_VALUE : Long.MAX_VALUE;
        long found = 0;
        for (long i = 0; i < n; i++) {
            long x = Memory.getLong(self + SIZE * i);
            boolean wins = largest ? x >= best : x <= best;
            best = wins ? x : best;
            found = wins ? i : found;
            Memory.putLong(values + SIZE * i, best);
            Memory.putLong(places + SIZE * i, found);
        }
    }

    @Override
    public void columns(long values, long places, long self, long n, long step, int width) {
        long[] best = new long[width];
        long[] found = new long[width];
        Arrays.fill(best, largest ? Long.MIN_VALUE : Long.MAX_VALUE);
        for (long j = 0; j < n; j++) {
            for (int i = 0; i < width; i++) {
                long at = SIZE * (j * step + i);
                long x = Memory.getLong(self + at);
                boolean wins = largest ? x >= best[i] : x <= best[i];
                best[i] = wins ? x : best[i];
                found[i] = wins ? j : found[i];
                Memory.putLong(values + at, best[i]);
                Memory.putLong(places + at, found[i]);
            }
        }
    }
}
