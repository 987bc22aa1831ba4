// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The positions of the bytes that are not zero, ascending: first each chunk is counted, then each
 * writes its positions behind those of the chunks before it.
 */
final class TruePositions {
    private static final VectorSpecies<Byte> SPECIES = ByteVector.SPECIES_PREFERRED;
    static final int LENGTH = SPECIES.length();

    /** Bytes of a chunk. */
    static final int CHUNK = 1 << 16;

    private TruePositions() {}

    /** Writes the positions as i64 and returns how many there are. */
    static long write(Workers workers, long self, long count, long out) {
        long[] starts = starts(workers, self, count);
        workers.parallel(
                count,
                CHUNK,
                (start, end) ->
                        positions(
                                self,
                                start,
                                end,
                                out + Long.BYTES * starts[(int) (start / CHUNK)]));
        return starts[starts.length - 1];
    }

    /** How many there are before each chunk, and in all. */
    static long[] starts(Workers workers, long self, long count) {
        int chunks = Math.toIntExact((count + CHUNK - 1) / CHUNK);
        long[] starts = new long[chunks + 1];
        workers.parallel(
                count,
                CHUNK,
                (start, end) ->
                        starts[(int) (start / CHUNK) + 1] = count(self + start, end - start));
        for (int k = 0; k < chunks; k++) {
            starts[k + 1] += starts[k];
        }
        return starts;
    }

    /** Which bytes of a vector are not zero, one bit each. */
    static long lanes(long address) {
        return ByteVector.fromMemorySegment(SPECIES, ALL, address, ORDER)
                .compare(VectorOperators.NE, (byte) 0)
                .toLong();
    }

    private static long count(long self, long count) {
        long full = count - count % LENGTH;
        long found = 0;
        for (long i = 0; i < full; i += LENGTH) {
            found += Long.bitCount(lanes(self + i));
        }
        for (long i = full; i < count; i++) {
            found += Memory.getByte(self + i) != 0 ? 1 : 0;
        }
        return found;
    }

    private static void positions(long self, long start, long end, long out) {
        long full = end - (end - start) % LENGTH;
        long to = out;
        for (long i = start; i < full; i += LENGTH) {
            for (long rest = lanes(self + i); rest != 0; rest &= rest - 1) {
                Memory.putLong(to, i + Long.numberOfTrailingZeros(rest));
                to += Long.BYTES;
            }
        }
        for (long i = full; i < end; i++) {
            if (Memory.getByte(self + i) != 0) {
                Memory.putLong(to, i);
                to += Long.BYTES;
            }
        }
    }
}
