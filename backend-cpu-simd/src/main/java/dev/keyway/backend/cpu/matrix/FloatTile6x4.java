// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Inner tile of 6 rows by 4 vectors, of two panels side by side: one accumulator each, a fused
 * multiply-add per product, in order of k. It spreads 6 numbers and loads 4 vectors for 24
 * multiply-adds where {@link FloatTile8x2} needs 10 for 16, which counts where a processor starts
 * few instructions in a cycle.
 */
final class FloatTile6x4 {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int STRIDE = FloatTile.DEPTH;

    private FloatTile6x4() {}

    /**
     * {@code out = start + a * b} where row r of a at k is {@code a[r * DEPTH + k]}: sums begin in
     * an array and end in memory.
     *
     * @param start what the sums of the first panel begin with
     * @param pitch from there to those of the next row; 0 where all begin with the same
     * @param next from there to the first of the second panel
     * @param b address of the first panel's numbers for the first k
     * @param second from there to the second panel's, in bytes
     * @param rowBytes from there to those for the next k
     * @param k number of products, at most {@link FloatTile#DEPTH}
     * @param out address of the first row of the result, four vectors
     * @param outBytes from one row to the next
     * @param used rows that there are, at least one
     */
    static void multiplyInto(
            float[] a,
            float[] start,
            int pitch,
            int next,
            long b,
            int second,
            long rowBytes,
            int k,
            long out,
            long outBytes,
            int used) {
        FloatVector s0x0 = FloatVector.fromArray(SPECIES, start, 0);
        FloatVector s0x1 = FloatVector.fromArray(SPECIES, start, LANES);
        FloatVector s0x2 = FloatVector.fromArray(SPECIES, start, next);
        FloatVector s0x3 = FloatVector.fromArray(SPECIES, start, next + LANES);
        FloatVector s1x0 = FloatVector.fromArray(SPECIES, start, pitch);
        FloatVector s1x1 = FloatVector.fromArray(SPECIES, start, pitch + LANES);
        FloatVector s1x2 = FloatVector.fromArray(SPECIES, start, next + pitch);
        FloatVector s1x3 = FloatVector.fromArray(SPECIES, start, next + pitch + LANES);
        FloatVector s2x0 = FloatVector.fromArray(SPECIES, start, 2 * pitch);
        FloatVector s2x1 = FloatVector.fromArray(SPECIES, start, 2 * pitch + LANES);
        FloatVector s2x2 = FloatVector.fromArray(SPECIES, start, next + 2 * pitch);
        FloatVector s2x3 = FloatVector.fromArray(SPECIES, start, next + 2 * pitch + LANES);
        FloatVector s3x0 = FloatVector.fromArray(SPECIES, start, 3 * pitch);
        FloatVector s3x1 = FloatVector.fromArray(SPECIES, start, 3 * pitch + LANES);
        FloatVector s3x2 = FloatVector.fromArray(SPECIES, start, next + 3 * pitch);
        FloatVector s3x3 = FloatVector.fromArray(SPECIES, start, next + 3 * pitch + LANES);
        FloatVector s4x0 = FloatVector.fromArray(SPECIES, start, 4 * pitch);
        FloatVector s4x1 = FloatVector.fromArray(SPECIES, start, 4 * pitch + LANES);
        FloatVector s4x2 = FloatVector.fromArray(SPECIES, start, next + 4 * pitch);
        FloatVector s4x3 = FloatVector.fromArray(SPECIES, start, next + 4 * pitch + LANES);
        FloatVector s5x0 = FloatVector.fromArray(SPECIES, start, 5 * pitch);
        FloatVector s5x1 = FloatVector.fromArray(SPECIES, start, 5 * pitch + LANES);
        FloatVector s5x2 = FloatVector.fromArray(SPECIES, start, next + 5 * pitch);
        FloatVector s5x3 = FloatVector.fromArray(SPECIES, start, next + 5 * pitch + LANES);
        // Not negative, as the compiler must see: else it compares each address again.
        long far = second & Integer.MAX_VALUE;
        long row = b;
        for (int p = 0; p < k; p++) {
            long place = Memory.bounded(row);
            FloatVector b0 = load(place);
            FloatVector b1 = load(place + BYTES);
            FloatVector b2 = load(place + far);
            FloatVector b3 = load(place + far + BYTES);
            FloatVector x;
            x = FloatVector.broadcast(SPECIES, a[p]);
            s0x0 = x.fma(b0, s0x0);
            s0x1 = x.fma(b1, s0x1);
            s0x2 = x.fma(b2, s0x2);
            s0x3 = x.fma(b3, s0x3);
            x = FloatVector.broadcast(SPECIES, a[p + STRIDE]);
            s1x0 = x.fma(b0, s1x0);
            s1x1 = x.fma(b1, s1x1);
            s1x2 = x.fma(b2, s1x2);
            s1x3 = x.fma(b3, s1x3);
            x = FloatVector.broadcast(SPECIES, a[p + 2 * STRIDE]);
            s2x0 = x.fma(b0, s2x0);
            s2x1 = x.fma(b1, s2x1);
            s2x2 = x.fma(b2, s2x2);
            s2x3 = x.fma(b3, s2x3);
            x = FloatVector.broadcast(SPECIES, a[p + 3 * STRIDE]);
            s3x0 = x.fma(b0, s3x0);
            s3x1 = x.fma(b1, s3x1);
            s3x2 = x.fma(b2, s3x2);
            s3x3 = x.fma(b3, s3x3);
            x = FloatVector.broadcast(SPECIES, a[p + 4 * STRIDE]);
            s4x0 = x.fma(b0, s4x0);
            s4x1 = x.fma(b1, s4x1);
            s4x2 = x.fma(b2, s4x2);
            s4x3 = x.fma(b3, s4x3);
            x = FloatVector.broadcast(SPECIES, a[p + 5 * STRIDE]);
            s5x0 = x.fma(b0, s5x0);
            s5x1 = x.fma(b1, s5x1);
            s5x2 = x.fma(b2, s5x2);
            s5x3 = x.fma(b3, s5x3);
            row += rowBytes;
        }
        // From the last to the first: the last that there is overwrites those that there aren't.
        long target;
        target = out + Math.min(5, used - 1) * outBytes;
        s5x0.intoMemorySegment(ALL, target, ORDER);
        s5x1.intoMemorySegment(ALL, target + BYTES, ORDER);
        s5x2.intoMemorySegment(ALL, target + 2 * BYTES, ORDER);
        s5x3.intoMemorySegment(ALL, target + 3 * BYTES, ORDER);
        target = out + Math.min(4, used - 1) * outBytes;
        s4x0.intoMemorySegment(ALL, target, ORDER);
        s4x1.intoMemorySegment(ALL, target + BYTES, ORDER);
        s4x2.intoMemorySegment(ALL, target + 2 * BYTES, ORDER);
        s4x3.intoMemorySegment(ALL, target + 3 * BYTES, ORDER);
        target = out + Math.min(3, used - 1) * outBytes;
        s3x0.intoMemorySegment(ALL, target, ORDER);
        s3x1.intoMemorySegment(ALL, target + BYTES, ORDER);
        s3x2.intoMemorySegment(ALL, target + 2 * BYTES, ORDER);
        s3x3.intoMemorySegment(ALL, target + 3 * BYTES, ORDER);
        target = out + Math.min(2, used - 1) * outBytes;
        s2x0.intoMemorySegment(ALL, target, ORDER);
        s2x1.intoMemorySegment(ALL, target + BYTES, ORDER);
        s2x2.intoMemorySegment(ALL, target + 2 * BYTES, ORDER);
        s2x3.intoMemorySegment(ALL, target + 3 * BYTES, ORDER);
        target = out + Math.min(1, used - 1) * outBytes;
        s1x0.intoMemorySegment(ALL, target, ORDER);
        s1x1.intoMemorySegment(ALL, target + BYTES, ORDER);
        s1x2.intoMemorySegment(ALL, target + 2 * BYTES, ORDER);
        s1x3.intoMemorySegment(ALL, target + 3 * BYTES, ORDER);
        s0x0.intoMemorySegment(ALL, out, ORDER);
        s0x1.intoMemorySegment(ALL, out + BYTES, ORDER);
        s0x2.intoMemorySegment(ALL, out + 2 * BYTES, ORDER);
        s0x3.intoMemorySegment(ALL, out + 3 * BYTES, ORDER);
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
