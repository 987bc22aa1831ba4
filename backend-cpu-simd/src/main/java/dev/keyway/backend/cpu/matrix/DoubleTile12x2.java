// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Inner tile of 12 rows by 2 vectors: one accumulator each, a fused multiply-add per product, in
 * order of k. Rows and tile are arrays, whose accesses take C2 far fewer nodes than a segment's:
 * with segments everywhere the method passes C2's limit for inlining.
 */
final class DoubleTile12x2 {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int STRIDE = DoubleTile.DEPTH;
    private static final int PITCH = DoubleTile.PITCH;

    private DoubleTile12x2() {}

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
        DoubleVector s0x0 = DoubleVector.fromArray(SPECIES, tile, at);
        DoubleVector s0x1 = DoubleVector.fromArray(SPECIES, tile, at + LANES);
        DoubleVector s1x0 = DoubleVector.fromArray(SPECIES, tile, at + PITCH);
        DoubleVector s1x1 = DoubleVector.fromArray(SPECIES, tile, at + PITCH + LANES);
        DoubleVector s2x0 = DoubleVector.fromArray(SPECIES, tile, at + 2 * PITCH);
        DoubleVector s2x1 = DoubleVector.fromArray(SPECIES, tile, at + 2 * PITCH + LANES);
        DoubleVector s3x0 = DoubleVector.fromArray(SPECIES, tile, at + 3 * PITCH);
        DoubleVector s3x1 = DoubleVector.fromArray(SPECIES, tile, at + 3 * PITCH + LANES);
        DoubleVector s4x0 = DoubleVector.fromArray(SPECIES, tile, at + 4 * PITCH);
        DoubleVector s4x1 = DoubleVector.fromArray(SPECIES, tile, at + 4 * PITCH + LANES);
        DoubleVector s5x0 = DoubleVector.fromArray(SPECIES, tile, at + 5 * PITCH);
        DoubleVector s5x1 = DoubleVector.fromArray(SPECIES, tile, at + 5 * PITCH + LANES);
        DoubleVector s6x0 = DoubleVector.fromArray(SPECIES, tile, at + 6 * PITCH);
        DoubleVector s6x1 = DoubleVector.fromArray(SPECIES, tile, at + 6 * PITCH + LANES);
        DoubleVector s7x0 = DoubleVector.fromArray(SPECIES, tile, at + 7 * PITCH);
        DoubleVector s7x1 = DoubleVector.fromArray(SPECIES, tile, at + 7 * PITCH + LANES);
        DoubleVector s8x0 = DoubleVector.fromArray(SPECIES, tile, at + 8 * PITCH);
        DoubleVector s8x1 = DoubleVector.fromArray(SPECIES, tile, at + 8 * PITCH + LANES);
        DoubleVector s9x0 = DoubleVector.fromArray(SPECIES, tile, at + 9 * PITCH);
        DoubleVector s9x1 = DoubleVector.fromArray(SPECIES, tile, at + 9 * PITCH + LANES);
        DoubleVector s10x0 = DoubleVector.fromArray(SPECIES, tile, at + 10 * PITCH);
        DoubleVector s10x1 = DoubleVector.fromArray(SPECIES, tile, at + 10 * PITCH + LANES);
        DoubleVector s11x0 = DoubleVector.fromArray(SPECIES, tile, at + 11 * PITCH);
        DoubleVector s11x1 = DoubleVector.fromArray(SPECIES, tile, at + 11 * PITCH + LANES);
        for (int p = 0; p < k; p++) {
            long row = b + offsets[first + p];
            DoubleVector b0 = load(row);
            DoubleVector b1 = load(row + BYTES);
            int column = start + p;
            DoubleVector x;
            x = DoubleVector.broadcast(SPECIES, a[column]);
            s0x0 = x.fma(b0, s0x0);
            s0x1 = x.fma(b1, s0x1);
            x = DoubleVector.broadcast(SPECIES, a[column + STRIDE]);
            s1x0 = x.fma(b0, s1x0);
            s1x1 = x.fma(b1, s1x1);
            x = DoubleVector.broadcast(SPECIES, a[column + 2 * STRIDE]);
            s2x0 = x.fma(b0, s2x0);
            s2x1 = x.fma(b1, s2x1);
            x = DoubleVector.broadcast(SPECIES, a[column + 3 * STRIDE]);
            s3x0 = x.fma(b0, s3x0);
            s3x1 = x.fma(b1, s3x1);
            x = DoubleVector.broadcast(SPECIES, a[column + 4 * STRIDE]);
            s4x0 = x.fma(b0, s4x0);
            s4x1 = x.fma(b1, s4x1);
            x = DoubleVector.broadcast(SPECIES, a[column + 5 * STRIDE]);
            s5x0 = x.fma(b0, s5x0);
            s5x1 = x.fma(b1, s5x1);
            x = DoubleVector.broadcast(SPECIES, a[column + 6 * STRIDE]);
            s6x0 = x.fma(b0, s6x0);
            s6x1 = x.fma(b1, s6x1);
            x = DoubleVector.broadcast(SPECIES, a[column + 7 * STRIDE]);
            s7x0 = x.fma(b0, s7x0);
            s7x1 = x.fma(b1, s7x1);
            x = DoubleVector.broadcast(SPECIES, a[column + 8 * STRIDE]);
            s8x0 = x.fma(b0, s8x0);
            s8x1 = x.fma(b1, s8x1);
            x = DoubleVector.broadcast(SPECIES, a[column + 9 * STRIDE]);
            s9x0 = x.fma(b0, s9x0);
            s9x1 = x.fma(b1, s9x1);
            x = DoubleVector.broadcast(SPECIES, a[column + 10 * STRIDE]);
            s10x0 = x.fma(b0, s10x0);
            s10x1 = x.fma(b1, s10x1);
            x = DoubleVector.broadcast(SPECIES, a[column + 11 * STRIDE]);
            s11x0 = x.fma(b0, s11x0);
            s11x1 = x.fma(b1, s11x1);
        }
        s0x0.intoArray(tile, at);
        s0x1.intoArray(tile, at + LANES);
        s1x0.intoArray(tile, at + PITCH);
        s1x1.intoArray(tile, at + PITCH + LANES);
        s2x0.intoArray(tile, at + 2 * PITCH);
        s2x1.intoArray(tile, at + 2 * PITCH + LANES);
        s3x0.intoArray(tile, at + 3 * PITCH);
        s3x1.intoArray(tile, at + 3 * PITCH + LANES);
        s4x0.intoArray(tile, at + 4 * PITCH);
        s4x1.intoArray(tile, at + 4 * PITCH + LANES);
        s5x0.intoArray(tile, at + 5 * PITCH);
        s5x1.intoArray(tile, at + 5 * PITCH + LANES);
        s6x0.intoArray(tile, at + 6 * PITCH);
        s6x1.intoArray(tile, at + 6 * PITCH + LANES);
        s7x0.intoArray(tile, at + 7 * PITCH);
        s7x1.intoArray(tile, at + 7 * PITCH + LANES);
        s8x0.intoArray(tile, at + 8 * PITCH);
        s8x1.intoArray(tile, at + 8 * PITCH + LANES);
        s9x0.intoArray(tile, at + 9 * PITCH);
        s9x1.intoArray(tile, at + 9 * PITCH + LANES);
        s10x0.intoArray(tile, at + 10 * PITCH);
        s10x1.intoArray(tile, at + 10 * PITCH + LANES);
        s11x0.intoArray(tile, at + 11 * PITCH);
        s11x1.intoArray(tile, at + 11 * PITCH + LANES);
    }

    /** See {@link DoubleTile#correlate}. */
    static void correlate(
            double[] a, int[] starts, int first, int[] positions, int k, long b, double[] tile) {
        int r0 = starts[first];
        int r1 = starts[first + 1];
        int r2 = starts[first + 2];
        int r3 = starts[first + 3];
        int r4 = starts[first + 4];
        int r5 = starts[first + 5];
        int r6 = starts[first + 6];
        int r7 = starts[first + 7];
        int r8 = starts[first + 8];
        int r9 = starts[first + 9];
        int r10 = starts[first + 10];
        int r11 = starts[first + 11];
        DoubleVector s0x0 = DoubleVector.fromArray(SPECIES, tile, 0);
        DoubleVector s0x1 = DoubleVector.fromArray(SPECIES, tile, LANES);
        DoubleVector s1x0 = DoubleVector.fromArray(SPECIES, tile, 2 * LANES);
        DoubleVector s1x1 = DoubleVector.fromArray(SPECIES, tile, 3 * LANES);
        DoubleVector s2x0 = DoubleVector.fromArray(SPECIES, tile, 4 * LANES);
        DoubleVector s2x1 = DoubleVector.fromArray(SPECIES, tile, 5 * LANES);
        DoubleVector s3x0 = DoubleVector.fromArray(SPECIES, tile, 6 * LANES);
        DoubleVector s3x1 = DoubleVector.fromArray(SPECIES, tile, 7 * LANES);
        DoubleVector s4x0 = DoubleVector.fromArray(SPECIES, tile, 8 * LANES);
        DoubleVector s4x1 = DoubleVector.fromArray(SPECIES, tile, 9 * LANES);
        DoubleVector s5x0 = DoubleVector.fromArray(SPECIES, tile, 10 * LANES);
        DoubleVector s5x1 = DoubleVector.fromArray(SPECIES, tile, 11 * LANES);
        DoubleVector s6x0 = DoubleVector.fromArray(SPECIES, tile, 12 * LANES);
        DoubleVector s6x1 = DoubleVector.fromArray(SPECIES, tile, 13 * LANES);
        DoubleVector s7x0 = DoubleVector.fromArray(SPECIES, tile, 14 * LANES);
        DoubleVector s7x1 = DoubleVector.fromArray(SPECIES, tile, 15 * LANES);
        DoubleVector s8x0 = DoubleVector.fromArray(SPECIES, tile, 16 * LANES);
        DoubleVector s8x1 = DoubleVector.fromArray(SPECIES, tile, 17 * LANES);
        DoubleVector s9x0 = DoubleVector.fromArray(SPECIES, tile, 18 * LANES);
        DoubleVector s9x1 = DoubleVector.fromArray(SPECIES, tile, 19 * LANES);
        DoubleVector s10x0 = DoubleVector.fromArray(SPECIES, tile, 20 * LANES);
        DoubleVector s10x1 = DoubleVector.fromArray(SPECIES, tile, 21 * LANES);
        DoubleVector s11x0 = DoubleVector.fromArray(SPECIES, tile, 22 * LANES);
        DoubleVector s11x1 = DoubleVector.fromArray(SPECIES, tile, 23 * LANES);
        long row = b;
        for (int p = 0; p < k; p++) {
            int position = positions[p];
            DoubleVector b0 = load(row);
            DoubleVector b1 = load(row + BYTES);
            DoubleVector x;
            x = DoubleVector.broadcast(SPECIES, a[r0 + position]);
            s0x0 = x.fma(b0, s0x0);
            s0x1 = x.fma(b1, s0x1);
            x = DoubleVector.broadcast(SPECIES, a[r1 + position]);
            s1x0 = x.fma(b0, s1x0);
            s1x1 = x.fma(b1, s1x1);
            x = DoubleVector.broadcast(SPECIES, a[r2 + position]);
            s2x0 = x.fma(b0, s2x0);
            s2x1 = x.fma(b1, s2x1);
            x = DoubleVector.broadcast(SPECIES, a[r3 + position]);
            s3x0 = x.fma(b0, s3x0);
            s3x1 = x.fma(b1, s3x1);
            x = DoubleVector.broadcast(SPECIES, a[r4 + position]);
            s4x0 = x.fma(b0, s4x0);
            s4x1 = x.fma(b1, s4x1);
            x = DoubleVector.broadcast(SPECIES, a[r5 + position]);
            s5x0 = x.fma(b0, s5x0);
            s5x1 = x.fma(b1, s5x1);
            x = DoubleVector.broadcast(SPECIES, a[r6 + position]);
            s6x0 = x.fma(b0, s6x0);
            s6x1 = x.fma(b1, s6x1);
            x = DoubleVector.broadcast(SPECIES, a[r7 + position]);
            s7x0 = x.fma(b0, s7x0);
            s7x1 = x.fma(b1, s7x1);
            x = DoubleVector.broadcast(SPECIES, a[r8 + position]);
            s8x0 = x.fma(b0, s8x0);
            s8x1 = x.fma(b1, s8x1);
            x = DoubleVector.broadcast(SPECIES, a[r9 + position]);
            s9x0 = x.fma(b0, s9x0);
            s9x1 = x.fma(b1, s9x1);
            x = DoubleVector.broadcast(SPECIES, a[r10 + position]);
            s10x0 = x.fma(b0, s10x0);
            s10x1 = x.fma(b1, s10x1);
            x = DoubleVector.broadcast(SPECIES, a[r11 + position]);
            s11x0 = x.fma(b0, s11x0);
            s11x1 = x.fma(b1, s11x1);
            row += 2 * BYTES;
        }
        s0x0.intoArray(tile, 0);
        s0x1.intoArray(tile, LANES);
        s1x0.intoArray(tile, 2 * LANES);
        s1x1.intoArray(tile, 3 * LANES);
        s2x0.intoArray(tile, 4 * LANES);
        s2x1.intoArray(tile, 5 * LANES);
        s3x0.intoArray(tile, 6 * LANES);
        s3x1.intoArray(tile, 7 * LANES);
        s4x0.intoArray(tile, 8 * LANES);
        s4x1.intoArray(tile, 9 * LANES);
        s5x0.intoArray(tile, 10 * LANES);
        s5x1.intoArray(tile, 11 * LANES);
        s6x0.intoArray(tile, 12 * LANES);
        s6x1.intoArray(tile, 13 * LANES);
        s7x0.intoArray(tile, 14 * LANES);
        s7x1.intoArray(tile, 15 * LANES);
        s8x0.intoArray(tile, 16 * LANES);
        s8x1.intoArray(tile, 17 * LANES);
        s9x0.intoArray(tile, 18 * LANES);
        s9x1.intoArray(tile, 19 * LANES);
        s10x0.intoArray(tile, 20 * LANES);
        s10x1.intoArray(tile, 21 * LANES);
        s11x0.intoArray(tile, 22 * LANES);
        s11x1.intoArray(tile, 23 * LANES);
    }

    private static DoubleVector load(long address) {
        return DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
