// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.convolution.FloatLoads.load;

import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Inner tile of {@link FloatLastPointPhase}: 7 pixels at equal distances by 2 vectors of output
 * channels. It goes through all input channels at once, so that sums begin at the bias and end in
 * the output. Every one is a chain of fused multiply-adds in the order of channels.
 */
final class FloatLastPointTile {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = Float.BYTES;

    /** Pixels. */
    static final int ROWS = 7;

    /** Of the bytes from one pixel to the next: their multiples are offsets of an address then. */
    static final int DISTANCE = (1 << 27) - 1;

    private FloatLastPointTile() {}

    /** Whether pixels may lie so many bytes apart. */
    static boolean takes(long distance) {
        return distance <= DISTANCE;
    }

    /**
     * Computes the outputs of 7 pixels.
     *
     * @param a address of the first pixel's first channel
     * @param distance bytes from one pixel to the next
     * @param count input channels
     * @param b address of packed weights, two vectors for each channel
     * @param start two vectors that sums begin with
     * @param first index of their first number
     * @param out address of the first pixel's results
     * @param outDistance bytes from one pixel's results to the next
     */
    static void multiply(
            long a,
            int distance,
            int count,
            long b,
            float[] start,
            int first,
            long out,
            long outDistance) {
        // Processors add an index times 1, 2 or 4 to an address by the way.
        int one = distance & DISTANCE;
        int three = 3 * one;
        int five = 5 * one;
        FloatVector s0x0 = FloatVector.fromArray(SPECIES, start, first);
        FloatVector s0x1 = FloatVector.fromArray(SPECIES, start, first + LANES);
        FloatVector s1x0 = s0x0;
        FloatVector s1x1 = s0x1;
        FloatVector s2x0 = s0x0;
        FloatVector s2x1 = s0x1;
        FloatVector s3x0 = s0x0;
        FloatVector s3x1 = s0x1;
        FloatVector s4x0 = s0x0;
        FloatVector s4x1 = s0x1;
        FloatVector s5x0 = s0x0;
        FloatVector s5x1 = s0x1;
        FloatVector s6x0 = s0x0;
        FloatVector s6x1 = s0x1;
        for (int c = 0; c < count; c++) {
            long at = Memory.bounded(a + (long) SIZE * c);
            long row = Memory.bounded(b + 2L * BYTES * c);
            FloatVector b0 = load(row);
            FloatVector b1 = load(row + BYTES);
            FloatVector x;
            x = FloatVector.broadcast(SPECIES, Memory.getFloat(at));
            s0x0 = x.fma(b0, s0x0);
            s0x1 = x.fma(b1, s0x1);
            x = FloatVector.broadcast(SPECIES, Memory.getFloat(at + one));
            s1x0 = x.fma(b0, s1x0);
            s1x1 = x.fma(b1, s1x1);
            x = FloatVector.broadcast(SPECIES, Memory.getFloat(at + ((long) one << 1)));
            s2x0 = x.fma(b0, s2x0);
            s2x1 = x.fma(b1, s2x1);
            x = FloatVector.broadcast(SPECIES, Memory.getFloat(at + three));
            s3x0 = x.fma(b0, s3x0);
            s3x1 = x.fma(b1, s3x1);
            x = FloatVector.broadcast(SPECIES, Memory.getFloat(at + ((long) one << 2)));
            s4x0 = x.fma(b0, s4x0);
            s4x1 = x.fma(b1, s4x1);
            x = FloatVector.broadcast(SPECIES, Memory.getFloat(at + five));
            s5x0 = x.fma(b0, s5x0);
            s5x1 = x.fma(b1, s5x1);
            x = FloatVector.broadcast(SPECIES, Memory.getFloat(at + ((long) three << 1)));
            s6x0 = x.fma(b0, s6x0);
            s6x1 = x.fma(b1, s6x1);
        }
        s0x0.intoMemorySegment(ALL, out, ORDER);
        s0x1.intoMemorySegment(ALL, out + BYTES, ORDER);
        s1x0.intoMemorySegment(ALL, out + outDistance, ORDER);
        s1x1.intoMemorySegment(ALL, out + outDistance + BYTES, ORDER);
        s2x0.intoMemorySegment(ALL, out + 2 * outDistance, ORDER);
        s2x1.intoMemorySegment(ALL, out + 2 * outDistance + BYTES, ORDER);
        s3x0.intoMemorySegment(ALL, out + 3 * outDistance, ORDER);
        s3x1.intoMemorySegment(ALL, out + 3 * outDistance + BYTES, ORDER);
        s4x0.intoMemorySegment(ALL, out + 4 * outDistance, ORDER);
        s4x1.intoMemorySegment(ALL, out + 4 * outDistance + BYTES, ORDER);
        s5x0.intoMemorySegment(ALL, out + 5 * outDistance, ORDER);
        s5x1.intoMemorySegment(ALL, out + 5 * outDistance + BYTES, ORDER);
        s6x0.intoMemorySegment(ALL, out + 6 * outDistance, ORDER);
        s6x1.intoMemorySegment(ALL, out + 6 * outDistance + BYTES, ORDER);
    }
}
