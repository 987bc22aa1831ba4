// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Inner tile for vectors of 512 bits: a run of 7 numbers by 2 vectors, one accumulator each, a
 * fused multiply-add per product, in order of k. Two runs would fill all registers; but where the
 * compiler checks every index on its own (ADR 0017, 7) it then keeps the accumulators in memory.
 */
final class DoubleRunTile7 {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int COLUMNS = 2 * LANES;

    private DoubleRunTile7() {}

    /** See {@link DoubleRunTile#multiply}. */
    static void add(double[] a, int base, int[] offsets, int k, long b, double[] sums, int at) {
        DoubleVector s0x0 = DoubleVector.fromArray(SPECIES, sums, at);
        DoubleVector s0x1 = DoubleVector.fromArray(SPECIES, sums, at + LANES);
        DoubleVector s1x0 = DoubleVector.fromArray(SPECIES, sums, at + COLUMNS);
        DoubleVector s1x1 = DoubleVector.fromArray(SPECIES, sums, at + COLUMNS + LANES);
        DoubleVector s2x0 = DoubleVector.fromArray(SPECIES, sums, at + 2 * COLUMNS);
        DoubleVector s2x1 = DoubleVector.fromArray(SPECIES, sums, at + 2 * COLUMNS + LANES);
        DoubleVector s3x0 = DoubleVector.fromArray(SPECIES, sums, at + 3 * COLUMNS);
        DoubleVector s3x1 = DoubleVector.fromArray(SPECIES, sums, at + 3 * COLUMNS + LANES);
        DoubleVector s4x0 = DoubleVector.fromArray(SPECIES, sums, at + 4 * COLUMNS);
        DoubleVector s4x1 = DoubleVector.fromArray(SPECIES, sums, at + 4 * COLUMNS + LANES);
        DoubleVector s5x0 = DoubleVector.fromArray(SPECIES, sums, at + 5 * COLUMNS);
        DoubleVector s5x1 = DoubleVector.fromArray(SPECIES, sums, at + 5 * COLUMNS + LANES);
        DoubleVector s6x0 = DoubleVector.fromArray(SPECIES, sums, at + 6 * COLUMNS);
        DoubleVector s6x1 = DoubleVector.fromArray(SPECIES, sums, at + 6 * COLUMNS + LANES);
        long row = b;
        for (int p = 0; p < k; p++) {
            int offset = offsets[p];
            DoubleVector b0 = load(row);
            DoubleVector b1 = load(row + BYTES);
            DoubleVector x;
            int i = base + offset;
            x = DoubleVector.broadcast(SPECIES, a[i]);
            s0x0 = x.fma(b0, s0x0);
            s0x1 = x.fma(b1, s0x1);
            x = DoubleVector.broadcast(SPECIES, a[i + 1]);
            s1x0 = x.fma(b0, s1x0);
            s1x1 = x.fma(b1, s1x1);
            x = DoubleVector.broadcast(SPECIES, a[i + 2]);
            s2x0 = x.fma(b0, s2x0);
            s2x1 = x.fma(b1, s2x1);
            x = DoubleVector.broadcast(SPECIES, a[i + 3]);
            s3x0 = x.fma(b0, s3x0);
            s3x1 = x.fma(b1, s3x1);
            x = DoubleVector.broadcast(SPECIES, a[i + 4]);
            s4x0 = x.fma(b0, s4x0);
            s4x1 = x.fma(b1, s4x1);
            x = DoubleVector.broadcast(SPECIES, a[i + 5]);
            s5x0 = x.fma(b0, s5x0);
            s5x1 = x.fma(b1, s5x1);
            x = DoubleVector.broadcast(SPECIES, a[i + 6]);
            s6x0 = x.fma(b0, s6x0);
            s6x1 = x.fma(b1, s6x1);
            row += 2 * BYTES;
        }
        s0x0.intoArray(sums, at);
        s0x1.intoArray(sums, at + LANES);
        s1x0.intoArray(sums, at + COLUMNS);
        s1x1.intoArray(sums, at + COLUMNS + LANES);
        s2x0.intoArray(sums, at + 2 * COLUMNS);
        s2x1.intoArray(sums, at + 2 * COLUMNS + LANES);
        s3x0.intoArray(sums, at + 3 * COLUMNS);
        s3x1.intoArray(sums, at + 3 * COLUMNS + LANES);
        s4x0.intoArray(sums, at + 4 * COLUMNS);
        s4x1.intoArray(sums, at + 4 * COLUMNS + LANES);
        s5x0.intoArray(sums, at + 5 * COLUMNS);
        s5x1.intoArray(sums, at + 5 * COLUMNS + LANES);
        s6x0.intoArray(sums, at + 6 * COLUMNS);
        s6x1.intoArray(sums, at + 6 * COLUMNS + LANES);
    }

    private static DoubleVector load(long address) {
        return DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
