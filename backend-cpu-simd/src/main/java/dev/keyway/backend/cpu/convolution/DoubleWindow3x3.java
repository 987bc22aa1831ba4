// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * f64 window of 3x3 with stride 1 over one channel, four output rows at a time: each vector of the
 * input that is loaded serves up to three rows.
 */
final class DoubleWindow3x3 {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Double.BYTES;
    private static final int ROWS = 4;

    private DoubleWindow3x3() {}

    /**
     * Writes rows of outputs, each the chain of its products from {@code start} on.
     *
     * @param image the padded rows; those of another three outputs may be read
     * @param pitch from one of its rows to the next
     * @param weights nine
     * @param columns of the output, at least the length of a vector
     * @param out address of the first row
     */
    static void run(
            double[] image,
            int pitch,
            double[] weights,
            double start,
            int rows,
            int columns,
            long out) {
        for (int y = 0; y < rows; y += ROWS) {
            int used = Math.min(ROWS, rows - y);
            long row = out + (long) SIZE * y * columns;
            for (int x = 0; x < columns; x += LENGTH) {
                int column = Math.min(x, columns - LENGTH);
                block(
                        image,
                        y * pitch + column,
                        pitch,
                        weights,
                        start,
                        used,
                        row + (long) SIZE * column,
                        (long) SIZE * columns);
            }
        }
    }

    private static void block(
            double[] image,
            int at,
            int pitch,
            double[] weights,
            double start,
            int used,
            long out,
            long outBytes) {
        DoubleVector s0 = DoubleVector.broadcast(SPECIES, start);
        DoubleVector s1 = s0;
        DoubleVector s2 = s0;
        DoubleVector s3 = s0;
        DoubleVector w0 = DoubleVector.broadcast(SPECIES, weights[0]);
        DoubleVector w1 = DoubleVector.broadcast(SPECIES, weights[1]);
        DoubleVector w2 = DoubleVector.broadcast(SPECIES, weights[2]);
        DoubleVector w3 = DoubleVector.broadcast(SPECIES, weights[3]);
        DoubleVector w4 = DoubleVector.broadcast(SPECIES, weights[4]);
        DoubleVector w5 = DoubleVector.broadcast(SPECIES, weights[5]);
        DoubleVector w6 = DoubleVector.broadcast(SPECIES, weights[6]);
        DoubleVector w7 = DoubleVector.broadcast(SPECIES, weights[7]);
        DoubleVector w8 = DoubleVector.broadcast(SPECIES, weights[8]);
        DoubleVector x;
        int row0 = at;
        x = DoubleVector.fromArray(SPECIES, image, row0);
        s0 = w0.fma(x, s0);
        x = DoubleVector.fromArray(SPECIES, image, row0 + 1);
        s0 = w1.fma(x, s0);
        x = DoubleVector.fromArray(SPECIES, image, row0 + 2);
        s0 = w2.fma(x, s0);
        int row1 = at + pitch;
        x = DoubleVector.fromArray(SPECIES, image, row1);
        s0 = w3.fma(x, s0);
        s1 = w0.fma(x, s1);
        x = DoubleVector.fromArray(SPECIES, image, row1 + 1);
        s0 = w4.fma(x, s0);
        s1 = w1.fma(x, s1);
        x = DoubleVector.fromArray(SPECIES, image, row1 + 2);
        s0 = w5.fma(x, s0);
        s1 = w2.fma(x, s1);
        int row2 = at + 2 * pitch;
        x = DoubleVector.fromArray(SPECIES, image, row2);
        s0 = w6.fma(x, s0);
        s1 = w3.fma(x, s1);
        s2 = w0.fma(x, s2);
        x = DoubleVector.fromArray(SPECIES, image, row2 + 1);
        s0 = w7.fma(x, s0);
        s1 = w4.fma(x, s1);
        s2 = w1.fma(x, s2);
        x = DoubleVector.fromArray(SPECIES, image, row2 + 2);
        s0 = w8.fma(x, s0);
        s1 = w5.fma(x, s1);
        s2 = w2.fma(x, s2);
        int row3 = at + 3 * pitch;
        x = DoubleVector.fromArray(SPECIES, image, row3);
        s1 = w6.fma(x, s1);
        s2 = w3.fma(x, s2);
        s3 = w0.fma(x, s3);
        x = DoubleVector.fromArray(SPECIES, image, row3 + 1);
        s1 = w7.fma(x, s1);
        s2 = w4.fma(x, s2);
        s3 = w1.fma(x, s3);
        x = DoubleVector.fromArray(SPECIES, image, row3 + 2);
        s1 = w8.fma(x, s1);
        s2 = w5.fma(x, s2);
        s3 = w2.fma(x, s3);
        int row4 = at + 4 * pitch;
        x = DoubleVector.fromArray(SPECIES, image, row4);
        s2 = w6.fma(x, s2);
        s3 = w3.fma(x, s3);
        x = DoubleVector.fromArray(SPECIES, image, row4 + 1);
        s2 = w7.fma(x, s2);
        s3 = w4.fma(x, s3);
        x = DoubleVector.fromArray(SPECIES, image, row4 + 2);
        s2 = w8.fma(x, s2);
        s3 = w5.fma(x, s3);
        int row5 = at + 5 * pitch;
        x = DoubleVector.fromArray(SPECIES, image, row5);
        s3 = w6.fma(x, s3);
        x = DoubleVector.fromArray(SPECIES, image, row5 + 1);
        s3 = w7.fma(x, s3);
        x = DoubleVector.fromArray(SPECIES, image, row5 + 2);
        s3 = w8.fma(x, s3);
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
