// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.convolution.FloatLoads.load;

import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link FloatLastPointTile} for 6 pixels by 4 vectors, of two panels side by side: 10 loads for 24
 * multiply-adds where that needs 9 for 14, which counts where a processor starts few instructions
 * in a cycle.
 */
final class FloatLastPointTile4 {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = Float.BYTES;

    /** Pixels. */
    static final int ROWS = 6;

    /** With fewer products the ends of a tile, half as long again, cost as much as is won. */
    private static final int LEAST_INPUTS = 256;

    /** A panel's bytes are an int. */
    private static final int MOST_INPUTS = Integer.MAX_VALUE / (2 * BYTES);

    private FloatLastPointTile4() {}

    /** Whether this takes less time than two tiles of one panel; other widths lack registers. */
    static boolean suits(int inputs) {
        return LANES == 16 && inputs >= LEAST_INPUTS && inputs <= MOST_INPUTS;
    }

    /**
     * Computes the outputs of 6 pixels.
     *
     * @param a address of the first pixel's first channel
     * @param distance bytes from one pixel to the next, of {@link FloatLastPointTile#takes}
     * @param count input channels
     * @param b address of the first panel's packed weights, two vectors for each channel
     * @param second from there to the second panel's, in bytes
     * @param start four vectors that sums begin with
     * @param out address of the first pixel's results
     * @param outDistance bytes from one pixel's results to the next
     */
    static void multiply(
            long a,
            int distance,
            int count,
            long b,
            int second,
            float[] start,
            long out,
            long outDistance) {
        // Not negative, as the compiler must see: else it compares each address again.
        int one = distance & FloatLastPointTile.DISTANCE;
        int three = 3 * one;
        int five = 5 * one;
        long far = second & Integer.MAX_VALUE;
        FloatVector s0x0 = FloatVector.fromArray(SPECIES, start, 0);
        FloatVector s0x1 = FloatVector.fromArray(SPECIES, start, LANES);
        FloatVector s0x2 = FloatVector.fromArray(SPECIES, start, 2 * LANES);
        FloatVector s0x3 = FloatVector.fromArray(SPECIES, start, 3 * LANES);
        FloatVector s1x0 = s0x0;
        FloatVector s1x1 = s0x1;
        FloatVector s1x2 = s0x2;
        FloatVector s1x3 = s0x3;
        FloatVector s2x0 = s0x0;
        FloatVector s2x1 = s0x1;
        FloatVector s2x2 = s0x2;
        FloatVector s2x3 = s0x3;
        FloatVector s3x0 = s0x0;
        FloatVector s3x1 = s0x1;
        FloatVector s3x2 = s0x2;
        FloatVector s3x3 = s0x3;
        FloatVector s4x0 = s0x0;
        FloatVector s4x1 = s0x1;
        FloatVector s4x2 = s0x2;
        FloatVector s4x3 = s0x3;
        FloatVector s5x0 = s0x0;
        FloatVector s5x1 = s0x1;
        FloatVector s5x2 = s0x2;
        FloatVector s5x3 = s0x3;
        long numbers = a;
        long weights = b;
        for (int c = 0; c < count; c++) {
            long at = Memory.bounded(numbers);
            long row = Memory.bounded(weights);
            FloatVector b0 = load(row);
            FloatVector b1 = load(row + BYTES);
            FloatVector b2 = load(row + far);
            FloatVector b3 = load(row + far + BYTES);
            FloatVector x;
            x = FloatVector.broadcast(SPECIES, Memory.getFloat(at));
            s0x0 = x.fma(b0, s0x0);
            s0x1 = x.fma(b1, s0x1);
            s0x2 = x.fma(b2, s0x2);
            s0x3 = x.fma(b3, s0x3);
            x = FloatVector.broadcast(SPECIES, Memory.getFloat(at + one));
            s1x0 = x.fma(b0, s1x0);
            s1x1 = x.fma(b1, s1x1);
            s1x2 = x.fma(b2, s1x2);
            s1x3 = x.fma(b3, s1x3);
            x = FloatVector.broadcast(SPECIES, Memory.getFloat(at + ((long) one << 1)));
            s2x0 = x.fma(b0, s2x0);
            s2x1 = x.fma(b1, s2x1);
            s2x2 = x.fma(b2, s2x2);
            s2x3 = x.fma(b3, s2x3);
            // Never; but nothing is loaded before a branch that it is behind, else all 6 numbers:
            // with 24 sums and 4 vectors two more than there are registers (ADR 0017, 14).
            if (numbers < 0) {
                break;
            }
            x = FloatVector.broadcast(SPECIES, Memory.getFloat(at + three));
            s3x0 = x.fma(b0, s3x0);
            s3x1 = x.fma(b1, s3x1);
            s3x2 = x.fma(b2, s3x2);
            s3x3 = x.fma(b3, s3x3);
            x = FloatVector.broadcast(SPECIES, Memory.getFloat(at + ((long) one << 2)));
            s4x0 = x.fma(b0, s4x0);
            s4x1 = x.fma(b1, s4x1);
            s4x2 = x.fma(b2, s4x2);
            s4x3 = x.fma(b3, s4x3);
            x = FloatVector.broadcast(SPECIES, Memory.getFloat(at + five));
            s5x0 = x.fma(b0, s5x0);
            s5x1 = x.fma(b1, s5x1);
            s5x2 = x.fma(b2, s5x2);
            s5x3 = x.fma(b3, s5x3);
            numbers += SIZE;
            weights += 2 * BYTES;
        }
        s0x0.intoMemorySegment(ALL, out, ORDER);
        s0x1.intoMemorySegment(ALL, out + BYTES, ORDER);
        s0x2.intoMemorySegment(ALL, out + 2 * BYTES, ORDER);
        s0x3.intoMemorySegment(ALL, out + 3 * BYTES, ORDER);
        s1x0.intoMemorySegment(ALL, out + outDistance, ORDER);
        s1x1.intoMemorySegment(ALL, out + outDistance + BYTES, ORDER);
        s1x2.intoMemorySegment(ALL, out + outDistance + 2 * BYTES, ORDER);
        s1x3.intoMemorySegment(ALL, out + outDistance + 3 * BYTES, ORDER);
        s2x0.intoMemorySegment(ALL, out + 2 * outDistance, ORDER);
        s2x1.intoMemorySegment(ALL, out + 2 * outDistance + BYTES, ORDER);
        s2x2.intoMemorySegment(ALL, out + 2 * outDistance + 2 * BYTES, ORDER);
        s2x3.intoMemorySegment(ALL, out + 2 * outDistance + 3 * BYTES, ORDER);
        s3x0.intoMemorySegment(ALL, out + 3 * outDistance, ORDER);
        s3x1.intoMemorySegment(ALL, out + 3 * outDistance + BYTES, ORDER);
        s3x2.intoMemorySegment(ALL, out + 3 * outDistance + 2 * BYTES, ORDER);
        s3x3.intoMemorySegment(ALL, out + 3 * outDistance + 3 * BYTES, ORDER);
        s4x0.intoMemorySegment(ALL, out + 4 * outDistance, ORDER);
        s4x1.intoMemorySegment(ALL, out + 4 * outDistance + BYTES, ORDER);
        s4x2.intoMemorySegment(ALL, out + 4 * outDistance + 2 * BYTES, ORDER);
        s4x3.intoMemorySegment(ALL, out + 4 * outDistance + 3 * BYTES, ORDER);
        s5x0.intoMemorySegment(ALL, out + 5 * outDistance, ORDER);
        s5x1.intoMemorySegment(ALL, out + 5 * outDistance + BYTES, ORDER);
        s5x2.intoMemorySegment(ALL, out + 5 * outDistance + 2 * BYTES, ORDER);
        s5x3.intoMemorySegment(ALL, out + 5 * outDistance + 3 * BYTES, ORDER);
    }
}
