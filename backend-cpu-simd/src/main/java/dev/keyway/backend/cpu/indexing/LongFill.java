// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/** Writes eight bytes again and again. */
public final class LongFill {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final long STEP = SPECIES.vectorByteSize();

    private LongFill() {}

    /** The last time as much of them as there is room for, from the first byte in memory on. */
    public static void run(long out, long bits, long bytes) {
        LongVector vector = LongVector.broadcast(SPECIES, bits);
        long full = bytes - bytes % STEP;
        for (long at = 0; at < full; at += STEP) {
            vector.intoMemorySegment(ALL, out + at, ORDER);
        }
        long longs = bytes - bytes % Long.BYTES;
        for (long at = full; at < longs; at += Long.BYTES) {
            Memory.putLong(out + at, bits);
        }
        for (long at = longs; at < bytes; at++) {
            int place = (int) (at % Long.BYTES);
            boolean little = ORDER == ByteOrder.LITTLE_ENDIAN;
            int shift = Byte.SIZE * (little ? place : Long.BYTES - 1 - place);
            Memory.putByte(out + at, (byte) (bits >>> shift));
        }
    }
}
