// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.convolution.FloatLoads.load;

import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Inner tile of windows of 3x3 with stride 1, see {@link FloatLastWindowPhase}. */
final class FloatLastWindow3Tile {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int BYTES = SPECIES.vectorByteSize();

    /** Of the bytes from a pixel's sums to the next: their multiples are offsets of an address. */
    static final int DISTANCE = (1 << 27) - 1;

    private static final int PIXEL = FloatLastWindowRows.PIXEL;

    private FloatLastWindow3Tile() {}

    /** Whether results of so many channels lie near enough to one another. */
    static boolean takes(int channels) {
        return channels <= DISTANCE / Float.BYTES;
    }

    /**
     * Adds the products of some rows of the windows to what the sums of 7 pixels begin with.
     *
     * @param a copies of {@link FloatLastWindowRows}
     * @param base index of what the first pixel's window has in its middle
     * @param left whether the row goes on to the left of the windows' middles
     * @param right whether it goes on behind the last pixel
     * @param steps as of {@link FloatWindowTile#add}
     * @param count rows
     * @param b address of packed weights, two vectors for each product
     * @param start address of two vectors for each pixel: the sums up to now, or the biases
     * @param pitch bytes to those of the next pixel; 0 where all begin with the same
     * @param sums address of two vectors for each pixel, the result
     * @param distance bytes to those of the next pixel
     */
    static void add(
            float[] a,
            int base,
            boolean left,
            boolean right,
            int[] steps,
            int count,
            long b,
            long start,
            int pitch,
            long sums,
            int distance) {
        long from = Memory.bounded(start);
        int next = pitch & DISTANCE;
        FloatVector s0x0 = load(from);
        FloatVector s0x1 = load(from + BYTES);
        FloatVector s1x0 = load(from + next);
        FloatVector s1x1 = load(from + next + BYTES);
        FloatVector s2x0 = load(from + 2 * next);
        FloatVector s2x1 = load(from + 2 * next + BYTES);
        FloatVector s3x0 = load(from + 3 * next);
        FloatVector s3x1 = load(from + 3 * next + BYTES);
        FloatVector s4x0 = load(from + 4 * next);
        FloatVector s4x1 = load(from + 4 * next + BYTES);
        FloatVector s5x0 = load(from + 5 * next);
        FloatVector s5x1 = load(from + 5 * next + BYTES);
        FloatVector s6x0 = load(from + 6 * next);
        FloatVector s6x1 = load(from + 6 * next + BYTES);
        for (int p = 0; p < count; p++) {
            long row = Memory.bounded(b + steps[2 * p + 1]);
            FloatVector w0x0 = load(row);
            FloatVector w0x1 = load(row + BYTES);
            FloatVector w1x0 = load(row + 2 * BYTES);
            FloatVector w1x1 = load(row + 3 * BYTES);
            FloatVector w2x0 = load(row + 4 * BYTES);
            FloatVector w2x1 = load(row + 5 * BYTES);
            int i = base + steps[2 * p];
            FloatVector x;
            if (left) {
                x = FloatVector.broadcast(SPECIES, a[i - PIXEL]);
                s0x0 = x.fma(w0x0, s0x0);
                s0x1 = x.fma(w0x1, s0x1);
            }
            x = FloatVector.broadcast(SPECIES, a[i]);
            s0x0 = x.fma(w1x0, s0x0);
            s0x1 = x.fma(w1x1, s0x1);
            s1x0 = x.fma(w0x0, s1x0);
            s1x1 = x.fma(w0x1, s1x1);
            x = FloatVector.broadcast(SPECIES, a[i + PIXEL]);
            s0x0 = x.fma(w2x0, s0x0);
            s0x1 = x.fma(w2x1, s0x1);
            s1x0 = x.fma(w1x0, s1x0);
            s1x1 = x.fma(w1x1, s1x1);
            s2x0 = x.fma(w0x0, s2x0);
            s2x1 = x.fma(w0x1, s2x1);
            x = FloatVector.broadcast(SPECIES, a[i + 2 * PIXEL]);
            s1x0 = x.fma(w2x0, s1x0);
            s1x1 = x.fma(w2x1, s1x1);
            s2x0 = x.fma(w1x0, s2x0);
            s2x1 = x.fma(w1x1, s2x1);
            s3x0 = x.fma(w0x0, s3x0);
            s3x1 = x.fma(w0x1, s3x1);
            x = FloatVector.broadcast(SPECIES, a[i + 3 * PIXEL]);
            s2x0 = x.fma(w2x0, s2x0);
            s2x1 = x.fma(w2x1, s2x1);
            s3x0 = x.fma(w1x0, s3x0);
            s3x1 = x.fma(w1x1, s3x1);
            s4x0 = x.fma(w0x0, s4x0);
            s4x1 = x.fma(w0x1, s4x1);
            x = FloatVector.broadcast(SPECIES, a[i + 4 * PIXEL]);
            s3x0 = x.fma(w2x0, s3x0);
            s3x1 = x.fma(w2x1, s3x1);
            s4x0 = x.fma(w1x0, s4x0);
            s4x1 = x.fma(w1x1, s4x1);
            s5x0 = x.fma(w0x0, s5x0);
            s5x1 = x.fma(w0x1, s5x1);
            x = FloatVector.broadcast(SPECIES, a[i + 5 * PIXEL]);
            s4x0 = x.fma(w2x0, s4x0);
            s4x1 = x.fma(w2x1, s4x1);
            s5x0 = x.fma(w1x0, s5x0);
            s5x1 = x.fma(w1x1, s5x1);
            s6x0 = x.fma(w0x0, s6x0);
            s6x1 = x.fma(w0x1, s6x1);
            x = FloatVector.broadcast(SPECIES, a[i + 6 * PIXEL]);
            s5x0 = x.fma(w2x0, s5x0);
            s5x1 = x.fma(w2x1, s5x1);
            s6x0 = x.fma(w1x0, s6x0);
            s6x1 = x.fma(w1x1, s6x1);
            if (right) {
                x = FloatVector.broadcast(SPECIES, a[i + 7 * PIXEL]);
                s6x0 = x.fma(w2x0, s6x0);
                s6x1 = x.fma(w2x1, s6x1);
            }
        }
        long to = Memory.bounded(sums);
        int further = distance & DISTANCE;
        s0x0.intoMemorySegment(ALL, to, ORDER);
        s0x1.intoMemorySegment(ALL, to + BYTES, ORDER);
        s1x0.intoMemorySegment(ALL, to + further, ORDER);
        s1x1.intoMemorySegment(ALL, to + further + BYTES, ORDER);
        s2x0.intoMemorySegment(ALL, to + 2 * further, ORDER);
        s2x1.intoMemorySegment(ALL, to + 2 * further + BYTES, ORDER);
        s3x0.intoMemorySegment(ALL, to + 3 * further, ORDER);
        s3x1.intoMemorySegment(ALL, to + 3 * further + BYTES, ORDER);
        s4x0.intoMemorySegment(ALL, to + 4 * further, ORDER);
        s4x1.intoMemorySegment(ALL, to + 4 * further + BYTES, ORDER);
        s5x0.intoMemorySegment(ALL, to + 5 * further, ORDER);
        s5x1.intoMemorySegment(ALL, to + 5 * further + BYTES, ORDER);
        s6x0.intoMemorySegment(ALL, to + 6 * further, ORDER);
        s6x1.intoMemorySegment(ALL, to + 6 * further + BYTES, ORDER);
    }
}
