// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.convolution.FloatLoads.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * As {@link FloatRunTile7} with a run of 8, for numbers that divide into eights better than into
 * sevens.
 */
final class FloatRunTile8 {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int COLUMNS = 2 * LANES;

    private FloatRunTile8() {}

    /** See {@link FloatRunTile#multiply}. */
    static void add(float[] a, int base, int[] offsets, int k, long b, float[] sums, int at) {
        FloatVector s0x0 = FloatVector.fromArray(SPECIES, sums, at);
        FloatVector s0x1 = FloatVector.fromArray(SPECIES, sums, at + LANES);
        FloatVector s1x0 = FloatVector.fromArray(SPECIES, sums, at + COLUMNS);
        FloatVector s1x1 = FloatVector.fromArray(SPECIES, sums, at + COLUMNS + LANES);
        FloatVector s2x0 = FloatVector.fromArray(SPECIES, sums, at + 2 * COLUMNS);
        FloatVector s2x1 = FloatVector.fromArray(SPECIES, sums, at + 2 * COLUMNS + LANES);
        FloatVector s3x0 = FloatVector.fromArray(SPECIES, sums, at + 3 * COLUMNS);
        FloatVector s3x1 = FloatVector.fromArray(SPECIES, sums, at + 3 * COLUMNS + LANES);
        FloatVector s4x0 = FloatVector.fromArray(SPECIES, sums, at + 4 * COLUMNS);
        FloatVector s4x1 = FloatVector.fromArray(SPECIES, sums, at + 4 * COLUMNS + LANES);
        FloatVector s5x0 = FloatVector.fromArray(SPECIES, sums, at + 5 * COLUMNS);
        FloatVector s5x1 = FloatVector.fromArray(SPECIES, sums, at + 5 * COLUMNS + LANES);
        FloatVector s6x0 = FloatVector.fromArray(SPECIES, sums, at + 6 * COLUMNS);
        FloatVector s6x1 = FloatVector.fromArray(SPECIES, sums, at + 6 * COLUMNS + LANES);
        FloatVector s7x0 = FloatVector.fromArray(SPECIES, sums, at + 7 * COLUMNS);
        FloatVector s7x1 = FloatVector.fromArray(SPECIES, sums, at + 7 * COLUMNS + LANES);
        long row = b;
        for (int p = 0; p < k; p++) {
            int offset = offsets[p];
            FloatVector b0 = load(row);
            FloatVector b1 = load(row + BYTES);
            FloatVector x;
            int i = base + offset;
            x = FloatVector.broadcast(SPECIES, a[i]);
            s0x0 = x.fma(b0, s0x0);
            s0x1 = x.fma(b1, s0x1);
            x = FloatVector.broadcast(SPECIES, a[i + 1]);
            s1x0 = x.fma(b0, s1x0);
            s1x1 = x.fma(b1, s1x1);
            x = FloatVector.broadcast(SPECIES, a[i + 2]);
            s2x0 = x.fma(b0, s2x0);
            s2x1 = x.fma(b1, s2x1);
            x = FloatVector.broadcast(SPECIES, a[i + 3]);
            s3x0 = x.fma(b0, s3x0);
            s3x1 = x.fma(b1, s3x1);
            x = FloatVector.broadcast(SPECIES, a[i + 4]);
            s4x0 = x.fma(b0, s4x0);
            s4x1 = x.fma(b1, s4x1);
            x = FloatVector.broadcast(SPECIES, a[i + 5]);
            s5x0 = x.fma(b0, s5x0);
            s5x1 = x.fma(b1, s5x1);
            x = FloatVector.broadcast(SPECIES, a[i + 6]);
            s6x0 = x.fma(b0, s6x0);
            s6x1 = x.fma(b1, s6x1);
            x = FloatVector.broadcast(SPECIES, a[i + 7]);
            s7x0 = x.fma(b0, s7x0);
            s7x1 = x.fma(b1, s7x1);
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
        s7x0.intoArray(sums, at + 7 * COLUMNS);
        s7x1.intoArray(sums, at + 7 * COLUMNS + LANES);
    }
}
