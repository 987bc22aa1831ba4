// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.convolution.FloatLoads.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link FloatShallowTile} for windows of 1x1, whose products lie at equal distances: no offset is
 * loaded, and the loop, whose step the compiler doesn't know, stays one.
 */
final class FloatPointTile {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    private FloatPointTile() {}

    /**
     * Computes the outputs of two vectors of pixels.
     *
     * @param base0 address of the first vector's numbers for the first product
     * @param base1 of the second's
     * @param pitch bytes to those for the next
     * @param weights of the products
     * @param first index of the first channel's for the first product
     * @param end behind those of the last
     * @param step to those for the next
     * @param start what each channel begins with
     * @param out0 address of the first vector of the first channel's outputs
     * @param out1 of the second
     * @param channelBytes from one channel to the next
     * @param used channels that there are, at least one
     */
    static void multiply(
            long base0,
            long base1,
            long pitch,
            float[] weights,
            int first,
            int end,
            int step,
            float[] start,
            long out0,
            long out1,
            long channelBytes,
            int used) {
        FloatVector s0x0 = FloatVector.broadcast(SPECIES, start[0]);
        FloatVector s0x1 = s0x0;
        FloatVector s1x0 = FloatVector.broadcast(SPECIES, start[1]);
        FloatVector s1x1 = s1x0;
        FloatVector s2x0 = FloatVector.broadcast(SPECIES, start[2]);
        FloatVector s2x1 = s2x0;
        FloatVector s3x0 = FloatVector.broadcast(SPECIES, start[3]);
        FloatVector s3x1 = s3x0;
        FloatVector s4x0 = FloatVector.broadcast(SPECIES, start[4]);
        FloatVector s4x1 = s4x0;
        FloatVector s5x0 = FloatVector.broadcast(SPECIES, start[5]);
        FloatVector s5x1 = s5x0;
        FloatVector s6x0 = FloatVector.broadcast(SPECIES, start[6]);
        FloatVector s6x1 = s6x0;
        FloatVector s7x0 = FloatVector.broadcast(SPECIES, start[7]);
        FloatVector s7x1 = s7x0;
        long at = base0;
        long next = base1 - base0;
        for (int row = first; row < end; row += step) {
            FloatVector b0 = load(at);
            FloatVector b1 = load(at + next);
            at += pitch;
            FloatVector x;
            x = FloatVector.broadcast(SPECIES, weights[row]);
            s0x0 = x.fma(b0, s0x0);
            s0x1 = x.fma(b1, s0x1);
            x = FloatVector.broadcast(SPECIES, weights[row + 1]);
            s1x0 = x.fma(b0, s1x0);
            s1x1 = x.fma(b1, s1x1);
            x = FloatVector.broadcast(SPECIES, weights[row + 2]);
            s2x0 = x.fma(b0, s2x0);
            s2x1 = x.fma(b1, s2x1);
            x = FloatVector.broadcast(SPECIES, weights[row + 3]);
            s3x0 = x.fma(b0, s3x0);
            s3x1 = x.fma(b1, s3x1);
            x = FloatVector.broadcast(SPECIES, weights[row + 4]);
            s4x0 = x.fma(b0, s4x0);
            s4x1 = x.fma(b1, s4x1);
            x = FloatVector.broadcast(SPECIES, weights[row + 5]);
            s5x0 = x.fma(b0, s5x0);
            s5x1 = x.fma(b1, s5x1);
            x = FloatVector.broadcast(SPECIES, weights[row + 6]);
            s6x0 = x.fma(b0, s6x0);
            s6x1 = x.fma(b1, s6x1);
            x = FloatVector.broadcast(SPECIES, weights[row + 7]);
            s7x0 = x.fma(b0, s7x0);
            s7x1 = x.fma(b1, s7x1);
        }
        // From the last to the first: channels that there aren't are overwritten by the last one.
        long channel;
        channel = Math.min(7, used - 1) * channelBytes;
        s7x0.intoMemorySegment(ALL, out0 + channel, ORDER);
        s7x1.intoMemorySegment(ALL, out1 + channel, ORDER);
        channel = Math.min(6, used - 1) * channelBytes;
        s6x0.intoMemorySegment(ALL, out0 + channel, ORDER);
        s6x1.intoMemorySegment(ALL, out1 + channel, ORDER);
        channel = Math.min(5, used - 1) * channelBytes;
        s5x0.intoMemorySegment(ALL, out0 + channel, ORDER);
        s5x1.intoMemorySegment(ALL, out1 + channel, ORDER);
        channel = Math.min(4, used - 1) * channelBytes;
        s4x0.intoMemorySegment(ALL, out0 + channel, ORDER);
        s4x1.intoMemorySegment(ALL, out1 + channel, ORDER);
        channel = Math.min(3, used - 1) * channelBytes;
        s3x0.intoMemorySegment(ALL, out0 + channel, ORDER);
        s3x1.intoMemorySegment(ALL, out1 + channel, ORDER);
        channel = Math.min(2, used - 1) * channelBytes;
        s2x0.intoMemorySegment(ALL, out0 + channel, ORDER);
        s2x1.intoMemorySegment(ALL, out1 + channel, ORDER);
        channel = Math.min(1, used - 1) * channelBytes;
        s1x0.intoMemorySegment(ALL, out0 + channel, ORDER);
        s1x1.intoMemorySegment(ALL, out1 + channel, ORDER);
        s0x0.intoMemorySegment(ALL, out0, ORDER);
        s0x1.intoMemorySegment(ALL, out1, ORDER);
    }
}
