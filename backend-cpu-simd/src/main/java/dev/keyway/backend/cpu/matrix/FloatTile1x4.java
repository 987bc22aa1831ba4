// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Inner tile of one row by 4 vectors, for products with a single row. */
final class FloatTile1x4 {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();

    private FloatTile1x4() {}

    /** See {@link FloatTile#multiply}. */
    static void multiply(
            float[] a, int start, long b, long[] offsets, int first, int k, float[] tile, int at) {
        FloatVector s0 = FloatVector.fromArray(SPECIES, tile, at);
        FloatVector s1 = FloatVector.fromArray(SPECIES, tile, at + LANES);
        FloatVector s2 = FloatVector.fromArray(SPECIES, tile, at + 2 * LANES);
        FloatVector s3 = FloatVector.fromArray(SPECIES, tile, at + 3 * LANES);
        for (int p = 0; p < k; p++) {
            long row = b + offsets[first + p];
            FloatVector x = FloatVector.broadcast(SPECIES, a[start + p]);
            s0 = x.fma(load(row), s0);
            s1 = x.fma(load(row + BYTES), s1);
            s2 = x.fma(load(row + 2 * BYTES), s2);
            s3 = x.fma(load(row + 3 * BYTES), s3);
        }
        s0.intoArray(tile, at);
        s1.intoArray(tile, at + LANES);
        s2.intoArray(tile, at + 2 * LANES);
        s3.intoArray(tile, at + 3 * LANES);
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
