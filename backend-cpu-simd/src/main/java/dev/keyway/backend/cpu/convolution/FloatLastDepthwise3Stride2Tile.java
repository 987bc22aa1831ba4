// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Seven outputs side by side of windows of 3x3 with stride 2, see {@link FloatLastDepthwisePhase}.
 */
final class FloatLastDepthwise3Stride2Tile {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int COLUMNS = 2 * LENGTH;

    /** The longest distance of pixels: the compiler then knows that no sum of some is negative. */
    private static final int MOST = (1 << 26) - 1;

    private FloatLastDepthwise3Stride2Tile() {}

    /**
     * Writes seven outputs of each channel.
     *
     * @param source address of the first pixel of the first window, which may be padding
     * @param rowBytes from one row to the next
     * @param pixelBytes from one pixel to the next
     * @param left whether the first column of the first window lies in the image
     * @param right whether the last column of the last window does
     * @param weights see {@link FloatLastWeights}
     * @param at index of the first
     * @param from the first row of the window that lies in the image
     * @param end behind the last one
     * @param count of twice as many channels as a vector holds
     * @param out address of the first output
     */
    static void add(
            long source,
            long rowBytes,
            int pixelBytes,
            boolean left,
            boolean right,
            float[] weights,
            int at,
            int from,
            int end,
            int count,
            long out) {
        long o1 = pixelBytes & MOST;
        long o2 = o1 + o1;
        long o3 = o2 + o1;
        for (int v = 0; v < count; v++) {
            int bias = at + v * 10 * COLUMNS;
            long row = source + (long) v * 2 * BYTES;
            FloatVector s0x0 = FloatVector.fromArray(SPECIES, weights, bias);
            FloatVector s0x1 = FloatVector.fromArray(SPECIES, weights, bias + LENGTH);
            FloatVector s1x0 = FloatVector.fromArray(SPECIES, weights, bias);
            FloatVector s1x1 = FloatVector.fromArray(SPECIES, weights, bias + LENGTH);
            FloatVector s2x0 = FloatVector.fromArray(SPECIES, weights, bias);
            FloatVector s2x1 = FloatVector.fromArray(SPECIES, weights, bias + LENGTH);
            FloatVector s3x0 = FloatVector.fromArray(SPECIES, weights, bias);
            FloatVector s3x1 = FloatVector.fromArray(SPECIES, weights, bias + LENGTH);
            FloatVector s4x0 = FloatVector.fromArray(SPECIES, weights, bias);
            FloatVector s4x1 = FloatVector.fromArray(SPECIES, weights, bias + LENGTH);
            FloatVector s5x0 = FloatVector.fromArray(SPECIES, weights, bias);
            FloatVector s5x1 = FloatVector.fromArray(SPECIES, weights, bias + LENGTH);
            FloatVector s6x0 = FloatVector.fromArray(SPECIES, weights, bias);
            FloatVector s6x1 = FloatVector.fromArray(SPECIES, weights, bias + LENGTH);
            for (int i = from; i < end; i++) {
                int w = bias + (3 * i + 1) * COLUMNS;
                long a0 = Memory.bounded(row + i * rowBytes);
                long a3 = Memory.bounded(a0 + o3);
                long a6 = Memory.bounded(a3 + o3);
                long a9 = Memory.bounded(a6 + o3);
                long a12 = Memory.bounded(a9 + o3);
                FloatVector w0x0 = FloatVector.fromArray(SPECIES, weights, w);
                FloatVector w0x1 = FloatVector.fromArray(SPECIES, weights, w + 1 * LENGTH);
                FloatVector w1x0 = FloatVector.fromArray(SPECIES, weights, w + 2 * LENGTH);
                FloatVector w1x1 = FloatVector.fromArray(SPECIES, weights, w + 3 * LENGTH);
                FloatVector w2x0 = FloatVector.fromArray(SPECIES, weights, w + 4 * LENGTH);
                FloatVector w2x1 = FloatVector.fromArray(SPECIES, weights, w + 5 * LENGTH);
                FloatVector x0;
                FloatVector x1;
                if (left) {
                    x0 = FloatVector.fromMemorySegment(SPECIES, ALL, a0, ORDER);
                    x1 = FloatVector.fromMemorySegment(SPECIES, ALL, a0 + BYTES, ORDER);
                    s0x0 = x0.fma(w0x0, s0x0);
                    s0x1 = x1.fma(w0x1, s0x1);
                }
                x0 = FloatVector.fromMemorySegment(SPECIES, ALL, a0 + o1, ORDER);
                x1 = FloatVector.fromMemorySegment(SPECIES, ALL, a0 + o1 + BYTES, ORDER);
                s0x0 = x0.fma(w1x0, s0x0);
                s0x1 = x1.fma(w1x1, s0x1);
                x0 = FloatVector.fromMemorySegment(SPECIES, ALL, a0 + o2, ORDER);
                x1 = FloatVector.fromMemorySegment(SPECIES, ALL, a0 + o2 + BYTES, ORDER);
                s0x0 = x0.fma(w2x0, s0x0);
                s0x1 = x1.fma(w2x1, s0x1);
                s1x0 = x0.fma(w0x0, s1x0);
                s1x1 = x1.fma(w0x1, s1x1);
                x0 = FloatVector.fromMemorySegment(SPECIES, ALL, a3, ORDER);
                x1 = FloatVector.fromMemorySegment(SPECIES, ALL, a3 + BYTES, ORDER);
                s1x0 = x0.fma(w1x0, s1x0);
                s1x1 = x1.fma(w1x1, s1x1);
                x0 = FloatVector.fromMemorySegment(SPECIES, ALL, a3 + o1, ORDER);
                x1 = FloatVector.fromMemorySegment(SPECIES, ALL, a3 + o1 + BYTES, ORDER);
                s1x0 = x0.fma(w2x0, s1x0);
                s1x1 = x1.fma(w2x1, s1x1);
                s2x0 = x0.fma(w0x0, s2x0);
                s2x1 = x1.fma(w0x1, s2x1);
                x0 = FloatVector.fromMemorySegment(SPECIES, ALL, a3 + o2, ORDER);
                x1 = FloatVector.fromMemorySegment(SPECIES, ALL, a3 + o2 + BYTES, ORDER);
                s2x0 = x0.fma(w1x0, s2x0);
                s2x1 = x1.fma(w1x1, s2x1);
                x0 = FloatVector.fromMemorySegment(SPECIES, ALL, a6, ORDER);
                x1 = FloatVector.fromMemorySegment(SPECIES, ALL, a6 + BYTES, ORDER);
                s2x0 = x0.fma(w2x0, s2x0);
                s2x1 = x1.fma(w2x1, s2x1);
                s3x0 = x0.fma(w0x0, s3x0);
                s3x1 = x1.fma(w0x1, s3x1);
                x0 = FloatVector.fromMemorySegment(SPECIES, ALL, a6 + o1, ORDER);
                x1 = FloatVector.fromMemorySegment(SPECIES, ALL, a6 + o1 + BYTES, ORDER);
                s3x0 = x0.fma(w1x0, s3x0);
                s3x1 = x1.fma(w1x1, s3x1);
                x0 = FloatVector.fromMemorySegment(SPECIES, ALL, a6 + o2, ORDER);
                x1 = FloatVector.fromMemorySegment(SPECIES, ALL, a6 + o2 + BYTES, ORDER);
                s3x0 = x0.fma(w2x0, s3x0);
                s3x1 = x1.fma(w2x1, s3x1);
                s4x0 = x0.fma(w0x0, s4x0);
                s4x1 = x1.fma(w0x1, s4x1);
                x0 = FloatVector.fromMemorySegment(SPECIES, ALL, a9, ORDER);
                x1 = FloatVector.fromMemorySegment(SPECIES, ALL, a9 + BYTES, ORDER);
                s4x0 = x0.fma(w1x0, s4x0);
                s4x1 = x1.fma(w1x1, s4x1);
                x0 = FloatVector.fromMemorySegment(SPECIES, ALL, a9 + o1, ORDER);
                x1 = FloatVector.fromMemorySegment(SPECIES, ALL, a9 + o1 + BYTES, ORDER);
                s4x0 = x0.fma(w2x0, s4x0);
                s4x1 = x1.fma(w2x1, s4x1);
                s5x0 = x0.fma(w0x0, s5x0);
                s5x1 = x1.fma(w0x1, s5x1);
                x0 = FloatVector.fromMemorySegment(SPECIES, ALL, a9 + o2, ORDER);
                x1 = FloatVector.fromMemorySegment(SPECIES, ALL, a9 + o2 + BYTES, ORDER);
                s5x0 = x0.fma(w1x0, s5x0);
                s5x1 = x1.fma(w1x1, s5x1);
                x0 = FloatVector.fromMemorySegment(SPECIES, ALL, a12, ORDER);
                x1 = FloatVector.fromMemorySegment(SPECIES, ALL, a12 + BYTES, ORDER);
                s5x0 = x0.fma(w2x0, s5x0);
                s5x1 = x1.fma(w2x1, s5x1);
                s6x0 = x0.fma(w0x0, s6x0);
                s6x1 = x1.fma(w0x1, s6x1);
                x0 = FloatVector.fromMemorySegment(SPECIES, ALL, a12 + o1, ORDER);
                x1 = FloatVector.fromMemorySegment(SPECIES, ALL, a12 + o1 + BYTES, ORDER);
                s6x0 = x0.fma(w1x0, s6x0);
                s6x1 = x1.fma(w1x1, s6x1);
                if (right) {
                    x0 = FloatVector.fromMemorySegment(SPECIES, ALL, a12 + o2, ORDER);
                    x1 = FloatVector.fromMemorySegment(SPECIES, ALL, a12 + o2 + BYTES, ORDER);
                    s6x0 = x0.fma(w2x0, s6x0);
                    s6x1 = x1.fma(w2x1, s6x1);
                }
            }
            long to0 = Memory.bounded(out + (long) v * 2 * BYTES);
            long to3 = Memory.bounded(to0 + o3);
            long to6 = Memory.bounded(to3 + o3);
            s0x0.intoMemorySegment(ALL, to0, ORDER);
            s0x1.intoMemorySegment(ALL, to0 + BYTES, ORDER);
            s1x0.intoMemorySegment(ALL, to0 + o1, ORDER);
            s1x1.intoMemorySegment(ALL, to0 + o1 + BYTES, ORDER);
            s2x0.intoMemorySegment(ALL, to0 + o2, ORDER);
            s2x1.intoMemorySegment(ALL, to0 + o2 + BYTES, ORDER);
            s3x0.intoMemorySegment(ALL, to3, ORDER);
            s3x1.intoMemorySegment(ALL, to3 + BYTES, ORDER);
            s4x0.intoMemorySegment(ALL, to3 + o1, ORDER);
            s4x1.intoMemorySegment(ALL, to3 + o1 + BYTES, ORDER);
            s5x0.intoMemorySegment(ALL, to3 + o2, ORDER);
            s5x1.intoMemorySegment(ALL, to3 + o2 + BYTES, ORDER);
            s6x0.intoMemorySegment(ALL, to6, ORDER);
            s6x1.intoMemorySegment(ALL, to6 + BYTES, ORDER);
        }
    }
}
