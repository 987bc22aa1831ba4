// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

/** A function of contiguous elements. */
@FunctionalInterface
interface UnaryRow {
    /** Computes {@code count} elements at the address {@code a} into those at {@code out}. */
    void run(long out, long a, long count);
}
