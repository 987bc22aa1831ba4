// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

/**
 * A function of two contiguous operands: the loop of a {@link BinaryRow} for steps of 1, which the
 * compiler then knows.
 */
@FunctionalInterface
interface DenseRow {
    /** Computes {@code count} elements. */
    void run(long out, long a, long b, long count);
}
