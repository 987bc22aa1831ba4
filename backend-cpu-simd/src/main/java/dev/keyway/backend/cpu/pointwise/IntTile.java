// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * A square of elements of 4 bytes. Where a vector holds a row, four rounds zip row i with row i + 8
 * into rows 2i and 2i + 1: each turns the bits of the elements' indices by one place, so that in
 * the end row and column are exchanged.
 */
final class IntTile implements Tile {
    private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Integer.BYTES;
    private static final int SQUARE = BLOCK * BLOCK;
    private static final VectorShuffle<Integer> LOW = VectorShuffle.makeZip(SPECIES, 0);
    private static final VectorShuffle<Integer> HIGH = VectorShuffle.makeZip(SPECIES, 1);

    /** The square between two rounds, twice. */
    private final int[] tile = new int[2 * SQUARE];

    @Override
    public void transpose(long to, long toRow, long from, long fromColumn) {
        if (LENGTH == BLOCK) {
            first(from, fromColumn, tile);
            round(tile, 0, SQUARE);
            round(tile, SQUARE, 0);
            last(to, toRow, tile);
        } else {
            load(from, fromColumn, tile);
            store(to, toRow, tile);
        }
    }

    private static void first(long from, long fromColumn, int[] tile) {
        long upper = from;
        long lower = from + BLOCK / 2 * fromColumn;
        for (int i = 0; i < SQUARE; i += 2 * LENGTH) {
            IntVector one = load(upper);
            IntVector other = load(lower);
            one.rearrange(LOW, other).intoArray(tile, i);
            one.rearrange(HIGH, other).intoArray(tile, i + LENGTH);
            upper += fromColumn;
            lower += fromColumn;
        }
    }

    private static void round(int[] tile, int from, int to) {
        for (int i = 0; i < SQUARE / 2; i += LENGTH) {
            IntVector one = load(tile, from + i);
            IntVector other = load(tile, from + SQUARE / 2 + i);
            one.rearrange(LOW, other).intoArray(tile, to + 2 * i);
            one.rearrange(HIGH, other).intoArray(tile, to + 2 * i + LENGTH);
        }
    }

    private static void last(long to, long toRow, int[] tile) {
        long row = to;
        for (int i = 0; i < SQUARE / 2; i += LENGTH) {
            IntVector one = load(tile, i);
            IntVector other = load(tile, SQUARE / 2 + i);
            one.rearrange(LOW, other).intoMemorySegment(ALL, row, ORDER);
            one.rearrange(HIGH, other).intoMemorySegment(ALL, row + toRow, ORDER);
            row += 2 * toRow;
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
}
