// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link FloatPointTile} with three vectors of pixels: fewer instructions for a multiply-add. Loads
 * and stores are the Vector API's own, which the compiler still inlines into so long a method.
 */
final class FloatPointTile3 {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    /** See {@link dev.keyway.backend.cpu.Memory#bounded}. */
    private static final long ADDRESS = Long.MAX_VALUE >> 1;

    private FloatPointTile3() {}

    /**
     * Computes the outputs of three vectors of pixels, none of which begins before the one before
     * it, and all of which lie within 2 GB.
     *
     * @param base0 address of the first vector's numbers for the first product
     * @param base1 of the second's
     * @param base2 of the third's
     * @param pitch bytes to those for the next
     * @param weights of the products
     * @param first index of the first channel's for the first product
     * @param end behind those of the last
     * @param step to those for the next
     * @param start what each channel begins with
     * @param out0 address of the first vector of the first channel's outputs
     * @param out1 of the second
     * @param out2 of the third
     * @param channelBytes from one channel to the next
     * @param used channels that there are, at least one
     */
    static void multiply(
            long base0,
            long base1,
            long base2,
            long pitch,
            float[] weights,
            int first,
            int end,
            int step,
            float[] start,
            long out0,
            long out1,
            long out2,
            long channelBytes,
            int used) {
        FloatVector s0x0 = FloatVector.broadcast(SPECIES, start[0]);
        FloatVector s0x1 = s0x0;
        FloatVector s0x2 = s0x0;
        FloatVector s1x0 = FloatVector.broadcast(SPECIES, start[1]);
        FloatVector s1x1 = s1x0;
        FloatVector s1x2 = s1x0;
        FloatVector s2x0 = FloatVector.broadcast(SPECIES, start[2]);
        FloatVector s2x1 = s2x0;
        FloatVector s2x2 = s2x0;
        FloatVector s3x0 = FloatVector.broadcast(SPECIES, start[3]);
        FloatVector s3x1 = s3x0;
        FloatVector s3x2 = s3x0;
        FloatVector s4x0 = FloatVector.broadcast(SPECIES, start[4]);
        FloatVector s4x1 = s4x0;
        FloatVector s4x2 = s4x0;
        FloatVector s5x0 = FloatVector.broadcast(SPECIES, start[5]);
        FloatVector s5x1 = s5x0;
        FloatVector s5x2 = s5x0;
        FloatVector s6x0 = FloatVector.broadcast(SPECIES, start[6]);
        FloatVector s6x1 = s6x0;
        FloatVector s6x2 = s6x0;
        FloatVector s7x0 = FloatVector.broadcast(SPECIES, start[7]);
        FloatVector s7x1 = s7x0;
        FloatVector s7x2 = s7x0;
        // Of numbers that are not negative the compiler knows that their sums are addresses.
        int next1 = (int) (base1 - base0) & Integer.MAX_VALUE;
        int next2 = (int) (base2 - base0) & Integer.MAX_VALUE;
        long at = base0;
        for (int row = first; row < end; row += step) {
            long b = at & ADDRESS;
            at += pitch;
            FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, ALL, b, ORDER);
            FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, ALL, b + next1, ORDER);
            FloatVector b2 = FloatVector.fromMemorySegment(SPECIES, ALL, b + next2, ORDER);
            FloatVector x;
            x = FloatVector.broadcast(SPECIES, weights[row]);
            s0x0 = x.fma(b0, s0x0);
            s0x1 = x.fma(b1, s0x1);
            s0x2 = x.fma(b2, s0x2);
            x = FloatVector.broadcast(SPECIES, weights[row + 1]);
            s1x0 = x.fma(b0, s1x0);
            s1x1 = x.fma(b1, s1x1);
            s1x2 = x.fma(b2, s1x2);
            x = FloatVector.broadcast(SPECIES, weights[row + 2]);
            s2x0 = x.fma(b0, s2x0);
            s2x1 = x.fma(b1, s2x1);
            s2x2 = x.fma(b2, s2x2);
            x = FloatVector.broadcast(SPECIES, weights[row + 3]);
            s3x0 = x.fma(b0, s3x0);
            s3x1 = x.fma(b1, s3x1);
            s3x2 = x.fma(b2, s3x2);
            x = FloatVector.broadcast(SPECIES, weights[row + 4]);
            s4x0 = x.fma(b0, s4x0);
            s4x1 = x.fma(b1, s4x1);
            s4x2 = x.fma(b2, s4x2);
            x = FloatVector.broadcast(SPECIES, weights[row + 5]);
            s5x0 = x.fma(b0, s5x0);
            s5x1 = x.fma(b1, s5x1);
            s5x2 = x.fma(b2, s5x2);
            x = FloatVector.broadcast(SPECIES, weights[row + 6]);
            s6x0 = x.fma(b0, s6x0);
            s6x1 = x.fma(b1, s6x1);
            s6x2 = x.fma(b2, s6x2);
            x = FloatVector.broadcast(SPECIES, weights[row + 7]);
            s7x0 = x.fma(b0, s7x0);
            s7x1 = x.fma(b1, s7x1);
            s7x2 = x.fma(b2, s7x2);
        }
        int second = (int) (out1 - out0) & Integer.MAX_VALUE;
        int third = (int) (out2 - out0) & Integer.MAX_VALUE;
        // From the last to the first: channels that there aren't are overwritten by the last one.
        long to;
        to = (out0 + Math.min(7, used - 1) * channelBytes) & ADDRESS;
        s7x0.intoMemorySegment(ALL, to, ORDER);
        s7x1.intoMemorySegment(ALL, to + second, ORDER);
        s7x2.intoMemorySegment(ALL, to + third, ORDER);
        to = (out0 + Math.min(6, used - 1) * channelBytes) & ADDRESS;
        s6x0.intoMemorySegment(ALL, to, ORDER);
        s6x1.intoMemorySegment(ALL, to + second, ORDER);
        s6x2.intoMemorySegment(ALL, to + third, ORDER);
        to = (out0 + Math.min(5, used - 1) * channelBytes) & ADDRESS;
        s5x0.intoMemorySegment(ALL, to, ORDER);
        s5x1.intoMemorySegment(ALL, to + second, ORDER);
        s5x2.intoMemorySegment(ALL, to + third, ORDER);
        to = (out0 + Math.min(4, used - 1) * channelBytes) & ADDRESS;
        s4x0.intoMemorySegment(ALL, to, ORDER);
        s4x1.intoMemorySegment(ALL, to + second, ORDER);
        s4x2.intoMemorySegment(ALL, to + third, ORDER);
        to = (out0 + Math.min(3, used - 1) * channelBytes) & ADDRESS;
        s3x0.intoMemorySegment(ALL, to, ORDER);
        s3x1.intoMemorySegment(ALL, to + second, ORDER);
        s3x2.intoMemorySegment(ALL, to + third, ORDER);
        to = (out0 + Math.min(2, used - 1) * channelBytes) & ADDRESS;
        s2x0.intoMemorySegment(ALL, to, ORDER);
        s2x1.intoMemorySegment(ALL, to + second, ORDER);
        s2x2.intoMemorySegment(ALL, to + third, ORDER);
        to = (out0 + Math.min(1, used - 1) * channelBytes) & ADDRESS;
        s1x0.intoMemorySegment(ALL, to, ORDER);
        s1x1.intoMemorySegment(ALL, to + second, ORDER);
        s1x2.intoMemorySegment(ALL, to + third, ORDER);
        to = out0 & ADDRESS;
        s0x0.intoMemorySegment(ALL, to, ORDER);
        s0x1.intoMemorySegment(ALL, to + second, ORDER);
        s0x2.intoMemorySegment(ALL, to + third, ORDER);
    }
}
