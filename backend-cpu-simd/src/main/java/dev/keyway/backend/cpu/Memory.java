// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * All memory as one segment. Kernels address it with raw host addresses whose bounds the operator
 * has checked and whose storage the caller keeps alive; every access of every kernel goes through
 * this one native segment, so that no access site ever sees two kinds of segment.
 */
public final class Memory {
    /** From address 0 to the last one. */
    public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /** The byte order in which vectors are loaded and stored. */
    public static final ByteOrder ORDER = ByteOrder.nativeOrder();

    /** Bits that an address may have, whatever the system: none is near the largest number. */
    private static final long ADDRESS = Long.MAX_VALUE >> 1;

    private Memory() {}

    /**
     * The same address, of which the compiler then knows that it is not negative and that every sum
     * with an {@code int} is in bounds. An address from a list, or one that a loop moves on, tells
     * it nothing: it compares each access on its own, which took a quarter of the instructions of a
     * tile (ADR 0017, 10).
     */
    public static long bounded(long address) {
        return address & ADDRESS;
    }

    /** The f32 at an address. */
    public static float getFloat(long address) {
        return ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address);
    }

    /** Writes the f32 at an address. */
    public static void putFloat(long address, float value) {
        ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, address, value);
    }

    /** The f64 at an address. */
    public static double getDouble(long address) {
        return ALL.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, address);
    }

    /** Writes the f64 at an address. */
    public static void putDouble(long address, double value) {
        ALL.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, address, value);
    }

    /** The i32 at an address. */
    public static int getInt(long address) {
        return ALL.get(ValueLayout.JAVA_INT_UNALIGNED, address);
    }

    /** Writes the i32 at an address. */
    public static void putInt(long address, int value) {
        ALL.set(ValueLayout.JAVA_INT_UNALIGNED, address, value);
    }

    /** The i64 at an address. */
    public static long getLong(long address) {
        return ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
    }

    /** Writes the i64 at an address. */
    public static void putLong(long address, long value) {
        ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
    }

    /** The byte at an address. */
    public static byte getByte(long address) {
        return ALL.get(ValueLayout.JAVA_BYTE, address);
    }

    /** Writes the byte at an address. */
    public static void putByte(long address, byte value) {
        ALL.set(ValueLayout.JAVA_BYTE, address, value);
    }

    /** The i16 at an address. */
    public static short getShort(long address) {
        return ALL.get(ValueLayout.JAVA_SHORT_UNALIGNED, address);
    }

    /** Writes the i16 at an address. */
    public static void putShort(long address, short value) {
        ALL.set(ValueLayout.JAVA_SHORT_UNALIGNED, address, value);
    }
}
