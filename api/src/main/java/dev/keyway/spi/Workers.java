// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

import org.osgi.annotation.versioning.ProviderType;

/** The runtime's fixed pool of threads. Safe for any thread. */
@ProviderType
public interface Workers {
    /** Number of threads that take part, the caller included. */
    int threads();

    /**
     * Runs {@code task} over {@code [0, total)} in chunks {@code [k*chunk, min(total,
     * (k+1)*chunk))}, on several threads, and returns when all are done; memory effects are then
     * visible to the caller. The chunks depend on {@code total} and {@code chunk} alone, never on
     * the number of threads. A task may not call {@code parallel} again; if one throws, the first
     * error is thrown after all chunks stopped.
     */
    void parallel(long total, long chunk, RangeTask task);

    /** Work on a range. */
    @FunctionalInterface
    interface RangeTask {
        /** Does {@code [start, end)}. */
        void run(long start, long end);
    }
}
