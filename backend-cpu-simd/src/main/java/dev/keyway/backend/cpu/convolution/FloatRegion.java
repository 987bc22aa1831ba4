// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies the rows of f32 images that some outputs read into an array, laid out as {@link Planes}.
 */
final class FloatRegion {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final VectorShuffle<Float> EVEN = VectorShuffle.makeUnzip(SPECIES, 0);
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    private FloatRegion() {}

    /** Copies one channel to {@code start}, where the padding must be 0 already. */
    static void channel(Planes planes, long channel, float[] target, int start) {
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
            Planes planes, long source, int column, int count, float[] target, int start) {
        int step = planes.strideWidth();
        VectorMask<Float> low = lanes(step == 1 ? count % LENGTH : 2 * tail(count) - 1);
        VectorMask<Float> high = lanes(2 * tail(count) - 1 - LENGTH);
        long rowBytes = (long) SIZE * planes.width();
        for (int y = planes.firstRow(); y < planes.endRow(); y++) {
            int row = y + planes.top();
            if (row % planes.strideHeight() >= planes.usedRows()) {
                continue;
            }
            int to = start + planes.index(0, row, column);
            long from = source + y * rowBytes;
            if (step == 1) {
                copy(from, target, to, count, low);
            } else if (step == 2) {
                unzip(from, target, to, count, low, high);
            } else {
                pick(from, step, target, to, count);
            }
        }
    }

    /** How many numbers {@link #unzip} leaves to its masked tail: 1 to a vector's length. */
    private static int tail(int count) {
        return (count - 1) % LENGTH + 1;
    }

    private static VectorMask<Float> lanes(int count) {
        return SPECIES.indexInRange(0, Math.clamp(count, 0, LENGTH));
    }

    private static void copy(
            long source, float[] target, int to, int count, VectorMask<Float> mask) {
        int x = 0;
        for (; x <= count - LENGTH; x += LENGTH) {
            load(source + (long) SIZE * x).intoArray(target, to + x);
        }
        if (x < count) {
            FloatVector.fromMemorySegment(SPECIES, ALL, source + (long) SIZE * x, ORDER, mask)
                    .intoArray(target, to + x, mask);
        }
    }

    private static void unzip(
            long source,
            float[] target,
            int to,
            int count,
            VectorMask<Float> low,
            VectorMask<Float> high) {
        int x = 0;
        for (; x < count - LENGTH; x += LENGTH) {
            long from = source + 2L * SIZE * x;
            load(from).rearrange(EVEN, load(from + (long) SIZE * LENGTH)).intoArray(target, to + x);
        }
        long from = source + 2L * SIZE * x;
        FloatVector first = FloatVector.fromMemorySegment(SPECIES, ALL, from, ORDER, low);
        FloatVector second =
                FloatVector.fromMemorySegment(
                        SPECIES, ALL, from + (long) SIZE * LENGTH, ORDER, high);
        first.rearrange(EVEN, second).intoArray(target, to + x, SPECIES.indexInRange(x, count));
    }

    private static void pick(long source, int step, float[] target, int to, int count) {
        for (int x = 0; x < count; x++) {
            target[to + x] = Memory.getFloat(source + (long) SIZE * step * x);
        }
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
