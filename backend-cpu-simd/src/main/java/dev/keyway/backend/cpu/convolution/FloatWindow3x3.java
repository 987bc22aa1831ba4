// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * f32 window of 3x3 with stride 1 over a channel, in strips of a vector's width from top to bottom:
 * a row of the input is loaded once and is the last one of an output row, the middle one of the
 * next and the first one of the next but one. Rows of the padding are zeros, its columns are
 * masked.
 */
final class FloatWindow3x3 {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    /** Where the bias is, behind the weights: what is read from memory stays in a register. */
    static final int BIAS = 9;

    /** Stands for a row of the padding, as far as {@link FloatRows3x3} reads it. */
    private static final MemorySegment ZEROS =
            Arena.ofAuto().allocate((long) SIZE * (4 * LENGTH + 2), SIZE);

    static final long ZERO = ZEROS.address();

    private FloatWindow3x3() {}

    /**
     * Writes rows of outputs, each number the chain of its products from the bias on.
     *
     * @param shape of the convolution, whose outputs are at least as wide as a vector
     * @param image address of the channel
     * @param weights nine, then the bias
     * @param first row
     * @param out address of the first row
     */
    static void run(Convolution shape, long image, float[] weights, int first, int rows, long out) {
        int columns = shape.outWidth();
        int width = shape.width();
        int height = shape.height();
        int top = first - shape.paddingHeight();
        int x =
                FloatRows3x3.suits(shape)
                        ? FloatRows3x3.run(shape, image, weights, first, rows, out)
                        : 0;
        for (; x < columns; x += LENGTH) {
            int column = Math.min(x, columns - LENGTH);
            int left = column - shape.paddingWidth();
            long at = image + (long) SIZE * left;
            long to = out + (long) SIZE * column;
            if (left >= 0 && left + 2 + LENGTH <= width) {
                inner(at, width, top, height, weights, rows, to, columns);
            } else if (left == -1 && LENGTH < width) {
                FloatWindow3x3Sides.first(at, width, top, height, weights, rows, to, columns);
            } else if (left >= 0 && left + 1 + LENGTH == width) {
                FloatWindow3x3Sides.last(at, width, top, height, weights, rows, to, columns);
            } else {
                edge(at, width, top, height, left, weights, rows, to, columns);
            }
        }
    }

    private static void inner(
            long image,
            int width,
            int top,
            int height,
            float[] weights,
            int rows,
            long out,
            int columns) {
        FloatVector bias = FloatVector.broadcast(SPECIES, weights[BIAS]);
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
            FloatVector x2 = load(row + 2 * SIZE);
            FloatVector three = x2.fma(w8, x1.fma(w7, x0.fma(w6, two)));
            two = x2.fma(w5, x1.fma(w4, x0.fma(w3, one)));
            one = x2.fma(w2, x1.fma(w1, x0.fma(w0, bias)));
            // What the first two write the third one overwrites.
            three.intoMemorySegment(ALL, out + Math.max(y - 2, 0) * outBytes, ORDER);
        }
    }

    private static void edge(
            long image,
            int width,
            int top,
            int height,
            int left,
            float[] weights,
            int rows,
            long out,
            int columns) {
        FloatVector bias = FloatVector.broadcast(SPECIES, weights[BIAS]);
        FloatVector w0 = FloatVector.broadcast(SPECIES, weights[0]);
        FloatVector w1 = FloatVector.broadcast(SPECIES, weights[1]);
        FloatVector w2 = FloatVector.broadcast(SPECIES, weights[2]);
        FloatVector w3 = FloatVector.broadcast(SPECIES, weights[3]);
        FloatVector w4 = FloatVector.broadcast(SPECIES, weights[4]);
        FloatVector w5 = FloatVector.broadcast(SPECIES, weights[5]);
        FloatVector w6 = FloatVector.broadcast(SPECIES, weights[6]);
        FloatVector w7 = FloatVector.broadcast(SPECIES, weights[7]);
        FloatVector w8 = FloatVector.broadcast(SPECIES, weights[8]);
        VectorMask<Float> m0 = SPECIES.indexInRange(left, width);
        VectorMask<Float> m1 = SPECIES.indexInRange(left + 1, width);
        VectorMask<Float> m2 = SPECIES.indexInRange(left + 2, width);
        long rowBytes = (long) SIZE * width;
        long outBytes = (long) SIZE * columns;
        FloatVector one = bias;
        FloatVector two = bias;
        for (int y = 0; y < rows + 2; y++) {
            int line = top + y;
            long row = line >= 0 && line < height ? image + line * rowBytes : ZERO;
            FloatVector x0 = load(row, m0);
            FloatVector x1 = load(row + SIZE, m1);
            FloatVector x2 = load(row + 2 * SIZE, m2);
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

    private static FloatVector load(long address, VectorMask<Float> mask) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER, mask));
    }
}
