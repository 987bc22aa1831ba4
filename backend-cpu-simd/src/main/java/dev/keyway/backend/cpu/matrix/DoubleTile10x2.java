// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Inner tile of 10 rows by 2 vectors: one accumulator each, a fused multiply-add per product, in
 * order of k. C2 loads all 10 factors of a step before it multiplies: with 20 accumulators and 2
 * vectors of b they just fit in the 32 registers. A spilled accumulator would cost a third of the
 * speed.
 */
final class DoubleTile10x2 {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int STRIDE = DoubleTile.DEPTH;

    private DoubleTile10x2() {}

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
        DoubleVector s4x0 = DoubleVector.fromArray(SPECIES, tile, at + 8 * LANES);
        DoubleVector s4x1 = DoubleVector.fromArray(SPECIES, tile, at + 9 * LANES);
        DoubleVector s5x0 = DoubleVector.fromArray(SPECIES, tile, at + 10 * LANES);
        DoubleVector s5x1 = DoubleVector.fromArray(SPECIES, tile, at + 11 * LANES);
        DoubleVector s6x0 = DoubleVector.fromArray(SPECIES, tile, at + 12 * LANES);
        DoubleVector s6x1 = DoubleVector.fromArray(SPECIES, tile, at + 13 * LANES);
        DoubleVector s7x0 = DoubleVector.fromArray(SPECIES, tile, at + 14 * LANES);
        DoubleVector s7x1 = DoubleVector.fromArray(SPECIES, tile, at + 15 * LANES);
        DoubleVector s8x0 = DoubleVector.fromArray(SPECIES, tile, at + 16 * LANES);
        DoubleVector s8x1 = DoubleVector.fromArray(SPECIES, tile, at + 17 * LANES);
        DoubleVector s9x0 = DoubleVector.fromArray(SPECIES, tile, at + 18 * LANES);
        DoubleVector s9x1 = DoubleVector.fromArray(SPECIES, tile, at + 19 * LANES);
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
            x = DoubleVector.broadcast(SPECIES, a[p + 4 * STRIDE]);
            s4x0 = x.fma(b0, s4x0);
            s4x1 = x.fma(b1, s4x1);
            x = DoubleVector.broadcast(SPECIES, a[p + 5 * STRIDE]);
            s5x0 = x.fma(b0, s5x0);
            s5x1 = x.fma(b1, s5x1);
            x = DoubleVector.broadcast(SPECIES, a[p + 6 * STRIDE]);
            s6x0 = x.fma(b0, s6x0);
            s6x1 = x.fma(b1, s6x1);
            x = DoubleVector.broadcast(SPECIES, a[p + 7 * STRIDE]);
            s7x0 = x.fma(b0, s7x0);
            s7x1 = x.fma(b1, s7x1);
            x = DoubleVector.broadcast(SPECIES, a[p + 8 * STRIDE]);
            s8x0 = x.fma(b0, s8x0);
            s8x1 = x.fma(b1, s8x1);
            x = DoubleVector.broadcast(SPECIES, a[p + 9 * STRIDE]);
            s9x0 = x.fma(b0, s9x0);
            s9x1 = x.fma(b1, s9x1);
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
        s4x0.intoArray(tile, at + 8 * LANES);
        s4x1.intoArray(tile, at + 9 * LANES);
        s5x0.intoArray(tile, at + 10 * LANES);
        s5x1.intoArray(tile, at + 11 * LANES);
        s6x0.intoArray(tile, at + 12 * LANES);
        s6x1.intoArray(tile, at + 13 * LANES);
        s7x0.intoArray(tile, at + 14 * LANES);
        s7x1.intoArray(tile, at + 15 * LANES);
        s8x0.intoArray(tile, at + 16 * LANES);
        s8x1.intoArray(tile, at + 17 * LANES);
        s9x0.intoArray(tile, at + 18 * LANES);
        s9x1.intoArray(tile, at + 19 * LANES);
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
        DoubleVector s4x0 = DoubleVector.fromArray(SPECIES, start, at + 4 * pitch);
        DoubleVector s4x1 = DoubleVector.fromArray(SPECIES, start, at + 4 * pitch + LANES);
        DoubleVector s5x0 = DoubleVector.fromArray(SPECIES, start, at + 5 * pitch);
        DoubleVector s5x1 = DoubleVector.fromArray(SPECIES, start, at + 5 * pitch + LANES);
        DoubleVector s6x0 = DoubleVector.fromArray(SPECIES, start, at + 6 * pitch);
        DoubleVector s6x1 = DoubleVector.fromArray(SPECIES, start, at + 6 * pitch + LANES);
        DoubleVector s7x0 = DoubleVector.fromArray(SPECIES, start, at + 7 * pitch);
        DoubleVector s7x1 = DoubleVector.fromArray(SPECIES, start, at + 7 * pitch + LANES);
        DoubleVector s8x0 = DoubleVector.fromArray(SPECIES, start, at + 8 * pitch);
        DoubleVector s8x1 = DoubleVector.fromArray(SPECIES, start, at + 8 * pitch + LANES);
        DoubleVector s9x0 = DoubleVector.fromArray(SPECIES, start, at + 9 * pitch);
        DoubleVector s9x1 = DoubleVector.fromArray(SPECIES, start, at + 9 * pitch + LANES);
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
            x = DoubleVector.broadcast(SPECIES, a[p + 4 * STRIDE]);
            s4x0 = x.fma(b0, s4x0);
            s4x1 = x.fma(b1, s4x1);
            x = DoubleVector.broadcast(SPECIES, a[p + 5 * STRIDE]);
            s5x0 = x.fma(b0, s5x0);
            s5x1 = x.fma(b1, s5x1);
            x = DoubleVector.broadcast(SPECIES, a[p + 6 * STRIDE]);
            s6x0 = x.fma(b0, s6x0);
            s6x1 = x.fma(b1, s6x1);
            x = DoubleVector.broadcast(SPECIES, a[p + 7 * STRIDE]);
            s7x0 = x.fma(b0, s7x0);
            s7x1 = x.fma(b1, s7x1);
            x = DoubleVector.broadcast(SPECIES, a[p + 8 * STRIDE]);
            s8x0 = x.fma(b0, s8x0);
            s8x1 = x.fma(b1, s8x1);
            x = DoubleVector.broadcast(SPECIES, a[p + 9 * STRIDE]);
            s9x0 = x.fma(b0, s9x0);
            s9x1 = x.fma(b1, s9x1);
            row += rowBytes;
        }
        // From the last to the first: the last that there is overwrites those that there aren't.
        long target;
        target = out + Math.min(9, used - 1) * outBytes;
        s9x0.intoMemorySegment(ALL, target, ORDER);
        s9x1.intoMemorySegment(ALL, target + BYTES, ORDER);
        target = out + Math.min(8, used - 1) * outBytes;
        s8x0.intoMemorySegment(ALL, target, ORDER);
        s8x1.intoMemorySegment(ALL, target + BYTES, ORDER);
        target = out + Math.min(7, used - 1) * outBytes;
        s7x0.intoMemorySegment(ALL, target, ORDER);
        s7x1.intoMemorySegment(ALL, target + BYTES, ORDER);
        target = out + Math.min(6, used - 1) * outBytes;
        s6x0.intoMemorySegment(ALL, target, ORDER);
        s6x1.intoMemorySegment(ALL, target + BYTES, ORDER);
        target = out + Math.min(5, used - 1) * outBytes;
        s5x0.intoMemorySegment(ALL, target, ORDER);
        s5x1.intoMemorySegment(ALL, target + BYTES, ORDER);
        target = out + Math.min(4, used - 1) * outBytes;
        s4x0.intoMemorySegment(ALL, target, ORDER);
        s4x1.intoMemorySegment(ALL, target + BYTES, ORDER);
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
