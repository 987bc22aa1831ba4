// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.sort;

import dev.keyway.DType;

/**
 * Sorts lines of one length stably, one after another; of one thread. Closed, it may be used again.
 */
interface LineSort extends AutoCloseable {
    /** Elements of the longest line whose arrays are kept for the next call. */
    int MOST_KEPT = 1 << 16;

    /** The sort for a dtype: f32, i32, f64 or i64. */
    static LineSort of(DType dtype, int n, boolean descending) {
        return switch (dtype) {
            case F32, I32 -> PackedSort.take(dtype == DType.F32, n, descending);
            case F64, I64 -> RadixSort.take(dtype == DType.F64, n, descending);
            default -> throw new IllegalArgumentException("no sort for " + dtype);
        };
    }

    /** Takes a line in; neighbours are {@code step} bytes apart. */
    void load(long address, long step);

    /** Sorts it. */
    void sort();

    /** Writes the first {@code count} values as they were, and where they were. */
    void store(int count, long values, long valueStep, long places, long placeStep);

    @Override
    void close();
}
