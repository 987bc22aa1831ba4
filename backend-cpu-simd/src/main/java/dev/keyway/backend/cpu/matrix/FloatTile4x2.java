// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Inner tile of 4 rows by 2 vectors: one accumulator each, a fused multiply-add per product, in
 * order of k. Rows and tile are arrays, whose accesses take C2 far fewer nodes than a segment's:
 * with segments everywhere the method passes C2's limit for inlining.
 */
final class FloatTile4x2 {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int STRIDE = FloatTile.DEPTH;
    private static final int PITCH = FloatTile.PITCH;

    private FloatTile4x2() {}

    /** See {@link FloatTile#multiply}. */
    static void multiply(
            float[] a, int start, long b, long[] offsets, int first, int k, float[] tile, int at) {
        FloatVector s0x0 = FloatVector.fromArray(SPECIES, tile, at);
        FloatVector s0x1 = FloatVector.fromArray(SPECIES, tile, at + LANES);
        FloatVector s1x0 = FloatVector.fromArray(SPECIES, tile, at + PITCH);
        FloatVector s1x1 = FloatVector.fromArray(SPECIES, tile, at + PITCH + LANES);
        FloatVector s2x0 = FloatVector.fromArray(SPECIES, tile, at + 2 * PITCH);
        FloatVector s2x1 = FloatVector.fromArray(SPECIES, tile, at + 2 * PITCH + LANES);
        FloatVector s3x0 = FloatVector.fromArray(SPECIES, tile, at + 3 * PITCH);
        FloatVector s3x1 = FloatVector.fromArray(SPECIES, tile, at + 3 * PITCH + LANES);
        for (int p = 0; p < k; p++) {
            long row = b + offsets[first + p];
            FloatVector b0 = load(row);
            FloatVector b1 = load(row + BYTES);
            int column = start + p;
            FloatVector x;
            x = FloatVector.broadcast(SPECIES, a[column]);
            s0x0 = x.fma(b0, s0x0);
            s0x1 = x.fma(b1, s0x1);
            x = FloatVector.broadcast(SPECIES, a[column + STRIDE]);
            s1x0 = x.fma(b0, s1x0);
            s1x1 = x.fma(b1, s1x1);
            x = FloatVector.broadcast(SPECIES, a[column + 2 * STRIDE]);
            s2x0 = x.fma(b0, s2x0);
            s2x1 = x.fma(b1, s2x1);
            x = FloatVector.broadcast(SPECIES, a[column + 3 * STRIDE]);
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

    /** See {@link FloatTile#correlate}. */
    static void correlate(
            float[] a, int[] starts, int first, int[] positions, int k, long b, float[] tile) {
        int r0 = starts[first];
        int r1 = starts[first + 1];
        int r2 = starts[first + 2];
        int r3 = starts[first + 3];
        FloatVector s0x0 = FloatVector.fromArray(SPECIES, tile, 0);
        FloatVector s0x1 = FloatVector.fromArray(SPECIES, tile, LANES);
        FloatVector s1x0 = FloatVector.fromArray(SPECIES, tile, 2 * LANES);
        FloatVector s1x1 = FloatVector.fromArray(SPECIES, tile, 3 * LANES);
        FloatVector s2x0 = FloatVector.fromArray(SPECIES, tile, 4 * LANES);
        FloatVector s2x1 = FloatVector.fromArray(SPECIES, tile, 5 * LANES);
        FloatVector s3x0 = FloatVector.fromArray(SPECIES, tile, 6 * LANES);
        FloatVector s3x1 = FloatVector.fromArray(SPECIES, tile, 7 * LANES);
        long row = b;
        for (int p = 0; p < k; p++) {
            int position = positions[p];
            FloatVector b0 = load(row);
            FloatVector b1 = load(row + BYTES);
            FloatVector x;
            x = FloatVector.broadcast(SPECIES, a[r0 + position]);
            s0x0 = x.fma(b0, s0x0);
            s0x1 = x.fma(b1, s0x1);
            x = FloatVector.broadcast(SPECIES, a[r1 + position]);
            s1x0 = x.fma(b0, s1x0);
            s1x1 = x.fma(b1, s1x1);
            x = FloatVector.broadcast(SPECIES, a[r2 + position]);
            s2x0 = x.fma(b0, s2x0);
            s2x1 = x.fma(b1, s2x1);
            x = FloatVector.broadcast(SPECIES, a[r3 + position]);
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

    /** See {@link FloatTile#multiplyRows}. */
    static void multiplyRows(
            float[] a,
            long b,
            long rowBytes,
            int k,
            float[] start,
            int from,
            int step,
            float[] tile,
            int at,
            int pitch) {
        FloatVector s0x0 = FloatVector.fromArray(SPECIES, start, from);
        FloatVector s0x1 = FloatVector.fromArray(SPECIES, start, from + LANES);
        FloatVector s1x0 = FloatVector.fromArray(SPECIES, start, from + step);
        FloatVector s1x1 = FloatVector.fromArray(SPECIES, start, from + step + LANES);
        FloatVector s2x0 = FloatVector.fromArray(SPECIES, start, from + 2 * step);
        FloatVector s2x1 = FloatVector.fromArray(SPECIES, start, from + 2 * step + LANES);
        FloatVector s3x0 = FloatVector.fromArray(SPECIES, start, from + 3 * step);
        FloatVector s3x1 = FloatVector.fromArray(SPECIES, start, from + 3 * step + LANES);
        long row = b;
        for (int p = 0; p < k; p++) {
            FloatVector b0 = load(row);
            FloatVector b1 = load(row + BYTES);
            FloatVector x;
            x = FloatVector.broadcast(SPECIES, a[p]);
            s0x0 = x.fma(b0, s0x0);
            s0x1 = x.fma(b1, s0x1);
            x = FloatVector.broadcast(SPECIES, a[p + STRIDE]);
            s1x0 = x.fma(b0, s1x0);
            s1x1 = x.fma(b1, s1x1);
            x = FloatVector.broadcast(SPECIES, a[p + 2 * STRIDE]);
            s2x0 = x.fma(b0, s2x0);
            s2x1 = x.fma(b1, s2x1);
            x = FloatVector.broadcast(SPECIES, a[p + 3 * STRIDE]);
            s3x0 = x.fma(b0, s3x0);
            s3x1 = x.fma(b1, s3x1);
            row += rowBytes;
        }
        s0x0.intoArray(tile, at);
        s0x1.intoArray(tile, at + LANES);
        s1x0.intoArray(tile, at + pitch);
        s1x1.intoArray(tile, at + pitch + LANES);
        s2x0.intoArray(tile, at + 2 * pitch);
        s2x1.intoArray(tile, at + 2 * pitch + LANES);
        s3x0.intoArray(tile, at + 3 * pitch);
        s3x1.intoArray(tile, at + 3 * pitch + LANES);
    }

    /** See {@link FloatTile#multiplyInto}. */
    static void multiplyInto(
            float[] a,
            float[] start,
            int at,
            int pitch,
            long b,
            long rowBytes,
            int k,
            long out,
            long outBytes,
            int used) {
        FloatVector s0x0 = FloatVector.fromArray(SPECIES, start, at);
        FloatVector s0x1 = FloatVector.fromArray(SPECIES, start, at + LANES);
        FloatVector s1x0 = FloatVector.fromArray(SPECIES, start, at + pitch);
        FloatVector s1x1 = FloatVector.fromArray(SPECIES, start, at + pitch + LANES);
        FloatVector s2x0 = FloatVector.fromArray(SPECIES, start, at + 2 * pitch);
        FloatVector s2x1 = FloatVector.fromArray(SPECIES, start, at + 2 * pitch + LANES);
        FloatVector s3x0 = FloatVector.fromArray(SPECIES, start, at + 3 * pitch);
        FloatVector s3x1 = FloatVector.fromArray(SPECIES, start, at + 3 * pitch + LANES);
        long row = b;
        for (int p = 0; p < k; p++) {
            FloatVector b0 = load(row);
            FloatVector b1 = load(row + BYTES);
            FloatVector x;
            x = FloatVector.broadcast(SPECIES, a[p]);
            s0x0 = x.fma(b0, s0x0);
            s0x1 = x.fma(b1, s0x1);
            x = FloatVector.broadcast(SPECIES, a[p + STRIDE]);
            s1x0 = x.fma(b0, s1x0);
            s1x1 = x.fma(b1, s1x1);
            x = FloatVector.broadcast(SPECIES, a[p + 2 * STRIDE]);
            s2x0 = x.fma(b0, s2x0);
            s2x1 = x.fma(b1, s2x1);
            x = FloatVector.broadcast(SPECIES, a[p + 3 * STRIDE]);
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

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
