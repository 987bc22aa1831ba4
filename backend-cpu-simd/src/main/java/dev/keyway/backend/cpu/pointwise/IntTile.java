// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * A square of elements of 4 bytes, in squares as wide as a vector. For each bit of an index, rows
 * that differ in it exchange the halves of each group of twice as many elements: a square of 2 by 2
 * blocks is transposed by exchanging two of them (J. O. Eklundh, "A fast computer method for matrix
 * transposing", IEEE Transactions on Computers, 1972). Two bits go together, in four rows.
 */
final class IntTile implements Tile {
    private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Integer.BYTES;
    private static final VectorShuffle<Integer> UP8 = shuffle(-8);
    private static final VectorShuffle<Integer> DOWN8 = shuffle(8);
    private static final VectorMask<Integer> HIGH8 = high(8);
    private static final VectorShuffle<Integer> UP4 = shuffle(-4);
    private static final VectorShuffle<Integer> DOWN4 = shuffle(4);
    private static final VectorMask<Integer> HIGH4 = high(4);
    private static final VectorShuffle<Integer> UP2 = shuffle(-2);
    private static final VectorShuffle<Integer> DOWN2 = shuffle(2);
    private static final VectorMask<Integer> HIGH2 = high(2);
    private static final VectorShuffle<Integer> UP1 = shuffle(-1);
    private static final VectorShuffle<Integer> DOWN1 = shuffle(1);
    private static final VectorMask<Integer> HIGH1 = high(1);

    private final int[] tile = new int[BLOCK * BLOCK];

    @Override
    public void transpose(long to, long toRow, long from, long fromColumn) {
        if (LENGTH > BLOCK) {
            load(from, fromColumn, tile);
            store(to, toRow, tile);
            return;
        }
        for (int r = 0; r < BLOCK; r += LENGTH) {
            for (int c = 0; c < BLOCK; c += LENGTH) {
                long target = to + r * toRow + (long) SIZE * c;
                long source = from + c * fromColumn + (long) SIZE * r;
                if (LENGTH == 16) {
                    quads(source, fromColumn, tile);
                } else if (LENGTH == 8) {
                    pairs(source, fromColumn, tile);
                } else {
                    rows(source, fromColumn, tile);
                }
                last(target, toRow, tile);
            }
        }
    }

    /** Bits 8 and 4 of an index, of rows four apart. */
    private static void quads(long from, long fromColumn, int[] tile) {
        long far = 4 * fromColumn;
        long source = from;
        for (int i = 0; i < 4 * LENGTH; i += LENGTH) {
            IntVector r0 = load(source);
            IntVector r4 = load(source + far);
            IntVector r8 = load(source + 2 * far);
            IntVector r12 = load(source + 3 * far);
            IntVector s0 = r0.blend(r8.rearrange(UP8), HIGH8);
            IntVector s4 = r4.blend(r12.rearrange(UP8), HIGH8);
            IntVector s8 = r0.rearrange(DOWN8).blend(r8, HIGH8);
            IntVector s12 = r4.rearrange(DOWN8).blend(r12, HIGH8);
            s0.blend(s4.rearrange(UP4), HIGH4).intoArray(tile, i);
            s0.rearrange(DOWN4).blend(s4, HIGH4).intoArray(tile, i + 4 * LENGTH);
            s8.blend(s12.rearrange(UP4), HIGH4).intoArray(tile, i + 8 * LENGTH);
            s8.rearrange(DOWN4).blend(s12, HIGH4).intoArray(tile, i + 12 * LENGTH);
            source += fromColumn;
        }
    }

    /** Bit 4 of an index, of rows four apart. */
    private static void pairs(long from, long fromColumn, int[] tile) {
        long source = from;
        for (int i = 0; i < 4 * LENGTH; i += LENGTH) {
            IntVector r0 = load(source);
            IntVector r4 = load(source + 4 * fromColumn);
            r0.blend(r4.rearrange(UP4), HIGH4).intoArray(tile, i);
            r0.rearrange(DOWN4).blend(r4, HIGH4).intoArray(tile, i + 4 * LENGTH);
            source += fromColumn;
        }
    }

    /** Four rows, as they are. */
    private static void rows(long from, long fromColumn, int[] tile) {
        for (int i = 0; i < 4; i++) {
            load(from + i * fromColumn).intoArray(tile, i * LENGTH);
        }
    }

    /** The last two bits of an index, of four neighbouring rows. */
    private static void last(long to, long toRow, int[] tile) {
        long target = to;
        for (int i = 0; i < LENGTH * LENGTH; i += 4 * LENGTH) {
            IntVector r0 = load(tile, i);
            IntVector r1 = load(tile, i + LENGTH);
            IntVector r2 = load(tile, i + 2 * LENGTH);
            IntVector r3 = load(tile, i + 3 * LENGTH);
            IntVector s0 = r0.blend(r2.rearrange(UP2), HIGH2);
            IntVector s1 = r1.blend(r3.rearrange(UP2), HIGH2);
            IntVector s2 = r0.rearrange(DOWN2).blend(r2, HIGH2);
            IntVector s3 = r1.rearrange(DOWN2).blend(r3, HIGH2);
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

    private static void load(long from, long fromColumn, int[] tile) {
        for (int c = 0; c < BLOCK; c++) {
            long line = from + c * fromColumn;
            for (int r = 0; r < BLOCK; r += LENGTH) {
                load(line + (long) SIZE * r).intoArray(tile, c * BLOCK + r);
            }
        }
    }

    private static void store(long to, long toRow, int[] tile) {
        for (int r = 0; r < BLOCK; r++) {
            long line = to + r * toRow;
            for (int c = 0; c < BLOCK; c++) {
                Memory.putInt(line + (long) SIZE * c, tile[c * BLOCK + r]);
            }
        }
    }

    private static IntVector load(long address) {
        return Exact.INTS.cast(IntVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static IntVector load(int[] tile, int at) {
        return Exact.INTS.cast(IntVector.fromArray(SPECIES, tile, at));
    }

    /** Lane i takes lane {@code i + step}, around the end. */
    private static VectorShuffle<Integer> shuffle(int step) {
        return VectorShuffle.fromOp(SPECIES, i -> i + step & LENGTH - 1);
    }

    /** Lanes whose index has the bit. */
    private static VectorMask<Integer> high(int bit) {
        boolean[] lanes = new boolean[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            lanes[i] = (i & bit) != 0;
        }
        return VectorMask.fromArray(SPECIES, lanes, 0);
    }
}
