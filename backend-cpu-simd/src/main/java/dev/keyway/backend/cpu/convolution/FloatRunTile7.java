// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Inner tile for vectors of 512 bits: one or two runs of 7 numbers by 2 vectors, one accumulator
 * each, a fused multiply-add per product, in order of k.
 */
final class FloatRunTile7 {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int COLUMNS = 2 * LANES;

    private FloatRunTile7() {}

    /** See {@link FloatRunTile#one}. */
    static void one(float[] a, int base0, int[] offsets, int k, long b, float[] sums, int at) {
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
        long row = b;
        for (int p = 0; p < k; p++) {
            int offset = offsets[p];
            FloatVector b0 = load(row);
            FloatVector b1 = load(row + BYTES);
            FloatVector x;
            int i0 = base0 + offset;
            x = FloatVector.broadcast(SPECIES, a[i0]);
            s0x0 = x.fma(b0, s0x0);
            s0x1 = x.fma(b1, s0x1);
            x = FloatVector.broadcast(SPECIES, a[i0 + 1]);
            s1x0 = x.fma(b0, s1x0);
            s1x1 = x.fma(b1, s1x1);
            x = FloatVector.broadcast(SPECIES, a[i0 + 2]);
            s2x0 = x.fma(b0, s2x0);
            s2x1 = x.fma(b1, s2x1);
            x = FloatVector.broadcast(SPECIES, a[i0 + 3]);
            s3x0 = x.fma(b0, s3x0);
            s3x1 = x.fma(b1, s3x1);
            x = FloatVector.broadcast(SPECIES, a[i0 + 4]);
            s4x0 = x.fma(b0, s4x0);
            s4x1 = x.fma(b1, s4x1);
            x = FloatVector.broadcast(SPECIES, a[i0 + 5]);
            s5x0 = x.fma(b0, s5x0);
            s5x1 = x.fma(b1, s5x1);
            x = FloatVector.broadcast(SPECIES, a[i0 + 6]);
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

    /** See {@link FloatRunTile#two}. */
    static void two(
            float[] a, int base0, int base1, int[] offsets, int k, long b, float[] sums, int at) {
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
        FloatVector s8x0 = FloatVector.fromArray(SPECIES, sums, at + 8 * COLUMNS);
        FloatVector s8x1 = FloatVector.fromArray(SPECIES, sums, at + 8 * COLUMNS + LANES);
        FloatVector s9x0 = FloatVector.fromArray(SPECIES, sums, at + 9 * COLUMNS);
        FloatVector s9x1 = FloatVector.fromArray(SPECIES, sums, at + 9 * COLUMNS + LANES);
        FloatVector s10x0 = FloatVector.fromArray(SPECIES, sums, at + 10 * COLUMNS);
        FloatVector s10x1 = FloatVector.fromArray(SPECIES, sums, at + 10 * COLUMNS + LANES);
        FloatVector s11x0 = FloatVector.fromArray(SPECIES, sums, at + 11 * COLUMNS);
        FloatVector s11x1 = FloatVector.fromArray(SPECIES, sums, at + 11 * COLUMNS + LANES);
        FloatVector s12x0 = FloatVector.fromArray(SPECIES, sums, at + 12 * COLUMNS);
        FloatVector s12x1 = FloatVector.fromArray(SPECIES, sums, at + 12 * COLUMNS + LANES);
        FloatVector s13x0 = FloatVector.fromArray(SPECIES, sums, at + 13 * COLUMNS);
        FloatVector s13x1 = FloatVector.fromArray(SPECIES, sums, at + 13 * COLUMNS + LANES);
        long row = b;
        for (int p = 0; p < k; p++) {
            int offset = offsets[p];
            FloatVector b0 = load(row);
            FloatVector b1 = load(row + BYTES);
            FloatVector x;
            int i0 = base0 + offset;
            x = FloatVector.broadcast(SPECIES, a[i0]);
            s0x0 = x.fma(b0, s0x0);
            s0x1 = x.fma(b1, s0x1);
            x = FloatVector.broadcast(SPECIES, a[i0 + 1]);
            s1x0 = x.fma(b0, s1x0);
            s1x1 = x.fma(b1, s1x1);
            x = FloatVector.broadcast(SPECIES, a[i0 + 2]);
            s2x0 = x.fma(b0, s2x0);
            s2x1 = x.fma(b1, s2x1);
            x = FloatVector.broadcast(SPECIES, a[i0 + 3]);
            s3x0 = x.fma(b0, s3x0);
            s3x1 = x.fma(b1, s3x1);
            x = FloatVector.broadcast(SPECIES, a[i0 + 4]);
            s4x0 = x.fma(b0, s4x0);
            s4x1 = x.fma(b1, s4x1);
            x = FloatVector.broadcast(SPECIES, a[i0 + 5]);
            s5x0 = x.fma(b0, s5x0);
            s5x1 = x.fma(b1, s5x1);
            x = FloatVector.broadcast(SPECIES, a[i0 + 6]);
            s6x0 = x.fma(b0, s6x0);
            s6x1 = x.fma(b1, s6x1);
            int i1 = base1 + offset;
            x = FloatVector.broadcast(SPECIES, a[i1]);
            s7x0 = x.fma(b0, s7x0);
            s7x1 = x.fma(b1, s7x1);
            x = FloatVector.broadcast(SPECIES, a[i1 + 1]);
            s8x0 = x.fma(b0, s8x0);
            s8x1 = x.fma(b1, s8x1);
            x = FloatVector.broadcast(SPECIES, a[i1 + 2]);
            s9x0 = x.fma(b0, s9x0);
            s9x1 = x.fma(b1, s9x1);
            x = FloatVector.broadcast(SPECIES, a[i1 + 3]);
            s10x0 = x.fma(b0, s10x0);
            s10x1 = x.fma(b1, s10x1);
            x = FloatVector.broadcast(SPECIES, a[i1 + 4]);
            s11x0 = x.fma(b0, s11x0);
            s11x1 = x.fma(b1, s11x1);
            x = FloatVector.broadcast(SPECIES, a[i1 + 5]);
            s12x0 = x.fma(b0, s12x0);
            s12x1 = x.fma(b1, s12x1);
            x = FloatVector.broadcast(SPECIES, a[i1 + 6]);
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

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
