// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * A square of elements of 8 bytes, in squares as wide as a vector. For each bit of an index, rows
 * that differ in it exchange the halves of each group of twice as many elements: a square of 2 by 2
 * blocks is transposed by exchanging two of them (J. O. Eklundh, "A fast computer method for matrix
 * transposing", IEEE Transactions on Computers, 1972). Two bits go together, in four rows.
 */
final class LongTile implements Tile {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Long.BYTES;
    private static final VectorShuffle<Long> UP4 = shuffle(-4);
    private static final VectorShuffle<Long> DOWN4 = shuffle(4);
    private static final VectorMask<Long> HIGH4 = high(4);
    private static final VectorShuffle<Long> UP2 = shuffle(-2);
    private static final VectorShuffle<Long> DOWN2 = shuffle(2);
    private static final VectorMask<Long> HIGH2 = high(2);
    private static final VectorShuffle<Long> UP1 = shuffle(-1);
    private static final VectorShuffle<Long> DOWN1 = shuffle(1);
    private static final VectorMask<Long> HIGH1 = high(1);

    private final long[] tile = new long[BLOCK * BLOCK];

    @Override
    public void transpose(long to, long toRow, long from, long fromColumn) {
        if (LENGTH < 4) {
            load(from, fromColumn, tile);
            store(to, toRow, tile);
            return;
        }
        for (int r = 0; r < BLOCK; r += LENGTH) {
            for (int c = 0; c < BLOCK; c += LENGTH) {
                long target = to + r * toRow + (long) SIZE * c;
                long source = from + c * fromColumn + (long) SIZE * r;
                if (LENGTH == 8) {
                    pairs(source, fromColumn, tile);
                } else if (LENGTH == 4) {
                    rows(source, fromColumn, tile);
                }
                last(target, toRow, tile);
            }
        }
    }

    /** Bit 4 of an index, of rows four apart. */
    private static void pairs(long from, long fromColumn, long[] tile) {
        long source = from;
        for (int i = 0; i < 4 * LENGTH; i += LENGTH) {
            LongVector r0 = load(source);
            LongVector r4 = load(source + 4 * fromColumn);
            r0.blend(r4.rearrange(UP4), HIGH4).intoArray(tile, i);
            r0.rearrange(DOWN4).blend(r4, HIGH4).intoArray(tile, i + 4 * LENGTH);
            source += fromColumn;
        }
    }

    /** Four rows, as they are. */
    private static void rows(long from, long fromColumn, long[] tile) {
        for (int i = 0; i < 4; i++) {
            load(from + i * fromColumn).intoArray(tile, i * LENGTH);
        }
    }

    /** The last two bits of an index, of four neighbouring rows. */
    private static void last(long to, long toRow, long[] tile) {
        long target = to;
        for (int i = 0; i < LENGTH * LENGTH; i += 4 * LENGTH) {
            LongVector r0 = load(tile, i);
            LongVector r1 = load(tile, i + LENGTH);
            LongVector r2 = load(tile, i + 2 * LENGTH);
            LongVector r3 = load(tile, i + 3 * LENGTH);
            LongVector s0 = r0.blend(r2.rearrange(UP2), HIGH2);
            LongVector s1 = r1.blend(r3.rearrange(UP2), HIGH2);
            LongVector s2 = r0.rearrange(DOWN2).blend(r2, HIGH2);
            LongVector s3 = r1.rearrange(DOWN2).blend(r3, HIGH2);
            s0.blend(s1.rearrange(UP1), HIGH1).intoMemorySegment(ALL, target, ORDER);
            target += toRow;
            s0.rearrange(DOWN1).blend(s1, HIGH1).intoMemorySegment(ALL, target, ORDER);
            target += toRow;
            s2.blend(s3.rearrange(UP1), HIGH1).intoMemorySegment(ALL, target, ORDER);
            target += toRow;
            s2.rearrange(DOWN1).blend(s3, HIGH1).intoMemorySegment(ALL, target, ORDER);
            target += toRow;
        }
    }

    private static void load(long from, long fromColumn, long[] tile) {
        for (int c = 0; c < BLOCK; c++) {
            long line = from + c * fromColumn;
            for (int r = 0; r < BLOCK; r += LENGTH) {
                load(line + (long) SIZE * r).intoArray(tile, c * BLOCK + r);
            }
        }
    }

    private static void store(long to, long toRow, long[] tile) {
        for (int r = 0; r < BLOCK; r++) {
            long line = to + r * toRow;
            for (int c = 0; c < BLOCK; c++) {
                Memory.putLong(line + (long) SIZE * c, tile[c * BLOCK + r]);
            }
        }
    }

    private static LongVector load(long address) {
        return Exact.LONGS.cast(LongVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static LongVector load(long[] tile, int at) {
        return Exact.LONGS.cast(LongVector.fromArray(SPECIES, tile, at));
    }

    /** Lane i takes lane {@code i + step}, around the end. */
    private static VectorShuffle<Long> shuffle(int step) {
        return VectorShuffle.fromOp(SPECIES, i -> i + step & LENGTH - 1);
    }

    /** Lanes whose index has the bit. */
    private static VectorMask<Long> high(int bit) {
        boolean[] lanes = new boolean[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            lanes[i] = (i & bit) != 0;
        }
        return VectorMask.fromArray(SPECIES, lanes, 0);
    }
}
