// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/** Inner tile of one row by 4 vectors, for products with a single row. */
final class DoubleTile1x4 {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();

    private DoubleTile1x4() {}

    /** See {@link DoubleTile#multiply}. */
    static void multiply(
            double[] a,
            int start,
            long b,
            long[] offsets,
            int first,
            int k,
            double[] tile,
            int at) {
        DoubleVector s0 = DoubleVector.fromArray(SPECIES, tile, at);
        DoubleVector s1 = DoubleVector.fromArray(SPECIES, tile, at + LANES);
        DoubleVector s2 = DoubleVector.fromArray(SPECIES, tile, at + 2 * LANES);
        DoubleVector s3 = DoubleVector.fromArray(SPECIES, tile, at + 3 * LANES);
        for (int p = 0; p < k; p++) {
            long row = b + offsets[first + p];
            DoubleVector x = DoubleVector.broadcast(SPECIES, a[start + p]);
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

    private static DoubleVector load(long address) {
        return DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
