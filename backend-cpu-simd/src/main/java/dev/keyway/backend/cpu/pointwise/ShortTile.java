// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/** A square of elements of 2 bytes. */
final class ShortTile implements Tile {
    private static final VectorSpecies<Short> SPECIES = ShortVector.SPECIES_128;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Short.BYTES;
    private static final Class<? extends ShortVector> EXACT = ShortVector.zero(SPECIES).getClass();

    private final short[] tile = new short[BLOCK * BLOCK];

    @Override
    public void transpose(long to, long toRow, long from, long fromColumn) {
        load(from, fromColumn, tile);
        store(to, toRow, tile);
    }

    private static void load(long from, long fromColumn, short[] tile) {
        for (int c = 0; c < BLOCK; c++) {
            long line = from + c * fromColumn;
            for (int r = 0; r < BLOCK; r += LENGTH) {
                EXACT.cast(
                                ShortVector.fromMemorySegment(
                                        SPECIES, ALL, line + (long) SIZE * r, ORDER))
                        .intoArray(tile, c * BLOCK + r);
            }
        }
    }

    private static void store(long to, long toRow, short[] tile) {
        for (int r = 0; r < BLOCK; r++) {
            long line = to + r * toRow;
            for (int c = 0; c < BLOCK; c++) {
                Memory.putShort(line + (long) SIZE * c, tile[c * BLOCK + r]);
            }
        }
    }
}
