// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/**
 * Copies the rows of f64 images that some outputs read into an array, laid out as {@link Planes}.
 */
final class DoubleRegion {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();

    /** The even lanes of a vector, then the odd ones of another. */
    private static final VectorShuffle<Double> EVEN =
            VectorShuffle.fromOp(
                    SPECIES, i -> i < LENGTH / 2 ? 2 * i : 2 * i - LENGTH + 1 - LENGTH);

    private static final int SIZE = Double.BYTES;

    private DoubleRegion() {}

    /** Makes room for {@code channels}, with zeros where {@link #channel} writes nothing. */
    static void clear(Planes planes, int channels, double[] target) {
        if (!planes.isCovered()) {
            Arrays.fill(target, 0, channels * planes.channelSize(), 0);
        }
    }

    /** Copies one channel to {@code start}, where the padding must be 0 already. */
    static void channel(Planes planes, long channel, double[] target, int start) {
        int step = planes.strideWidth();
        int first = planes.firstColumn();
        int end = planes.endColumn();
        for (int x = first; x < Math.min(end, first + step); x++) {
            int column = x + planes.left();
            if (column % step < planes.usedColumns()) {
                int count = (end - x + step - 1) / step;
                rows(planes, channel + (long) SIZE * x, column, count, target, start);
            }
        }
    }

    /** Every {@code strideWidth}th number of the rows, {@code count} of each. */
    private static void rows(
            Planes planes, long source, int column, int count, double[] target, int start) {
        int step = planes.strideHeight();
        long rowBytes = (long) SIZE * planes.width();
        int first = planes.firstRow();
        int end = planes.endRow();
        for (int y = first; y < Math.min(end, first + step); y++) {
            int row = y + planes.top();
            if (row % step < planes.usedRows()) {
                int to = start + planes.index(0, row, column);
                int rows = (end - y + step - 1) / step;
                long from = source + y * rowBytes;
                plane(from, step * rowBytes, planes, count, rows, target, to);
            }
        }
    }

    /** Rows that lie one below the other in a plane. */
    private static void plane(
            long source,
            long rowBytes,
            Planes planes,
            int count,
            int rows,
            double[] target,
            int start) {
        int step = planes.strideWidth();
        for (int i = 0; i < rows; i++) {
            long from = source + i * rowBytes;
            int to = start + i * planes.planeWidth();
            if (count < LENGTH || step > 2) {
                pick(from, step, target, to, count);
            } else if (step == 1) {
                copy(from, target, to, count);
            } else {
                unzip(from, target, to, count);
            }
        }
    }

    /** The last vector overlaps the one before it. */
    private static void copy(long source, double[] target, int to, int count) {
        for (int x = 0; x < count; x += LENGTH) {
            int first = Math.min(x, count - LENGTH);
            DoubleVector.fromMemorySegment(SPECIES, ALL, source + (long) SIZE * first, ORDER)
                    .intoArray(target, to + first);
        }
    }

    /**
     * Every second number. The second of two loads ends with the last of them, and reads none
     * behind it.
     */
    private static void unzip(long source, double[] target, int to, int count) {
        for (int x = 0; x < count; x += LENGTH) {
            int first = Math.min(x, count - LENGTH);
            long from = source + 2L * SIZE * first;
            DoubleVector low = DoubleVector.fromMemorySegment(SPECIES, ALL, from, ORDER);
            long next = from + (long) SIZE * (LENGTH - 1);
            DoubleVector high = DoubleVector.fromMemorySegment(SPECIES, ALL, next, ORDER);
            low.rearrange(EVEN, high).intoArray(target, to + first);
        }
    }

    private static void pick(long source, int step, double[] target, int to, int count) {
        for (int x = 0; x < count; x++) {
            target[to + x] = Memory.getDouble(source + (long) SIZE * step * x);
        }
    }
}
