// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * f32 window of 3x3 with stride 1 over rows of one channel, four output rows at a time: each vector
 * of the input that is loaded serves up to three rows. Rows of the padding are zeros, its columns
 * are masked.
 */
final class FloatWindow3x3 {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    /** Zeros at the beginning of the image, which stand for a row of the padding. */
    static final int ZEROS = 3 * LENGTH;

    /** Where the rows begin: a window may begin up to a vector's length on their left. */
    static final int BEFORE = ZEROS + LENGTH;

    private static final int ROWS = 4;

    private FloatWindow3x3() {}

    /**
     * Writes rows of outputs, each the chain of its products from {@code start} on.
     *
     * @param shape of the convolution, whose outputs are at least as wide as a vector
     * @param image rows of the channel from {@code firstRow} on, from index {@link #BEFORE} on;
     *     what lies behind them may be read
     * @param weights nine
     * @param first row
     * @param out address of the first row
     */
    static void run(
            Convolution shape,
            float[] image,
            int firstRow,
            float[] weights,
            float start,
            int first,
            int rows,
            long out) {
        int columns = shape.outWidth();
        int pitch = shape.width();
        for (int y = 0; y < rows; y += ROWS) {
            int top = first + y - shape.paddingHeight();
            int used = Math.min(ROWS, rows - y);
            long row = out + (long) SIZE * y * columns;
            for (int x = 0; x < columns; x += LENGTH) {
                int column = Math.min(x, columns - LENGTH);
                int left = column - shape.paddingWidth();
                int at = BEFORE + (top - firstRow) * pitch + left;
                long to = row + (long) SIZE * column;
                if (left >= 0 && left + 2 + LENGTH <= shape.width()) {
                    inner(image, at, pitch, top, shape.height(), weights, start, used, to, columns);
                } else {
                    edge(
                            image,
                            at,
                            pitch,
                            top,
                            shape.height(),
                            left,
                            shape.width(),
                            weights,
                            start,
                            used,
                            to,
                            columns);
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
            float start,
            int used,
            long out,
            int columns) {
        FloatVector s0 = FloatVector.broadcast(SPECIES, start);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector w0 = FloatVector.broadcast(SPECIES, weights[0]);
        FloatVector w1 = FloatVector.broadcast(SPECIES, weights[1]);
        FloatVector w2 = FloatVector.broadcast(SPECIES, weights[2]);
        FloatVector w3 = FloatVector.broadcast(SPECIES, weights[3]);
        FloatVector w4 = FloatVector.broadcast(SPECIES, weights[4]);
        FloatVector w5 = FloatVector.broadcast(SPECIES, weights[5]);
        FloatVector w6 = FloatVector.broadcast(SPECIES, weights[6]);
        FloatVector w7 = FloatVector.broadcast(SPECIES, weights[7]);
        FloatVector w8 = FloatVector.broadcast(SPECIES, weights[8]);
        FloatVector x;
        int row;
        row = top >= 0 && top < height ? at : 0;
        x = FloatVector.fromArray(SPECIES, image, row);
        s0 = w0.fma(x, s0);
        x = FloatVector.fromArray(SPECIES, image, row + 1);
        s0 = w1.fma(x, s0);
        x = FloatVector.fromArray(SPECIES, image, row + 2);
        s0 = w2.fma(x, s0);
        row = top + 1 >= 0 && top + 1 < height ? at + pitch : 0;
        x = FloatVector.fromArray(SPECIES, image, row);
        s0 = w3.fma(x, s0);
        s1 = w0.fma(x, s1);
        x = FloatVector.fromArray(SPECIES, image, row + 1);
        s0 = w4.fma(x, s0);
        s1 = w1.fma(x, s1);
        x = FloatVector.fromArray(SPECIES, image, row + 2);
        s0 = w5.fma(x, s0);
        s1 = w2.fma(x, s1);
        row = top + 2 >= 0 && top + 2 < height ? at + 2 * pitch : 0;
        x = FloatVector.fromArray(SPECIES, image, row);
        s0 = w6.fma(x, s0);
        s1 = w3.fma(x, s1);
        s2 = w0.fma(x, s2);
        x = FloatVector.fromArray(SPECIES, image, row + 1);
        s0 = w7.fma(x, s0);
        s1 = w4.fma(x, s1);
        s2 = w1.fma(x, s2);
        x = FloatVector.fromArray(SPECIES, image, row + 2);
        s0 = w8.fma(x, s0);
        s1 = w5.fma(x, s1);
        s2 = w2.fma(x, s2);
        row = top + 3 >= 0 && top + 3 < height ? at + 3 * pitch : 0;
        x = FloatVector.fromArray(SPECIES, image, row);
        s1 = w6.fma(x, s1);
        s2 = w3.fma(x, s2);
        s3 = w0.fma(x, s3);
        x = FloatVector.fromArray(SPECIES, image, row + 1);
        s1 = w7.fma(x, s1);
        s2 = w4.fma(x, s2);
        s3 = w1.fma(x, s3);
        x = FloatVector.fromArray(SPECIES, image, row + 2);
        s1 = w8.fma(x, s1);
        s2 = w5.fma(x, s2);
        s3 = w2.fma(x, s3);
        row = top + 4 >= 0 && top + 4 < height ? at + 4 * pitch : 0;
        x = FloatVector.fromArray(SPECIES, image, row);
        s2 = w6.fma(x, s2);
        s3 = w3.fma(x, s3);
        x = FloatVector.fromArray(SPECIES, image, row + 1);
        s2 = w7.fma(x, s2);
        s3 = w4.fma(x, s3);
        x = FloatVector.fromArray(SPECIES, image, row + 2);
        s2 = w8.fma(x, s2);
        s3 = w5.fma(x, s3);
        row = top + 5 >= 0 && top + 5 < height ? at + 5 * pitch : 0;
        x = FloatVector.fromArray(SPECIES, image, row);
        s3 = w6.fma(x, s3);
        x = FloatVector.fromArray(SPECIES, image, row + 1);
        s3 = w7.fma(x, s3);
        x = FloatVector.fromArray(SPECIES, image, row + 2);
        s3 = w8.fma(x, s3);
        long outBytes = (long) SIZE * columns;
        s0.intoMemorySegment(ALL, out, ORDER);
        if (used > 1) {
            s1.intoMemorySegment(ALL, out + outBytes, ORDER);
        }
        if (used > 2) {
            s2.intoMemorySegment(ALL, out + 2 * outBytes, ORDER);
        }
        if (used > 3) {
            s3.intoMemorySegment(ALL, out + 3 * outBytes, ORDER);
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
            float start,
            int used,
            long out,
            int columns) {
        FloatVector s0 = FloatVector.broadcast(SPECIES, start);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
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
        FloatVector x;
        int row;
        row = top >= 0 && top < height ? at : 0;
        x = FloatVector.fromArray(SPECIES, image, row, m0);
        s0 = w0.fma(x, s0);
        x = FloatVector.fromArray(SPECIES, image, row + 1, m1);
        s0 = w1.fma(x, s0);
        x = FloatVector.fromArray(SPECIES, image, row + 2, m2);
        s0 = w2.fma(x, s0);
        row = top + 1 >= 0 && top + 1 < height ? at + pitch : 0;
        x = FloatVector.fromArray(SPECIES, image, row, m0);
        s0 = w3.fma(x, s0);
        s1 = w0.fma(x, s1);
        x = FloatVector.fromArray(SPECIES, image, row + 1, m1);
        s0 = w4.fma(x, s0);
        s1 = w1.fma(x, s1);
        x = FloatVector.fromArray(SPECIES, image, row + 2, m2);
        s0 = w5.fma(x, s0);
        s1 = w2.fma(x, s1);
        row = top + 2 >= 0 && top + 2 < height ? at + 2 * pitch : 0;
        x = FloatVector.fromArray(SPECIES, image, row, m0);
        s0 = w6.fma(x, s0);
        s1 = w3.fma(x, s1);
        s2 = w0.fma(x, s2);
        x = FloatVector.fromArray(SPECIES, image, row + 1, m1);
        s0 = w7.fma(x, s0);
        s1 = w4.fma(x, s1);
        s2 = w1.fma(x, s2);
        x = FloatVector.fromArray(SPECIES, image, row + 2, m2);
        s0 = w8.fma(x, s0);
        s1 = w5.fma(x, s1);
        s2 = w2.fma(x, s2);
        row = top + 3 >= 0 && top + 3 < height ? at + 3 * pitch : 0;
        x = FloatVector.fromArray(SPECIES, image, row, m0);
        s1 = w6.fma(x, s1);
        s2 = w3.fma(x, s2);
        s3 = w0.fma(x, s3);
        x = FloatVector.fromArray(SPECIES, image, row + 1, m1);
        s1 = w7.fma(x, s1);
        s2 = w4.fma(x, s2);
        s3 = w1.fma(x, s3);
        x = FloatVector.fromArray(SPECIES, image, row + 2, m2);
        s1 = w8.fma(x, s1);
        s2 = w5.fma(x, s2);
        s3 = w2.fma(x, s3);
        row = top + 4 >= 0 && top + 4 < height ? at + 4 * pitch : 0;
        x = FloatVector.fromArray(SPECIES, image, row, m0);
        s2 = w6.fma(x, s2);
        s3 = w3.fma(x, s3);
        x = FloatVector.fromArray(SPECIES, image, row + 1, m1);
        s2 = w7.fma(x, s2);
        s3 = w4.fma(x, s3);
        x = FloatVector.fromArray(SPECIES, image, row + 2, m2);
        s2 = w8.fma(x, s2);
        s3 = w5.fma(x, s3);
        row = top + 5 >= 0 && top + 5 < height ? at + 5 * pitch : 0;
        x = FloatVector.fromArray(SPECIES, image, row, m0);
        s3 = w6.fma(x, s3);
        x = FloatVector.fromArray(SPECIES, image, row + 1, m1);
        s3 = w7.fma(x, s3);
        x = FloatVector.fromArray(SPECIES, image, row + 2, m2);
        s3 = w8.fma(x, s3);
        long outBytes = (long) SIZE * columns;
        s0.intoMemorySegment(ALL, out, ORDER);
        if (used > 1) {
            s1.intoMemorySegment(ALL, out + outBytes, ORDER);
        }
        if (used > 2) {
            s2.intoMemorySegment(ALL, out + 2 * outBytes, ORDER);
        }
        if (used > 3) {
            s3.intoMemorySegment(ALL, out + 3 * outBytes, ORDER);
        }
    }
}
