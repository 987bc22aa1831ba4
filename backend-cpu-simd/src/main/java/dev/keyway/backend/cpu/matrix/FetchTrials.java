// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import dev.keyway.backend.cpu.FetchTrial;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The {@link FetchTrial} of each shape of product whose packed columns are large. Thread-safe; of
 * two shapes with the same place the later one begins anew.
 */
final class FetchTrials {
    /** A power of two. */
    private static final int PLACES = 256;

    /** Smaller packed columns are never fetched: they are in a cache, or soon there. */
    private static final long LEAST_BYTES = 256L << 10;

    /** For more rows the time for it matters little. */
    private static final int MOST_ROWS = 256;

    private final AtomicReferenceArray<@Nullable Entry> kept = new AtomicReferenceArray<>(PLACES);

    private record Entry(int m, int n, int k, int threads, FetchTrial trial) {
        boolean isFor(int rows, int columns, int products, int wantedThreads) {
            return m == rows && n == columns && k == products && threads == wantedThreads;
        }
    }

    /** The trial of a shape; null where columns are not fetched. */
    @Nullable FetchTrial of(int m, int n, int k, int threads) {
        if (m > MOST_ROWS || (long) Float.BYTES * n * k < LEAST_BYTES) {
            return null;
        }
        int place = place(m, n, k, threads);
        Entry found = kept.get(place);
        if (found == null || !found.isFor(m, n, k, threads)) {
            found = new Entry(m, n, k, threads, new FetchTrial());
            kept.set(place, found);
        }
        return found.trial;
    }

    private static int place(int m, int n, int k, int threads) {
        int hash = 31 * (31 * (31 * m + n) + k) + threads;
        hash *= 0x9E3779B9;
        return hash >>> 24 & PLACES - 1;
    }
}
