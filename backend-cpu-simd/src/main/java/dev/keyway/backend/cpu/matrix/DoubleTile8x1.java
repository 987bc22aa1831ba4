// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Inner tile of 8 rows by one vector, for what is left of a matrix: one accumulator each, a fused
 * multiply-add per product, in order of k.
 */
final class DoubleTile8x1 {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int STRIDE = DoubleTile.DEPTH;

    private DoubleTile8x1() {}

    /** See {@link DoubleTile#multiplyInto}; half as many columns. */
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
        DoubleVector s1x0 = DoubleVector.fromArray(SPECIES, start, at + pitch);
        DoubleVector s2x0 = DoubleVector.fromArray(SPECIES, start, at + 2 * pitch);
        DoubleVector s3x0 = DoubleVector.fromArray(SPECIES, start, at + 3 * pitch);
        DoubleVector s4x0 = DoubleVector.fromArray(SPECIES, start, at + 4 * pitch);
        DoubleVector s5x0 = DoubleVector.fromArray(SPECIES, start, at + 5 * pitch);
        DoubleVector s6x0 = DoubleVector.fromArray(SPECIES, start, at + 6 * pitch);
        DoubleVector s7x0 = DoubleVector.fromArray(SPECIES, start, at + 7 * pitch);
        long row = b;
        for (int p = 0; p < k; p++) {
            DoubleVector b0 = load(row);
            DoubleVector x;
            x = DoubleVector.broadcast(SPECIES, a[p]);
            s0x0 = x.fma(b0, s0x0);
            x = DoubleVector.broadcast(SPECIES, a[p + STRIDE]);
            s1x0 = x.fma(b0, s1x0);
            x = DoubleVector.broadcast(SPECIES, a[p + 2 * STRIDE]);
            s2x0 = x.fma(b0, s2x0);
            x = DoubleVector.broadcast(SPECIES, a[p + 3 * STRIDE]);
            s3x0 = x.fma(b0, s3x0);
            x = DoubleVector.broadcast(SPECIES, a[p + 4 * STRIDE]);
            s4x0 = x.fma(b0, s4x0);
            x = DoubleVector.broadcast(SPECIES, a[p + 5 * STRIDE]);
            s5x0 = x.fma(b0, s5x0);
            x = DoubleVector.broadcast(SPECIES, a[p + 6 * STRIDE]);
            s6x0 = x.fma(b0, s6x0);
            x = DoubleVector.broadcast(SPECIES, a[p + 7 * STRIDE]);
            s7x0 = x.fma(b0, s7x0);
            row += rowBytes;
        }
        // From the last to the first: the last that there is overwrites those that there aren't.
        long target;
        target = out + Math.min(7, used - 1) * outBytes;
        s7x0.intoMemorySegment(ALL, target, ORDER);
        target = out + Math.min(6, used - 1) * outBytes;
        s6x0.intoMemorySegment(ALL, target, ORDER);
        target = out + Math.min(5, used - 1) * outBytes;
        s5x0.intoMemorySegment(ALL, target, ORDER);
        target = out + Math.min(4, used - 1) * outBytes;
        s4x0.intoMemorySegment(ALL, target, ORDER);
        target = out + Math.min(3, used - 1) * outBytes;
        s3x0.intoMemorySegment(ALL, target, ORDER);
        target = out + Math.min(2, used - 1) * outBytes;
        s2x0.intoMemorySegment(ALL, target, ORDER);
        target = out + Math.min(1, used - 1) * outBytes;
        s1x0.intoMemorySegment(ALL, target, ORDER);
        s0x0.intoMemorySegment(ALL, out, ORDER);
    }

    private static DoubleVector load(long address) {
        return DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
