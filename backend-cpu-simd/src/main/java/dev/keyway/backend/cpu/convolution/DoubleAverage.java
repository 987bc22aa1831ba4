// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Means of f64 windows. Each sum is one chain, row by row; of windows that lie one or two columns
 * from each other within a row the chains of neighbours run in the lanes of vectors.
 */
public final class DoubleAverage {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Double.BYTES;
    private static final VectorShuffle<Double> SECONDS = seconds();

    private DoubleAverage() {}

    /** The even numbers of a vector, then the odd ones of another, which is meant below zero. */
    private static VectorShuffle<Double> seconds() {
        int[] places = new int[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            places[i] = 2 * i < LENGTH ? 2 * i : 2 * i + 1 - 2 * LENGTH;
        }
        return VectorShuffle.fromArray(SPECIES, places, 0);
    }

    private static DoubleVector load(long address) {
        return Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    /**
     * Writes the mean of each window; padding counts as zeros.
     *
     * @param withPadding whether padding counts for the divisor
     * @param divisor where not 0, stands for the number of elements
     */
    public static void run(
            Workers workers,
            Pooling shape,
            boolean withPadding,
            long divisor,
            long input,
            long out) {
        workers.parallel(
                shape.planes(),
                shape.chunk(),
                (from, to) -> {
                    for (long plane = from; plane < to; plane++) {
                        long source = input + SIZE * plane * shape.pixels();
                        long target = out + SIZE * plane * shape.outPixels();
                        for (int y = 0; y < shape.outHeight(); y++) {
                            row(shape, withPadding, divisor, source, y, target);
                            target += (long) SIZE * shape.outWidth();
                        }
                    }
                });
    }

    private static void row(
            Pooling shape, boolean withPadding, long divisor, long plane, int y, long out) {
        int stride = shape.strideWidth();
        int first = FloatMaxRow.first(shape);
        int end = FloatMaxRow.end(shape);
        if (stride > 2 || end - first < LENGTH) {
            windows(shape, withPadding, divisor, plane, y, out, 0, shape.outWidth());
            return;
        }
        windows(shape, withPadding, divisor, plane, y, out, 0, first);
        long count = divisor != 0 ? divisor : shape.count(y, first, withPadding);
        int rows = shape.rowEnd(y) - shape.rowStart(y);
        int left = first * stride - shape.paddingWidth();
        long at = plane + SIZE * ((long) shape.rowStart(y) * shape.width() + left);
        long to = out + (long) SIZE * first;
        long step = (long) SIZE * shape.width();
        if (stride == 1) {
            neighbours(at, step, rows, shape.kernelWidth(), to, end - first, count);
        } else {
            seconds(at, step, rows, shape.kernelWidth(), to, end - first, count);
        }
        windows(shape, withPadding, divisor, plane, y, out, end, shape.outWidth());
    }

    /** Windows that each lie a column behind the one before; the last vectors may overlap. */
    private static void neighbours(
            long input, long step, int rows, int columns, long out, int n, double count) {
        DoubleVector divisor = DoubleVector.broadcast(SPECIES, count);
        for (int k = 0; k < n; k += LENGTH) {
            int x = Math.min(k, n - LENGTH);
            long row = input + (long) SIZE * x;
            DoubleVector sum = DoubleVector.zero(SPECIES);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    sum = load(row + (long) SIZE * j).add(sum);
                }
                row += step;
            }
            Exact.DOUBLES
                    .cast(sum)
                    .div(divisor)
                    .intoMemorySegment(ALL, out + (long) SIZE * x, ORDER);
        }
    }

    /** Windows that each lie two columns behind the one before; the last vectors may overlap. */
    private static void seconds(
            long input, long step, int rows, int columns, long out, int n, double count) {
        DoubleVector divisor = DoubleVector.broadcast(SPECIES, count);
        for (int k = 0; k < n; k += LENGTH) {
            int x = Math.min(k, n - LENGTH);
            long row = input + (long) SIZE * 2 * x;
            DoubleVector sum = DoubleVector.zero(SPECIES);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    DoubleVector near = load(row + (long) SIZE * j);
                    DoubleVector far = load(row + (long) SIZE * (j + LENGTH - 1));
                    sum = near.rearrange(SECONDS, far).add(sum);
                }
                row += step;
            }
            Exact.DOUBLES
                    .cast(sum)
                    .div(divisor)
                    .intoMemorySegment(ALL, out + (long) SIZE * x, ORDER);
        }
    }

    /** Windows {@code [first, end)} of a row, one by one. */
    private static void windows(
            Pooling shape,
            boolean withPadding,
            long divisor,
            long plane,
            int y,
            long out,
            int first,
            int end) {
        int firstRow = shape.rowStart(y);
        int endRow = shape.rowEnd(y);
        for (int x = first; x < end; x++) {
            int firstColumn = shape.columnStart(x);
            int endColumn = shape.columnEnd(x);
            double sum = 0;
            for (int i = firstRow; i < endRow; i++) {
                long row = plane + SIZE * ((long) i * shape.width());
                for (int j = firstColumn; j < endColumn; j++) {
                    sum += Memory.getDouble(row + (long) SIZE * j);
                }
            }
            long count = divisor != 0 ? divisor : shape.count(y, x, withPadding);
            Memory.putDouble(out + (long) SIZE * x, sum / count);
        }
    }
}
