// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.convolution.FloatWindow3x3.ZERO;

import dev.keyway.backend.cpu.Exact;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The strips of {@link FloatWindow3x3} at the sides of an image with one column of padding. The
 * vector that would reach over the side is its neighbour, moved by one number: loads with a mask
 * take longer.
 */
final class FloatWindow3x3Sides {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;
    private static final FloatVector NOTHING = FloatVector.zero(SPECIES);

    private static final VectorShuffle<Float> UP =
            VectorShuffle.fromOp(SPECIES, i -> Math.max(0, i - 1));
    private static final VectorShuffle<Float> DOWN =
            VectorShuffle.fromOp(SPECIES, i -> Math.min(LENGTH - 1, i + 1));
    private static final VectorMask<Float> FIRST = VectorMask.fromLong(SPECIES, 1);
    private static final VectorMask<Float> LAST = VectorMask.fromLong(SPECIES, 1L << LENGTH - 1);

    private FloatWindow3x3Sides() {}

    /** The strip whose first windows begin in the column left of the image. */
    static void first(
            long image,
            int width,
            int top,
            int height,
            float[] weights,
            int rows,
            long out,
            int columns) {
        FloatVector bias = FloatVector.broadcast(SPECIES, weights[FloatWindow3x3.BIAS]);
        FloatVector w0 = FloatVector.broadcast(SPECIES, weights[0]);
        FloatVector w1 = FloatVector.broadcast(SPECIES, weights[1]);
        FloatVector w2 = FloatVector.broadcast(SPECIES, weights[2]);
        FloatVector w3 = FloatVector.broadcast(SPECIES, weights[3]);
        FloatVector w4 = FloatVector.broadcast(SPECIES, weights[4]);
        FloatVector w5 = FloatVector.broadcast(SPECIES, weights[5]);
        FloatVector w6 = FloatVector.broadcast(SPECIES, weights[6]);
        FloatVector w7 = FloatVector.broadcast(SPECIES, weights[7]);
        FloatVector w8 = FloatVector.broadcast(SPECIES, weights[8]);
        long rowBytes = (long) SIZE * width;
        long outBytes = (long) SIZE * columns;
        FloatVector one = bias;
        FloatVector two = bias;
        for (int y = 0; y < rows + 2; y++) {
            int line = top + y;
            long row = line >= 0 && line < height ? image + line * rowBytes : ZERO;
            FloatVector x1 = load(row + SIZE);
            FloatVector x2 = load(row + 2 * SIZE);
            FloatVector x0 = x1.rearrange(UP).blend(NOTHING, FIRST);
            FloatVector three = x2.fma(w8, x1.fma(w7, x0.fma(w6, two)));
            two = x2.fma(w5, x1.fma(w4, x0.fma(w3, one)));
            one = x2.fma(w2, x1.fma(w1, x0.fma(w0, bias)));
            // What the first two write the third one overwrites.
            three.intoMemorySegment(ALL, out + Math.max(y - 2, 0) * outBytes, ORDER);
        }
    }

    /** The strip whose last windows end in the column right of the image. */
    static void last(
            long image,
            int width,
            int top,
            int height,
            float[] weights,
            int rows,
            long out,
            int columns) {
        FloatVector bias = FloatVector.broadcast(SPECIES, weights[FloatWindow3x3.BIAS]);
        FloatVector w0 = FloatVector.broadcast(SPECIES, weights[0]);
        FloatVector w1 = FloatVector.broadcast(SPECIES, weights[1]);
        FloatVector w2 = FloatVector.broadcast(SPECIES, weights[2]);
        FloatVector w3 = FloatVector.broadcast(SPECIES, weights[3]);
        FloatVector w4 = FloatVector.broadcast(SPECIES, weights[4]);
        FloatVector w5 = FloatVector.broadcast(SPECIES, weights[5]);
        FloatVector w6 = FloatVector.broadcast(SPECIES, weights[6]);
        FloatVector w7 = FloatVector.broadcast(SPECIES, weights[7]);
        FloatVector w8 = FloatVector.broadcast(SPECIES, weights[8]);
        long rowBytes = (long) SIZE * width;
        long outBytes = (long) SIZE * columns;
        FloatVector one = bias;
        FloatVector two = bias;
        for (int y = 0; y < rows + 2; y++) {
            int line = top + y;
            long row = line >= 0 && line < height ? image + line * rowBytes : ZERO;
            FloatVector x0 = load(row);
            FloatVector x1 = load(row + SIZE);
            FloatVector x2 = x1.rearrange(DOWN).blend(NOTHING, LAST);
            FloatVector three = x2.fma(w8, x1.fma(w7, x0.fma(w6, two)));
            two = x2.fma(w5, x1.fma(w4, x0.fma(w3, one)));
            one = x2.fma(w2, x1.fma(w1, x0.fma(w0, bias)));
            // What the first two write the third one overwrites.
            three.intoMemorySegment(ALL, out + Math.max(y - 2, 0) * outBytes, ORDER);
        }
    }

    private static FloatVector load(long address) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }
}
