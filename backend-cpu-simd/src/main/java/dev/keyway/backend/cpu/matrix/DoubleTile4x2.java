// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Inner tile of 4 rows by 2 vectors: one accumulator each, a fused multiply-add per product, in
 * order of k. Rows and tile are arrays, whose accesses take C2 far fewer nodes than a segment's:
 * with segments everywhere the method passes C2's limit for inlining.
 */
final class DoubleTile4x2 {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int STRIDE = DoubleTile.DEPTH;
    private static final int PITCH = DoubleTile.PITCH;

    private DoubleTile4x2() {}

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
        }
        s0x0.intoArray(tile, at);
        s0x1.intoArray(tile, at + LANES);
        s1x0.intoArray(tile, at + PITCH);
        s1x1.intoArray(tile, at + PITCH + LANES);
        s2x0.intoArray(tile, at + 2 * PITCH);
        s2x1.intoArray(tile, at + 2 * PITCH + LANES);
        s3x0.intoArray(tile, at + 3 * PITCH);
        s3x1.intoArray(tile, at + 3 * PITCH + LANES);
    }

    /** See {@link DoubleTile#correlate}. */
    static void correlate(
            double[] a, int[] starts, int first, int[] positions, int k, long b, double[] tile) {
        int r0 = starts[first];
        int r1 = starts[first + 1];
        int r2 = starts[first + 2];
        int r3 = starts[first + 3];
        DoubleVector s0x0 = DoubleVector.fromArray(SPECIES, tile, 0);
        DoubleVector s0x1 = DoubleVector.fromArray(SPECIES, tile, LANES);
        DoubleVector s1x0 = DoubleVector.fromArray(SPECIES, tile, 2 * LANES);
        DoubleVector s1x1 = DoubleVector.fromArray(SPECIES, tile, 3 * LANES);
        DoubleVector s2x0 = DoubleVector.fromArray(SPECIES, tile, 4 * LANES);
        DoubleVector s2x1 = DoubleVector.fromArray(SPECIES, tile, 5 * LANES);
        DoubleVector s3x0 = DoubleVector.fromArray(SPECIES, tile, 6 * LANES);
        DoubleVector s3x1 = DoubleVector.fromArray(SPECIES, tile, 7 * LANES);
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
    }

    /** See {@link DoubleTile#multiplyRows}. */
    static void multiplyRows(double[] a, long b, long rowBytes, int k, double[] tile, int at) {
        DoubleVector s0x0 = DoubleVector.fromArray(SPECIES, tile, at);
        DoubleVector s0x1 = DoubleVector.fromArray(SPECIES, tile, at + LANES);
        DoubleVector s1x0 = DoubleVector.fromArray(SPECIES, tile, at + 2 * LANES);
        DoubleVector s1x1 = DoubleVector.fromArray(SPECIES, tile, at + 3 * LANES);
        DoubleVector s2x0 = DoubleVector.fromArray(SPECIES, tile, at + 4 * LANES);
        DoubleVector s2x1 = DoubleVector.fromArray(SPECIES, tile, at + 5 * LANES);
        DoubleVector s3x0 = DoubleVector.fromArray(SPECIES, tile, at + 6 * LANES);
        DoubleVector s3x1 = DoubleVector.fromArray(SPECIES, tile, at + 7 * LANES);
        long row = b;
        for (int p = 0; p < k; p++) {
            DoubleVector b0 = load(row);
            DoubleVector b1 = load(row + BYTES);
            DoubleVector x;
            x = DoubleVector.broadcast(SPECIES, a[p]);
            s0x0 = x.fma(b0, s0x0);
            s0x1 = x.fma(b1, s0x1);
            x = DoubleVector.broadcast(SPECIES, a[p + STRIDE]);
            s1x0 = x.fma(b0, s1x0);
            s1x1 = x.fma(b1, s1x1);
            x = DoubleVector.broadcast(SPECIES, a[p + 2 * STRIDE]);
            s2x0 = x.fma(b0, s2x0);
            s2x1 = x.fma(b1, s2x1);
            x = DoubleVector.broadcast(SPECIES, a[p + 3 * STRIDE]);
            s3x0 = x.fma(b0, s3x0);
            s3x1 = x.fma(b1, s3x1);
            row += rowBytes;
        }
        s0x0.intoArray(tile, at);
        s0x1.intoArray(tile, at + LANES);
        s1x0.intoArray(tile, at + 2 * LANES);
        s1x1.intoArray(tile, at + 3 * LANES);
        s2x0.intoArray(tile, at + 4 * LANES);
        s2x1.intoArray(tile, at + 5 * LANES);
        s3x0.intoArray(tile, at + 6 * LANES);
        s3x1.intoArray(tile, at + 7 * LANES);
    }

    /** See {@link DoubleTile#multiplyInto}. */
    static void multiplyInto(
            double[] a,
            double[] start,
            int at,
            int pitch,
            long b,
            long rowBytes,
            int k,
            long out,
            long outBytes,
            int used) {
        DoubleVector s0x0 = DoubleVector.fromArray(SPECIES, start, at);
        DoubleVector s0x1 = DoubleVector.fromArray(SPECIES, start, at + LANES);
        DoubleVector s1x0 = DoubleVector.fromArray(SPECIES, start, at + pitch);
        DoubleVector s1x1 = DoubleVector.fromArray(SPECIES, start, at + pitch + LANES);
        DoubleVector s2x0 = DoubleVector.fromArray(SPECIES, start, at + 2 * pitch);
        DoubleVector s2x1 = DoubleVector.fromArray(SPECIES, start, at + 2 * pitch + LANES);
        DoubleVector s3x0 = DoubleVector.fromArray(SPECIES, start, at + 3 * pitch);
        DoubleVector s3x1 = DoubleVector.fromArray(SPECIES, start, at + 3 * pitch + LANES);
        long row = b;
        for (int p = 0; p < k; p++) {
            DoubleVector b0 = load(row);
            DoubleVector b1 = load(row + BYTES);
            DoubleVector x;
            x = DoubleVector.broadcast(SPECIES, a[p]);
            s0x0 = x.fma(b0, s0x0);
            s0x1 = x.fma(b1, s0x1);
            x = DoubleVector.broadcast(SPECIES, a[p + STRIDE]);
            s1x0 = x.fma(b0, s1x0);
            s1x1 = x.fma(b1, s1x1);
            x = DoubleVector.broadcast(SPECIES, a[p + 2 * STRIDE]);
            s2x0 = x.fma(b0, s2x0);
            s2x1 = x.fma(b1, s2x1);
            x = DoubleVector.broadcast(SPECIES, a[p + 3 * STRIDE]);
            s3x0 = x.fma(b0, s3x0);
            s3x1 = x.fma(b1, s3x1);
            row += rowBytes;
        }
        // From the last to the first: the last that there is overwrites those that there aren't.
        long target;
        target = out + Math.min(3, used - 1) * outBytes;
        s3x0.intoMemorySegment(ALL, target, ORDER);
        s3x1.intoMemorySegment(ALL, target + BYTES, ORDER);
        target = out + Math.min(2, used - 1) * outBytes;
        s2x0.intoMemorySegment(ALL, target, ORDER);
        s2x1.intoMemorySegment(ALL, target + BYTES, ORDER);
        target = out + Math.min(1, used - 1) * outBytes;
        s1x0.intoMemorySegment(ALL, target, ORDER);
        s1x1.intoMemorySegment(ALL, target + BYTES, ORDER);
        s0x0.intoMemorySegment(ALL, out, ORDER);
        s0x1.intoMemorySegment(ALL, out + BYTES, ORDER);
    }

    private static DoubleVector load(long address) {
        return DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
