// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * f32 window of 3x3 with stride 2 over rows of one channel, two output rows at a time. Rows of the
 * padding are zeros, its columns are masked.
 */
final class FloatWindow3x3Stride2 {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final VectorShuffle<Float> EVEN = VectorShuffle.makeUnzip(SPECIES, 0);
    private static final VectorShuffle<Float> ODD = VectorShuffle.makeUnzip(SPECIES, 1);
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    /** Zeros at the beginning of the image, which stand for a row of the padding. */
    static final int ZEROS = 3 * LENGTH;

    /** Where the rows begin: a window may begin up to a vector's length on their left. */
    static final int BEFORE = ZEROS + LENGTH;

    private static final int ROWS = 2;

    private FloatWindow3x3Stride2() {}

    /**
     * Writes rows of outputs, each number the chain of its products from the bias on.
     *
     * @param shape of the convolution, whose outputs are at least as wide as a vector
     * @param image rows of the channel from {@code firstRow} on, from index {@link #BEFORE} on;
     *     what lies behind them may be read
     * @param weights nine, then the bias
     * @param first row
     * @param out address of the first row
     */
    static void run(
            Convolution shape,
            float[] image,
            int firstRow,
            float[] weights,
            int first,
            int rows,
            long out) {
        int columns = shape.outWidth();
        int pitch = shape.width();
        for (int y = 0; y < rows; y += ROWS) {
            int top = 2 * (first + y) - shape.paddingHeight();
            boolean both = rows - y > 1;
            long row = out + (long) SIZE * y * columns;
            for (int x = 0; x < columns; x += LENGTH) {
                int column = Math.min(x, columns - LENGTH);
                int left = 2 * column - shape.paddingWidth();
                int at = BEFORE + (top - firstRow) * pitch + left;
                long to = row + (long) SIZE * column;
                int height = shape.height();
                int width = shape.width();
                if (left >= 0 && left + 2 + 2 * LENGTH <= width) {
                    inner(image, at, pitch, top, height, weights, both, to, columns);
                } else {
                    edge(image, at, pitch, top, height, left, width, weights, both, to, columns);
                }
            }
        }
    }

