// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

/** A function of two operands, each contiguous or one element again and again. */
@FunctionalInterface
interface BinaryRow {
    /** Computes {@code count} elements; a step is 1, or 0 where the operand stands still. */
    void run(long out, long a, long stepA, long b, long stepB, long count);
}
