// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.compare;

/**
 * One piece of work, by Keyway and by a peer, on equal data. Made, run and closed by one thread of
 * a process of its own.
 */
public interface Contest extends AutoCloseable {
    /** The work by Keyway; its results stay where {@link #difference} looks. */
    void ours();

    /** The work by the peer. */
    void peer();

    /**
     * Compares what both computed last.
     *
     * @return the largest difference of two results, as a multiple of what is allowed; over 1, or
     *     NaN, is a failure
     */
    double difference();

    /** What the peer is: version, kernel, flags. */
    String description();

    /** Floating-point operations or bytes of one run, for the table; 0 where neither says much. */
    default double amount() {
        return 0;
    }

    /** The unit of {@link #amount} for a second, in thousands of millions: GFLOP/s or GB/s. */
    default String unit() {
        return "";
    }

    @Override
    void close();
}