    private static void inner(
            float[] image,
            int at,
            int pitch,
            int top,
            int height,
            float[] weights,
            boolean both,
            long out,
            int columns) {
        FloatVector s0 = FloatVector.broadcast(SPECIES, weights[FloatWindow3x3.BIAS]);
        FloatVector s1 = s0;
        FloatVector w0 = FloatVector.broadcast(SPECIES, weights[0]);
        FloatVector w1 = FloatVector.broadcast(SPECIES, weights[1]);
        FloatVector w2 = FloatVector.broadcast(SPECIES, weights[2]);
        FloatVector w3 = FloatVector.broadcast(SPECIES, weights[3]);
        FloatVector w4 = FloatVector.broadcast(SPECIES, weights[4]);
        FloatVector w5 = FloatVector.broadcast(SPECIES, weights[5]);
        FloatVector w6 = FloatVector.broadcast(SPECIES, weights[6]);
        FloatVector w7 = FloatVector.broadcast(SPECIES, weights[7]);
        FloatVector w8 = FloatVector.broadcast(SPECIES, weights[8]);
        FloatVector a;
        FloatVector b;
        FloatVector x;
        int row;
        row = top >= 0 && top < height ? at : 0;
        a = FloatVector.fromArray(SPECIES, image, row);
        b = FloatVector.fromArray(SPECIES, image, row + LENGTH);
        x = a.rearrange(EVEN, b);
        s0 = w0.fma(x, s0);
        x = a.rearrange(ODD, b);
        s0 = w1.fma(x, s0);
        a = FloatVector.fromArray(SPECIES, image, row + 2);
        b = FloatVector.fromArray(SPECIES, image, row + LENGTH + 2);
        x = a.rearrange(EVEN, b);
        s0 = w2.fma(x, s0);
        row = top + 1 >= 0 && top + 1 < height ? at + pitch : 0;
        a = FloatVector.fromArray(SPECIES, image, row);
        b = FloatVector.fromArray(SPECIES, image, row + LENGTH);
        x = a.rearrange(EVEN, b);
        s0 = w3.fma(x, s0);
        x = a.rearrange(ODD, b);
        s0 = w4.fma(x, s0);
        a = FloatVector.fromArray(SPECIES, image, row + 2);
        b = FloatVector.fromArray(SPECIES, image, row + LENGTH + 2);
        x = a.rearrange(EVEN, b);
        s0 = w5.fma(x, s0);
        row = top + 2 >= 0 && top + 2 < height ? at + 2 * pitch : 0;
        a = FloatVector.fromArray(SPECIES, image, row);
        b = FloatVector.fromArray(SPECIES, image, row + LENGTH);
        x = a.rearrange(EVEN, b);
        s0 = w6.fma(x, s0);
        s1 = w0.fma(x, s1);
        x = a.rearrange(ODD, b);
        s0 = w7.fma(x, s0);
        s1 = w1.fma(x, s1);
        a = FloatVector.fromArray(SPECIES, image, row + 2);
        b = FloatVector.fromArray(SPECIES, image, row + LENGTH + 2);
        x = a.rearrange(EVEN, b);
        s0 = w8.fma(x, s0);
        s1 = w2.fma(x, s1);
        row = top + 3 >= 0 && top + 3 < height ? at + 3 * pitch : 0;
        a = FloatVector.fromArray(SPECIES, image, row);
        b = FloatVector.fromArray(SPECIES, image, row + LENGTH);
        x = a.rearrange(EVEN, b);
        s1 = w3.fma(x, s1);
        x = a.rearrange(ODD, b);
        s1 = w4.fma(x, s1);
        a = FloatVector.fromArray(SPECIES, image, row + 2);
        b = FloatVector.fromArray(SPECIES, image, row + LENGTH + 2);
        x = a.rearrange(EVEN, b);
        s1 = w5.fma(x, s1);
        row = top + 4 >= 0 && top + 4 < height ? at + 4 * pitch : 0;
        a = FloatVector.fromArray(SPECIES, image, row);
        b = FloatVector.fromArray(SPECIES, image, row + LENGTH);
        x = a.rearrange(EVEN, b);
        s1 = w6.fma(x, s1);
        x = a.rearrange(ODD, b);
        s1 = w7.fma(x, s1);
        a = FloatVector.fromArray(SPECIES, image, row + 2);
        b = FloatVector.fromArray(SPECIES, image, row + LENGTH + 2);
        x = a.rearrange(EVEN, b);
        s1 = w8.fma(x, s1);
        s0.intoMemorySegment(ALL, out, ORDER);
        if (both) {
            s1.intoMemorySegment(ALL, out + (long) SIZE * columns, ORDER);
        }
    }

