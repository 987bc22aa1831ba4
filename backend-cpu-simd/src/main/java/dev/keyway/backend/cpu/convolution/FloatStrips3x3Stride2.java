// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.convolution.FloatWindow3x3.BIAS;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * f32 window of 3x3 with stride 2 and a padding of 1 over a channel with an even number of columns,
 * in strips of a vector's width from top to bottom: every second row of the input is the last one
 * of an output row and the first one of the next. Rows of the padding are zeros, and so is its
 * column. The loop has no more than it needs: it is bound by the number of its instructions, and by
 * how many rows a processor looks ahead.
 */
final class FloatStrips3x3Stride2 {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = Float.BYTES;

    /** Stands for a row of the padding, and for the number on its left. */
    private static final MemorySegment ZEROS =
            Arena.ofAuto().allocate((long) SIZE * (2 * LENGTH + 1), SIZE);

    private static final long ZERO = ZEROS.address() + SIZE;

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
     * Writes rows of outputs, each number the chain of its products from the bias on.
     *
     * @param image address of the channel
     * @param weights nine, then the bias
     * @param first row
     * @param out address of the first row
     */
    static void run(Convolution shape, long image, float[] weights, int first, int rows, long out) {
        int columns = shape.outWidth();
        // An odd number of rows has the padding below it.
        int whole = Math.min(rows, shape.height() / 2 - first);
        int x = 0;
        while (x < columns) {
            int column = Math.min(x, columns - LENGTH);
            boolean pair = FloatPairs3x3Stride2.SUITS && x + LENGTH < columns;
            int second = pair ? Math.min(x + LENGTH, columns - LENGTH) : column;
            if (pair) {
                pair(shape, image, weights, first, whole, column, second, out);
            } else {
                rows(shape, image, weights, first, whole, column, false, out);
            }
            if (whole < rows) {
                long last = out + (long) SIZE * whole * columns;
                rows(shape, image, weights, first + whole, 1, column, true, last);
                rows(shape, image, weights, first + whole, 1, second, true, last);
            }
            x = second + LENGTH;
        }
    }

    /** Rows of two strips, none with the padding below. */
    private static void pair(
            Convolution shape,
            long image,
            float[] weights,
            int first,
            int rows,
            int column,
            int second,
            long out) {
        long rowBytes = (long) SIZE * shape.width();
        long row = image + 2 * first * rowBytes + 2L * SIZE * column;
        boolean inside = column > 0;
        long to = out + (long) SIZE * column;
        long apart = (long) SIZE * (second - column);
        if (first == 0) {
            FloatVector sums = FloatVector.broadcast(SPECIES, padding(weights));
            sums.intoMemorySegment(ALL, to, ORDER);
            sums.intoMemorySegment(ALL, to + apart, ORDER);
        } else {
            long above = row - rowBytes;
            begin(above, inside ? above - SIZE : ZERO, weights, to);
            begin(above + 2 * apart, above + 2 * apart - SIZE, weights, to + apart);
        }
        FloatPairs3x3Stride2.run(
                row,
                inside ? row - SIZE : ZERO,
                inside ? rowBytes : 0,
                rowBytes,
                row + 2 * rows * rowBytes,
                weights,
                to,
                (long) SIZE * shape.outWidth(),
                apart);
    }

    /** Rows of a strip; one where the padding is below it. */
    private static void rows(
            Convolution shape,
            long image,
            float[] weights,
            int first,
            int rows,
            int column,
            boolean padded,
            long out) {
        long rowBytes = (long) SIZE * shape.width();
        long row = image + 2 * first * rowBytes + 2L * SIZE * column;
        long below = padded ? ZERO - row : rowBytes;
        boolean inside = column > 0;
        long to = out + (long) SIZE * column;
        if (first == 0) {
            FloatVector.broadcast(SPECIES, padding(weights)).intoMemorySegment(ALL, to, ORDER);
        } else {
            begin(row - rowBytes, inside ? row - rowBytes - SIZE : ZERO, weights, to);
        }
        strip(
                row,
                inside ? row - SIZE : ZERO,
                below,
                inside ? below : 0,
                2 * rowBytes,
                inside ? 2 * rowBytes : 0,
                row + 2 * rows * rowBytes,
                weights,
                to,
                (long) SIZE * shape.outWidth());
    }

    /** The products of the first row of windows with the padding above, for {@link #strip}. */
    private static float padding(float[] weights) {
        float sum = weights[BIAS];
        for (int i = 0; i < 3; i++) {
            sum = Math.fma(0f, weights[i], sum);
        }
        return sum;
    }

    /** Those with the row above. */
    private static void begin(long row, long side, float[] weights, long out) {
        FloatVector bias = FloatVector.broadcast(SPECIES, weights[BIAS]);
        FloatVector w0 = FloatVector.broadcast(SPECIES, weights[0]);
        FloatVector w1 = FloatVector.broadcast(SPECIES, weights[1]);
        FloatVector w2 = FloatVector.broadcast(SPECIES, weights[2]);
        FloatVector a = load(row);
        FloatVector b = load(row + BYTES);
        FloatVector x1 = FloatPick.of(FloatPick.EVEN, a, b);
        FloatVector x2 = FloatPick.of(FloatPick.ODD, a, b);
        FloatVector x0 = FloatPick.of(FloatPick.BEFORE, x2, splat(side));
        x2.fma(w2, x1.fma(w1, x0.fma(w0, bias))).intoMemorySegment(ALL, out, ORDER);
    }

    /**
     * The outputs of a strip.
     *
     * @param row address of the middle row of the first windows, from their second column on
     * @param side of the number on its left
     * @param below bytes from there to the last row
     * @param sideBelow the same for the number on the left
     * @param step bytes to the next windows
     * @param sideStep the same for the number on the left
     * @param end of {@code row}
     * @param out address of the first outputs, which have the products of {@link #begin}
     * @param outBytes to the next ones
     */
    private static void strip(
            long row,
            long side,
            long below,
            long sideBelow,
            long step,
            long sideStep,
            long end,
            float[] weights,
            long out,
            long outBytes) {
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
        FloatVector sums = load(out);
        while (row < end) {
            FloatVector a = load(row);
            FloatVector b = load(row + BYTES);
            FloatVector x1 = FloatPick.of(FloatPick.EVEN, a, b);
            FloatVector x2 = FloatPick.of(FloatPick.ODD, a, b);
            FloatVector x0 = FloatPick.of(FloatPick.BEFORE, x2, splat(side));
            sums = x2.fma(w5, x1.fma(w4, x0.fma(w3, sums)));
            long next = row + below;
            a = load(next);
            b = load(next + BYTES);
            x1 = FloatPick.of(FloatPick.EVEN, a, b);
            x2 = FloatPick.of(FloatPick.ODD, a, b);
            x0 = FloatPick.of(FloatPick.BEFORE, x2, splat(side + sideBelow));
            x2.fma(w8, x1.fma(w7, x0.fma(w6, sums))).intoMemorySegment(ALL, out, ORDER);
            sums = x2.fma(w2, x1.fma(w1, x0.fma(w0, bias)));
            row += step;
            side += sideStep;
            out += outBytes;
        }
    }

    private static FloatVector splat(long address) {
        return FloatVector.broadcast(SPECIES, Memory.getFloat(address));
    }

    private static FloatVector load(long address) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }
}
