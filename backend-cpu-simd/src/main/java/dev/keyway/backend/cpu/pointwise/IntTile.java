// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** A square of elements of 4 bytes. */
final class IntTile implements Tile {
    private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Integer.BYTES;

    private final int[] tile = new int[BLOCK * BLOCK];

    @Override
    public void transpose(long to, long toRow, long from, long fromColumn) {
        load(from, fromColumn, tile);
        store(to, toRow, tile);
    }

    private static void load(long from, long fromColumn, int[] tile) {
        for (int c = 0; c < BLOCK; c++) {
            long line = from + c * fromColumn;
            for (int r = 0; r < BLOCK; r += LENGTH) {
                Exact.INTS
                        .cast(
                                IntVector.fromMemorySegment(
                                        SPECIES, ALL, line + (long) SIZE * r, ORDER))
                        .intoArray(tile, c * BLOCK + r);
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
}