    private static void edge(
            float[] image,
            int at,
            int pitch,
            int top,
            int height,
            int left,
            int width,
            float[] weights,
            boolean both,
            long out,
            int columns) {
        FloatVector s0 = FloatVector.broadcast(SPECIES, weights[FloatWindow3x3.BIAS]);
        FloatVector s1 = s0;
        FloatVector w0 = FloatVector.broadcast(SPECIES, weights[0]);
        FloatVector w1 = FloatVector.broadcast(SPECIES, weights[1]);
        FloatVector w2 = FloatVector.broadcast(SPECIES, weights[2]);
        FloatVector w3 = FloatVector.broadcast(SPECIES, weights[3]);
        FloatVector w4 = FloatVector.broadcast(SPECIES, weights[4]);
        FloatVector w5 = FloatVector.broadcast(SPECIES, weights[5]);
        FloatVector w6 = FloatVector.broadcast(SPECIES, weights[6]);
        FloatVector w7 = FloatVector.broadcast(SPECIES, weights[7]);
        FloatVector w8 = FloatVector.broadcast(SPECIES, weights[8]);
        VectorMask<Float> near = SPECIES.indexInRange(left, width);
        VectorMask<Float> far = SPECIES.indexInRange(left + LENGTH, width);
        VectorMask<Float> nextNear = SPECIES.indexInRange(left + 2, width);
        VectorMask<Float> nextFar = SPECIES.indexInRange(left + 2 + LENGTH, width);
        FloatVector a;
        FloatVector b;
        FloatVector x;
        int row;
        row = top >= 0 && top < height ? at : 0;
        a = FloatVector.fromArray(SPECIES, image, row, near);
        b = FloatVector.fromArray(SPECIES, image, row + LENGTH, far);
        x = a.rearrange(EVEN, b);
        s0 = w0.fma(x, s0);
        x = a.rearrange(ODD, b);
        s0 = w1.fma(x, s0);
        a = FloatVector.fromArray(SPECIES, image, row + 2, nextNear);
        b = FloatVector.fromArray(SPECIES, image, row + LENGTH + 2, nextFar);
        x = a.rearrange(EVEN, b);
        s0 = w2.fma(x, s0);
        row = top + 1 >= 0 && top + 1 < height ? at + pitch : 0;
        a = FloatVector.fromArray(SPECIES, image, row, near);
        b = FloatVector.fromArray(SPECIES, image, row + LENGTH, far);
        x = a.rearrange(EVEN, b);
        s0 = w3.fma(x, s0);
        x = a.rearrange(ODD, b);
        s0 = w4.fma(x, s0);
        a = FloatVector.fromArray(SPECIES, image, row + 2, nextNear);
        b = FloatVector.fromArray(SPECIES, image, row + LENGTH + 2, nextFar);
        x = a.rearrange(EVEN, b);
        s0 = w5.fma(x, s0);
        row = top + 2 >= 0 && top + 2 < height ? at + 2 * pitch : 0;
        a = FloatVector.fromArray(SPECIES, image, row, near);
        b = FloatVector.fromArray(SPECIES, image, row + LENGTH, far);
        x = a.rearrange(EVEN, b);
        s0 = w6.fma(x, s0);
        s1 = w0.fma(x, s1);
        x = a.rearrange(ODD, b);
        s0 = w7.fma(x, s0);
        s1 = w1.fma(x, s1);
        a = FloatVector.fromArray(SPECIES, image, row + 2, nextNear);
        b = FloatVector.fromArray(SPECIES, image, row + LENGTH + 2, nextFar);
        x = a.rearrange(EVEN, b);
        s0 = w8.fma(x, s0);
        s1 = w2.fma(x, s1);
        row = top + 3 >= 0 && top + 3 < height ? at + 3 * pitch : 0;
        a = FloatVector.fromArray(SPECIES, image, row, near);
        b = FloatVector.fromArray(SPECIES, image, row + LENGTH, far);
        x = a.rearrange(EVEN, b);
        s1 = w3.fma(x, s1);
        x = a.rearrange(ODD, b);
        s1 = w4.fma(x, s1);
        a = FloatVector.fromArray(SPECIES, image, row + 2, nextNear);
        b = FloatVector.fromArray(SPECIES, image, row + LENGTH + 2, nextFar);
        x = a.rearrange(EVEN, b);
        s1 = w5.fma(x, s1);
        row = top + 4 >= 0 && top + 4 < height ? at + 4 * pitch : 0;
        a = FloatVector.fromArray(SPECIES, image, row, near);
        b = FloatVector.fromArray(SPECIES, image, row + LENGTH, far);
        x = a.rearrange(EVEN, b);
        s1 = w6.fma(x, s1);
        x = a.rearrange(ODD, b);
        s1 = w7.fma(x, s1);
        a = FloatVector.fromArray(SPECIES, image, row + 2, nextNear);
        b = FloatVector.fromArray(SPECIES, image, row + LENGTH + 2, nextFar);
        x = a.rearrange(EVEN, b);
        s1 = w8.fma(x, s1);
        s0.intoMemorySegment(ALL, out, ORDER);
        if (both) {
            s1.intoMemorySegment(ALL, out + (long) SIZE * columns, ORDER);
        }
    }
}
