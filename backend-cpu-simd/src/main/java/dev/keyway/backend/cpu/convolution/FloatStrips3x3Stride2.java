// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * f32 window of 3x3 with stride 2 and a padding of 1 over a channel with an even number of columns,
 * in strips of a vector's width from top to bottom: every second row of the input is the last one
 * of an output row and the first one of the next. Rows of the padding are zeros.
 */
final class FloatStrips3x3Stride2 {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = Float.BYTES;
    private static final FloatVector NOTHING = FloatVector.zero(SPECIES);

    /** Stands for a row of the padding. */
    private static final MemorySegment ZEROS =
            Arena.ofAuto().allocate((long) SIZE * (2 * LENGTH + 1), SIZE);

    private static final long ZERO = ZEROS.address();

    private FloatStrips3x3Stride2() {}

    /** Whether this is a way for the shape. */
    static boolean suits(Convolution shape) {
        return shape.kernelHeight() == 3
                && shape.kernelWidth() == 3
                && shape.strideHeight() == 2
                && shape.strideWidth() == 2
                && shape.paddingHeight() == 1
                && shape.paddingWidth() == 1
                && shape.dilationHeight() == 1
                && shape.dilationWidth() == 1
                && shape.width() % 2 == 0
                && shape.outWidth() >= LENGTH;
    }

    /**
     * Writes rows of outputs, each number the chain of its products from {@code start} on.
     *
     * @param image address of the channel
     * @param weights nine
     * @param first row
     * @param out address of the first row
     */
    static void run(
            Convolution shape,
            long image,
            float[] weights,
            float start,
            int first,
            int rows,
            long out) {
        int columns = shape.outWidth();
        int width = shape.width();
        int height = shape.height();
        left(image, width, 2 * first - 2, height, weights, start, rows, out, columns);
        for (int x = LENGTH; x < columns; x += LENGTH) {
            int column = Math.min(x, columns - LENGTH);
            strip(
                    image + SIZE * (2L * column - 1),
                    width,
                    2 * first - 2,
                    height,
                    weights,
                    start,
                    rows,
                    out + (long) SIZE * column,
                    columns);
        }
    }

    /** The strip whose first windows begin in the column left of the image. */
    private static void left(
            long image,
            int width,
            int top,
            int height,
            float[] weights,
            float start,
            int rows,
            long out,
            int columns) {
        FloatVector bias = FloatVector.broadcast(SPECIES, start);
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
        FloatVector sums = bias;
        for (int y = 0; y <= rows; y++) {
            int line = top + 2 * y;
            long row = line >= 0 && line < height ? image + line * rowBytes : ZERO;
            FloatVector a = load(row);
            FloatVector b = load(row + BYTES);
            FloatVector x1 = FloatPick.of(FloatPick.EVEN, a, b);
            FloatVector x2 = FloatPick.of(FloatPick.ODD, a, b);
            FloatVector x0 = FloatPick.of(FloatPick.BEFORE, x2, NOTHING);
            sums = x2.fma(w5, x1.fma(w4, x0.fma(w3, sums)));
            line++;
            row = line >= 0 && line < height ? image + line * rowBytes : ZERO;
            a = load(row);
            b = load(row + BYTES);
            x1 = FloatPick.of(FloatPick.EVEN, a, b);
            x2 = FloatPick.of(FloatPick.ODD, a, b);
            x0 = FloatPick.of(FloatPick.BEFORE, x2, NOTHING);
            // What the first one writes the second one overwrites.
            x2.fma(w8, x1.fma(w7, x0.fma(w6, sums)))
                    .intoMemorySegment(ALL, out + Math.max(y - 1, 0) * outBytes, ORDER);
            sums = x2.fma(w2, x1.fma(w1, x0.fma(w0, bias)));
        }
    }

    /** Another strip. */
    private static void strip(
            long image,
            int width,
            int top,
            int height,
            float[] weights,
            float start,
            int rows,
            long out,
            int columns) {
        FloatVector bias = FloatVector.broadcast(SPECIES, start);
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
        FloatVector sums = bias;
        for (int y = 0; y <= rows; y++) {
            int line = top + 2 * y;
            long row = line >= 0 && line < height ? image + line * rowBytes : ZERO;
            FloatVector a = load(row);
            FloatVector b = load(row + BYTES);
            FloatVector x0 = FloatPick.of(FloatPick.EVEN, a, b);
            FloatVector x1 = FloatPick.of(FloatPick.ODD, a, b);
            FloatVector x2 = FloatPick.of(FloatPick.NEXT, x0, load(row + BYTES + SIZE));
            sums = x2.fma(w5, x1.fma(w4, x0.fma(w3, sums)));
            line++;
            row = line >= 0 && line < height ? image + line * rowBytes : ZERO;
            a = load(row);
            b = load(row + BYTES);
            x0 = FloatPick.of(FloatPick.EVEN, a, b);
            x1 = FloatPick.of(FloatPick.ODD, a, b);
            x2 = FloatPick.of(FloatPick.NEXT, x0, load(row + BYTES + SIZE));
            // What the first one writes the second one overwrites.
            x2.fma(w8, x1.fma(w7, x0.fma(w6, sums)))
                    .intoMemorySegment(ALL, out + Math.max(y - 1, 0) * outBytes, ORDER);
            sums = x2.fma(w2, x1.fma(w1, x0.fma(w0, bias)));
        }
    }

    private static FloatVector load(long address) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }
}
