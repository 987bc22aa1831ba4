// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Elements moved from address to address, bits as they are; sizes and steps are in bytes. There is
 * a loop for each size of elements, as a loop that looks at the size for each is several times
 * slower.
 */
final class Moves {
    /** Elements from which on a fill by vectors pays. */
    private static final long FILL = 16;

    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int BYTES = SPECIES.vectorByteSize();

    /** Bytes from which on the JVM's copy is as good as vectors, with its call. */
    private static final long LONG = 1 << 14;

    private Moves() {}

    /** A dense block; the last vector of a short one ends with it. */
    static void block(long to, long from, long bytes) {
        if (bytes < BYTES || bytes > LONG) {
            MemorySegment.copy(ALL, from, ALL, to, bytes);
            return;
        }
        long last = bytes - BYTES;
        for (long i = 0; i < last; i += BYTES) {
            load(from + i).intoMemorySegment(ALL, to + i, ORDER);
        }
        load(from + last).intoMemorySegment(ALL, to + last, ORDER);
    }

    private static LongVector load(long address) {
        return Exact.LONGS.cast(LongVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
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
        if (toStep == size && fromStep == 2 * size && size == 4) {
            long done = EverySecond.run(to, from, count);
            ints(to + toStep * done, toStep, from + fromStep * done, fromStep, count - done);
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
