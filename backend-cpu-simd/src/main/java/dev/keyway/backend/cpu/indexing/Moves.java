// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import static dev.keyway.backend.cpu.Memory.ALL;

import dev.keyway.backend.cpu.Memory;
import java.lang.foreign.MemorySegment;

/**
 * Elements moved from address to address, bits as they are; sizes and steps are in bytes. There is
 * a loop for each size of elements, as a loop that looks at the size for each is several times
 * slower.
 */
final class Moves {
    /** Elements from which on a fill by vectors pays. */
    private static final long FILL = 16;

    private Moves() {}

    /** A dense block. */
    static void block(long to, long from, long bytes) {
        MemorySegment.copy(ALL, from, ALL, to, bytes);
    }

    /** Elements that lie evenly apart. */
    static void strided(int size, long to, long toStep, long from, long fromStep, long count) {
        if (toStep == size && fromStep == 0 && count >= FILL) {
            LongFill.run(to, eightBytes(size, from), size * count);
            return;
        }
        if (toStep == size && fromStep == -size && (size == 4 || size == 8)) {
            Reversal.run(size, to, from, count);
            return;
        }
        switch (size) {
            case 1 -> bytes(to, toStep, from, fromStep, count);
            case 2 -> shorts(to, toStep, from, fromStep, count);
            case 4 -> ints(to, toStep, from, fromStep, count);
            default -> longs(to, toStep, from, fromStep, count);
        }
    }

    /** An element as often as eight bytes hold it. */
    private static long eightBytes(int size, long from) {
        return switch (size) {
            case 1 -> 0x101010101010101L * (Memory.getByte(from) & 0xFFL);
            case 2 -> 0x1000100010001L * (Memory.getShort(from) & 0xFFFFL);
            case 4 -> 0x100000001L * (Memory.getInt(from) & 0xFFFFFFFFL);
            default -> Memory.getLong(from);
        };
    }

    private static void bytes(long to, long toStep, long from, long fromStep, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putByte(to + i * toStep, Memory.getByte(from + i * fromStep));
        }
    }

    private static void shorts(long to, long toStep, long from, long fromStep, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putShort(to + i * toStep, Memory.getShort(from + i * fromStep));
        }
    }

    private static void ints(long to, long toStep, long from, long fromStep, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putInt(to + i * toStep, Memory.getInt(from + i * fromStep));
        }
    }

    private static void longs(long to, long toStep, long from, long fromStep, long count) {
        for (long i = 0; i < count; i++) {
            Memory.putLong(to + i * toStep, Memory.getLong(from + i * fromStep));
        }
    }

    /** One element. */
    static void element(int size, long to, long from) {
        switch (size) {
            case 1 -> Memory.putByte(to, Memory.getByte(from));
            case 2 -> Memory.putShort(to, Memory.getShort(from));
            case 4 -> Memory.putInt(to, Memory.getInt(from));
            default -> Memory.putLong(to, Memory.getLong(from));
        }
    }
}
