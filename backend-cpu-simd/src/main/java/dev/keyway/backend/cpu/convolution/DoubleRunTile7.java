// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Inner tile for vectors of 512 bits: one or two runs of 7 numbers by 2 vectors, one accumulator
 * each, a fused multiply-add per product, in order of k.
 */
final class DoubleRunTile7 {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int COLUMNS = 2 * LANES;

    private DoubleRunTile7() {}

    /** See {@link DoubleRunTile#one}. */
    static void one(double[] a, int base0, int[] offsets, int k, long b, double[] sums, int at) {
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
            int i0 = base0 + offset;
            x = DoubleVector.broadcast(SPECIES, a[i0]);
            s0x0 = x.fma(b0, s0x0);
            s0x1 = x.fma(b1, s0x1);
            x = DoubleVector.broadcast(SPECIES, a[i0 + 1]);
            s1x0 = x.fma(b0, s1x0);
            s1x1 = x.fma(b1, s1x1);
            x = DoubleVector.broadcast(SPECIES, a[i0 + 2]);
            s2x0 = x.fma(b0, s2x0);
            s2x1 = x.fma(b1, s2x1);
            x = DoubleVector.broadcast(SPECIES, a[i0 + 3]);
            s3x0 = x.fma(b0, s3x0);
            s3x1 = x.fma(b1, s3x1);
            x = DoubleVector.broadcast(SPECIES, a[i0 + 4]);
            s4x0 = x.fma(b0, s4x0);
            s4x1 = x.fma(b1, s4x1);
            x = DoubleVector.broadcast(SPECIES, a[i0 + 5]);
            s5x0 = x.fma(b0, s5x0);
            s5x1 = x.fma(b1, s5x1);
            x = DoubleVector.broadcast(SPECIES, a[i0 + 6]);
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

    /** See {@link DoubleRunTile#two}. */
    static void two(
            double[] a, int base0, int base1, int[] offsets, int k, long b, double[] sums, int at) {
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
        DoubleVector s7x0 = DoubleVector.fromArray(SPECIES, sums, at + 7 * COLUMNS);
        DoubleVector s7x1 = DoubleVector.fromArray(SPECIES, sums, at + 7 * COLUMNS + LANES);
        DoubleVector s8x0 = DoubleVector.fromArray(SPECIES, sums, at + 8 * COLUMNS);
        DoubleVector s8x1 = DoubleVector.fromArray(SPECIES, sums, at + 8 * COLUMNS + LANES);
        DoubleVector s9x0 = DoubleVector.fromArray(SPECIES, sums, at + 9 * COLUMNS);
        DoubleVector s9x1 = DoubleVector.fromArray(SPECIES, sums, at + 9 * COLUMNS + LANES);
        DoubleVector s10x0 = DoubleVector.fromArray(SPECIES, sums, at + 10 * COLUMNS);
        DoubleVector s10x1 = DoubleVector.fromArray(SPECIES, sums, at + 10 * COLUMNS + LANES);
        DoubleVector s11x0 = DoubleVector.fromArray(SPECIES, sums, at + 11 * COLUMNS);
        DoubleVector s11x1 = DoubleVector.fromArray(SPECIES, sums, at + 11 * COLUMNS + LANES);
        DoubleVector s12x0 = DoubleVector.fromArray(SPECIES, sums, at + 12 * COLUMNS);
        DoubleVector s12x1 = DoubleVector.fromArray(SPECIES, sums, at + 12 * COLUMNS + LANES);
        DoubleVector s13x0 = DoubleVector.fromArray(SPECIES, sums, at + 13 * COLUMNS);
        DoubleVector s13x1 = DoubleVector.fromArray(SPECIES, sums, at + 13 * COLUMNS + LANES);
        long row = b;
        for (int p = 0; p < k; p++) {
            int offset = offsets[p];
            DoubleVector b0 = load(row);
            DoubleVector b1 = load(row + BYTES);
            DoubleVector x;
            int i0 = base0 + offset;
            x = DoubleVector.broadcast(SPECIES, a[i0]);
            s0x0 = x.fma(b0, s0x0);
            s0x1 = x.fma(b1, s0x1);
            x = DoubleVector.broadcast(SPECIES, a[i0 + 1]);
            s1x0 = x.fma(b0, s1x0);
            s1x1 = x.fma(b1, s1x1);
            x = DoubleVector.broadcast(SPECIES, a[i0 + 2]);
            s2x0 = x.fma(b0, s2x0);
            s2x1 = x.fma(b1, s2x1);
            x = DoubleVector.broadcast(SPECIES, a[i0 + 3]);
            s3x0 = x.fma(b0, s3x0);
            s3x1 = x.fma(b1, s3x1);
            x = DoubleVector.broadcast(SPECIES, a[i0 + 4]);
            s4x0 = x.fma(b0, s4x0);
            s4x1 = x.fma(b1, s4x1);
            x = DoubleVector.broadcast(SPECIES, a[i0 + 5]);
            s5x0 = x.fma(b0, s5x0);
            s5x1 = x.fma(b1, s5x1);
            x = DoubleVector.broadcast(SPECIES, a[i0 + 6]);
            s6x0 = x.fma(b0, s6x0);
            s6x1 = x.fma(b1, s6x1);
            int i1 = base1 + offset;
            x = DoubleVector.broadcast(SPECIES, a[i1]);
            s7x0 = x.fma(b0, s7x0);
            s7x1 = x.fma(b1, s7x1);
            x = DoubleVector.broadcast(SPECIES, a[i1 + 1]);
            s8x0 = x.fma(b0, s8x0);
            s8x1 = x.fma(b1, s8x1);
            x = DoubleVector.broadcast(SPECIES, a[i1 + 2]);
            s9x0 = x.fma(b0, s9x0);
            s9x1 = x.fma(b1, s9x1);
            x = DoubleVector.broadcast(SPECIES, a[i1 + 3]);
            s10x0 = x.fma(b0, s10x0);
            s10x1 = x.fma(b1, s10x1);
            x = DoubleVector.broadcast(SPECIES, a[i1 + 4]);
            s11x0 = x.fma(b0, s11x0);
            s11x1 = x.fma(b1, s11x1);
            x = DoubleVector.broadcast(SPECIES, a[i1 + 5]);
            s12x0 = x.fma(b0, s12x0);
            s12x1 = x.fma(b1, s12x1);
            x = DoubleVector.broadcast(SPECIES, a[i1 + 6]);
            s13x0 = x.fma(b0, s13x0);
            s13x1 = x.fma(b1, s13x1);
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
        s8x0.intoArray(sums, at + 8 * COLUMNS);
        s8x1.intoArray(sums, at + 8 * COLUMNS + LANES);
        s9x0.intoArray(sums, at + 9 * COLUMNS);
        s9x1.intoArray(sums, at + 9 * COLUMNS + LANES);
        s10x0.intoArray(sums, at + 10 * COLUMNS);
        s10x1.intoArray(sums, at + 10 * COLUMNS + LANES);
        s11x0.intoArray(sums, at + 11 * COLUMNS);
        s11x1.intoArray(sums, at + 11 * COLUMNS + LANES);
        s12x0.intoArray(sums, at + 12 * COLUMNS);
        s12x1.intoArray(sums, at + 12 * COLUMNS + LANES);
        s13x0.intoArray(sums, at + 13 * COLUMNS);
        s13x1.intoArray(sums, at + 13 * COLUMNS + LANES);
    }

    private static DoubleVector load(long address) {
        return DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
