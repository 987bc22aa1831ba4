// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.backend.cpu.Memory;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Truth values in memory, a byte each, and the bits of masks. */
final class MaskBytes {
    /** Truth values that are read or written at once. */
    static final int COUNT = 8;

    private static final long ONES = 0x0101010101010101L;
    private static final ValueLayout.OfLong LITTLE =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private MaskBytes() {}

    /** Writes {@code count} bits, the lowest first; a multiple of {@link #COUNT}. */
    static void put(long address, long bits, int count) {
        for (int k = 0; k < count; k += COUNT) {
            Memory.ALL.set(LITTLE, address + k, Long.expand(bits >>> k, ONES));
        }
    }

    /** Reads {@code count} truth values that are 0 or 1. */
    static long get(long address, int count) {
        long bits = 0;
        for (int k = 0; k < count; k += COUNT) {
            bits |= Long.compress(Memory.ALL.get(LITTLE, address + k), ONES) << k;
        }
        return bits;
    }
}
