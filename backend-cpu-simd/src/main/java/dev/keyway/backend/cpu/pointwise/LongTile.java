// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/** A square of elements of 8 bytes. */
final class LongTile implements Tile {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Long.BYTES;

    private final long[] tile = new long[BLOCK * BLOCK];

    @Override
    public void transpose(long to, long toRow, long from, long fromColumn) {
        load(from, fromColumn, tile);
        store(to, toRow, tile);
    }

    private static void load(long from, long fromColumn, long[] tile) {
        for (int c = 0; c < BLOCK; c++) {
            long line = from + c * fromColumn;
            for (int r = 0; r < BLOCK; r += LENGTH) {
                Exact.LONGS
                        .cast(
                                LongVector.fromMemorySegment(
                                        SPECIES, ALL, line + (long) SIZE * r, ORDER))
                        .intoArray(tile, c * BLOCK + r);
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
}
