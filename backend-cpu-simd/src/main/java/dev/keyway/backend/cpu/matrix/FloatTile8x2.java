// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Inner tile of 8 rows by 2 vectors: one accumulator each, a fused multiply-add per product, in
 * order of k. C2 loads all 8 factors of a step before it multiplies: with 16 accumulators and 2
 * vectors of b they fit in the 32 registers.
 */
final class FloatTile8x2 {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int STRIDE = FloatTile.DEPTH;

    private FloatTile8x2() {}

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
        FloatVector s4x0 = FloatVector.fromArray(SPECIES, start, from + 4 * step);
        FloatVector s4x1 = FloatVector.fromArray(SPECIES, start, from + 4 * step + LANES);
        FloatVector s5x0 = FloatVector.fromArray(SPECIES, start, from + 5 * step);
        FloatVector s5x1 = FloatVector.fromArray(SPECIES, start, from + 5 * step + LANES);
        FloatVector s6x0 = FloatVector.fromArray(SPECIES, start, from + 6 * step);
        FloatVector s6x1 = FloatVector.fromArray(SPECIES, start, from + 6 * step + LANES);
        FloatVector s7x0 = FloatVector.fromArray(SPECIES, start, from + 7 * step);
        FloatVector s7x1 = FloatVector.fromArray(SPECIES, start, from + 7 * step + LANES);
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
            x = FloatVector.broadcast(SPECIES, a[p + 4 * STRIDE]);
            s4x0 = x.fma(b0, s4x0);
            s4x1 = x.fma(b1, s4x1);
            x = FloatVector.broadcast(SPECIES, a[p + 5 * STRIDE]);
            s5x0 = x.fma(b0, s5x0);
            s5x1 = x.fma(b1, s5x1);
            x = FloatVector.broadcast(SPECIES, a[p + 6 * STRIDE]);
            s6x0 = x.fma(b0, s6x0);
            s6x1 = x.fma(b1, s6x1);
            x = FloatVector.broadcast(SPECIES, a[p + 7 * STRIDE]);
            s7x0 = x.fma(b0, s7x0);
            s7x1 = x.fma(b1, s7x1);
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
        s4x0.intoArray(tile, at + 4 * pitch);
        s4x1.intoArray(tile, at + 4 * pitch + LANES);
        s5x0.intoArray(tile, at + 5 * pitch);
        s5x1.intoArray(tile, at + 5 * pitch + LANES);
        s6x0.intoArray(tile, at + 6 * pitch);
        s6x1.intoArray(tile, at + 6 * pitch + LANES);
        s7x0.intoArray(tile, at + 7 * pitch);
        s7x1.intoArray(tile, at + 7 * pitch + LANES);
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
        FloatVector s4x0 = FloatVector.fromArray(SPECIES, start, at + 4 * pitch);
        FloatVector s4x1 = FloatVector.fromArray(SPECIES, start, at + 4 * pitch + LANES);
        FloatVector s5x0 = FloatVector.fromArray(SPECIES, start, at + 5 * pitch);
        FloatVector s5x1 = FloatVector.fromArray(SPECIES, start, at + 5 * pitch + LANES);
        FloatVector s6x0 = FloatVector.fromArray(SPECIES, start, at + 6 * pitch);
        FloatVector s6x1 = FloatVector.fromArray(SPECIES, start, at + 6 * pitch + LANES);
        FloatVector s7x0 = FloatVector.fromArray(SPECIES, start, at + 7 * pitch);
        FloatVector s7x1 = FloatVector.fromArray(SPECIES, start, at + 7 * pitch + LANES);
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
            x = FloatVector.broadcast(SPECIES, a[p + 4 * STRIDE]);
            s4x0 = x.fma(b0, s4x0);
            s4x1 = x.fma(b1, s4x1);
            x = FloatVector.broadcast(SPECIES, a[p + 5 * STRIDE]);
            s5x0 = x.fma(b0, s5x0);
            s5x1 = x.fma(b1, s5x1);
            x = FloatVector.broadcast(SPECIES, a[p + 6 * STRIDE]);
            s6x0 = x.fma(b0, s6x0);
            s6x1 = x.fma(b1, s6x1);
            x = FloatVector.broadcast(SPECIES, a[p + 7 * STRIDE]);
            s7x0 = x.fma(b0, s7x0);
            s7x1 = x.fma(b1, s7x1);
            row += rowBytes;
        }
        // From the last to the first: the last that there is overwrites those that there aren't.
        long target;
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

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
