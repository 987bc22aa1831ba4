// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.convolution.FloatLoads.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** As {@link FloatPointTile}, with 16 output channels by 1 vector of pixels. */
final class FloatPointColumnTile {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    private FloatPointColumnTile() {}

    /**
     * Computes the outputs of a vector of pixels.
     *
     * @param base address of the vector's numbers for the first product
     * @param pitch bytes to those for the next
     * @param weights of the products
     * @param first index of the first channel's for the first product
     * @param end behind those of the last
     * @param step to those for the next
     * @param start what each channel begins with
     * @param out address of the first channel's outputs
     * @param channelBytes from one channel to the next
     * @param used channels that there are, at least one
     */
    static void multiply(
            long base,
            long pitch,
            float[] weights,
            int first,
            int end,
            int step,
            float[] start,
            long out,
            long channelBytes,
            int used) {
        FloatVector s0 = FloatVector.broadcast(SPECIES, start[0]);
        FloatVector s1 = FloatVector.broadcast(SPECIES, start[1]);
        FloatVector s2 = FloatVector.broadcast(SPECIES, start[2]);
        FloatVector s3 = FloatVector.broadcast(SPECIES, start[3]);
        FloatVector s4 = FloatVector.broadcast(SPECIES, start[4]);
        FloatVector s5 = FloatVector.broadcast(SPECIES, start[5]);
        FloatVector s6 = FloatVector.broadcast(SPECIES, start[6]);
        FloatVector s7 = FloatVector.broadcast(SPECIES, start[7]);
        FloatVector s8 = FloatVector.broadcast(SPECIES, start[8]);
        FloatVector s9 = FloatVector.broadcast(SPECIES, start[9]);
        FloatVector s10 = FloatVector.broadcast(SPECIES, start[10]);
        FloatVector s11 = FloatVector.broadcast(SPECIES, start[11]);
        FloatVector s12 = FloatVector.broadcast(SPECIES, start[12]);
        FloatVector s13 = FloatVector.broadcast(SPECIES, start[13]);
        FloatVector s14 = FloatVector.broadcast(SPECIES, start[14]);
        FloatVector s15 = FloatVector.broadcast(SPECIES, start[15]);
        long at = base;
        for (int row = first; row < end; row += step) {
            FloatVector b = load(at);
            at += pitch;
            FloatVector x;
            x = FloatVector.broadcast(SPECIES, weights[row]);
            s0 = x.fma(b, s0);
            x = FloatVector.broadcast(SPECIES, weights[row + 1]);
            s1 = x.fma(b, s1);
            x = FloatVector.broadcast(SPECIES, weights[row + 2]);
            s2 = x.fma(b, s2);
            x = FloatVector.broadcast(SPECIES, weights[row + 3]);
            s3 = x.fma(b, s3);
            x = FloatVector.broadcast(SPECIES, weights[row + 4]);
            s4 = x.fma(b, s4);
            x = FloatVector.broadcast(SPECIES, weights[row + 5]);
            s5 = x.fma(b, s5);
            x = FloatVector.broadcast(SPECIES, weights[row + 6]);
            s6 = x.fma(b, s6);
            x = FloatVector.broadcast(SPECIES, weights[row + 7]);
            s7 = x.fma(b, s7);
            x = FloatVector.broadcast(SPECIES, weights[row + 8]);
            s8 = x.fma(b, s8);
            x = FloatVector.broadcast(SPECIES, weights[row + 9]);
            s9 = x.fma(b, s9);
            x = FloatVector.broadcast(SPECIES, weights[row + 10]);
            s10 = x.fma(b, s10);
            x = FloatVector.broadcast(SPECIES, weights[row + 11]);
            s11 = x.fma(b, s11);
            x = FloatVector.broadcast(SPECIES, weights[row + 12]);
            s12 = x.fma(b, s12);
            x = FloatVector.broadcast(SPECIES, weights[row + 13]);
            s13 = x.fma(b, s13);
            x = FloatVector.broadcast(SPECIES, weights[row + 14]);
            s14 = x.fma(b, s14);
            x = FloatVector.broadcast(SPECIES, weights[row + 15]);
            s15 = x.fma(b, s15);
        }
        // From the last to the first: channels that there aren't are overwritten by the last one.
        long channel;
        channel = Math.min(15, used - 1) * channelBytes;
        s15.intoMemorySegment(ALL, out + channel, ORDER);
        channel = Math.min(14, used - 1) * channelBytes;
        s14.intoMemorySegment(ALL, out + channel, ORDER);
        channel = Math.min(13, used - 1) * channelBytes;
        s13.intoMemorySegment(ALL, out + channel, ORDER);
        channel = Math.min(12, used - 1) * channelBytes;
        s12.intoMemorySegment(ALL, out + channel, ORDER);
        channel = Math.min(11, used - 1) * channelBytes;
        s11.intoMemorySegment(ALL, out + channel, ORDER);
        channel = Math.min(10, used - 1) * channelBytes;
        s10.intoMemorySegment(ALL, out + channel, ORDER);
        channel = Math.min(9, used - 1) * channelBytes;
        s9.intoMemorySegment(ALL, out + channel, ORDER);
        channel = Math.min(8, used - 1) * channelBytes;
        s8.intoMemorySegment(ALL, out + channel, ORDER);
        channel = Math.min(7, used - 1) * channelBytes;
        s7.intoMemorySegment(ALL, out + channel, ORDER);
        channel = Math.min(6, used - 1) * channelBytes;
        s6.intoMemorySegment(ALL, out + channel, ORDER);
        channel = Math.min(5, used - 1) * channelBytes;
        s5.intoMemorySegment(ALL, out + channel, ORDER);
        channel = Math.min(4, used - 1) * channelBytes;
        s4.intoMemorySegment(ALL, out + channel, ORDER);
        channel = Math.min(3, used - 1) * channelBytes;
        s3.intoMemorySegment(ALL, out + channel, ORDER);
        channel = Math.min(2, used - 1) * channelBytes;
        s2.intoMemorySegment(ALL, out + channel, ORDER);
        channel = Math.min(1, used - 1) * channelBytes;
        s1.intoMemorySegment(ALL, out + channel, ORDER);
        s0.intoMemorySegment(ALL, out, ORDER);
    }
}
