// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/**
 * Copies the rows of f32 images that some outputs read into an array, laid out as {@link Planes}.
 */
final class FloatRegion {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();

    /** The even lanes of a vector, then the odd ones of another. */
    private static final VectorShuffle<Float> EVEN =
            VectorShuffle.fromOp(
                    SPECIES, i -> i < LENGTH / 2 ? 2 * i : 2 * i - LENGTH + 1 - LENGTH);

    private static final int SIZE = Float.BYTES;

    private FloatRegion() {}

    /** Makes room for {@code channels}, with zeros where {@link #channel} writes nothing. */
    static void clear(Planes planes, int channels, float[] target) {
        if (!planes.isCovered()) {
            Arrays.fill(target, 0, channels * planes.channelSize(), 0);
        }
    }

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
            float[] target,
            int start) {
        int step = planes.strideWidth();
        if (count < LENGTH && step == 4) {
            narrowFourth(source, rowBytes, planes, count, rows, target, start);
            return;
        }
        if (count < LENGTH && step <= 2) {
            narrow(source, rowBytes, planes, count, rows, target, start);
            return;
        }
        for (int i = 0; i < rows; i++) {
            long from = source + i * rowBytes;
            int to = start + i * planes.planeWidth();
            if (step == 4) {
                fourth(from, target, to, count);
            } else if (step > 2) {
                pick(from, step, target, to, count);
            } else if (step == 1) {
                copy(from, target, to, count);
            } else {
                unzip(from, target, to, count);
            }
        }
    }

    /** Rows of fewer numbers than a vector has. */
    private static void narrow(
            long source,
            long rowBytes,
            Planes planes,
            int count,
            int rows,
            float[] target,
            int start) {
        int step = planes.strideWidth();
        VectorMask<Float> used = SPECIES.indexInRange(0, count);
        int last = step * (count - 1);
        VectorMask<Float> near = SPECIES.indexInRange(0, last + 1);
        VectorMask<Float> far = SPECIES.indexInRange(0, Math.max(0, last + 2 - LENGTH));
        for (int i = 0; i < rows; i++) {
            long from = source + i * rowBytes;
            int to = start + i * planes.planeWidth();
            FloatVector low = load(from, near);
            if (step == 1) {
                low.intoArray(target, to, used);
            } else {
                FloatVector high = load(from + (long) SIZE * (LENGTH - 1), far);
                low.rearrange(EVEN, high).intoArray(target, to, used);
            }
        }
    }

    /** The last vector overlaps the one before it. */
    private static void copy(long source, float[] target, int to, int count) {
        for (int x = 0; x < count; x += LENGTH) {
            int first = Math.min(x, count - LENGTH);
            FloatVector.fromMemorySegment(SPECIES, ALL, source + (long) SIZE * first, ORDER)
                    .intoArray(target, to + first);
        }
    }

    /**
     * Every second number. The second of two loads ends with the last of them, and reads none
     * behind it.
     */
    private static void unzip(long source, float[] target, int to, int count) {
        for (int x = 0; x < count; x += LENGTH) {
            int first = Math.min(x, count - LENGTH);
            long from = source + 2L * SIZE * first;
            FloatVector low = FloatVector.fromMemorySegment(SPECIES, ALL, from, ORDER);
            long next = from + (long) SIZE * (LENGTH - 1);
            FloatVector high = FloatVector.fromMemorySegment(SPECIES, ALL, next, ORDER);
            low.rearrange(EVEN, high).intoArray(target, to + first);
        }
    }

    /** Every fourth number of rows that give less than a vector. */
    private static void narrowFourth(
            long source,
            long rowBytes,
            Planes planes,
            int count,
            int rows,
            float[] target,
            int start) {
        VectorMask<Float> used = SPECIES.indexInRange(0, count);
        int numbers = 4 * (count - 1) + 1;
        VectorMask<Float> m0 = SPECIES.indexInRange(0, numbers);
        VectorMask<Float> m1 = SPECIES.indexInRange(0, Math.max(0, numbers - (LENGTH - 1)));
        VectorMask<Float> m2 = SPECIES.indexInRange(0, Math.max(0, numbers - 2 * (LENGTH - 1)));
        VectorMask<Float> m3 = SPECIES.indexInRange(0, Math.max(0, numbers - 3 * (LENGTH - 1)));
        long next = (long) SIZE * (LENGTH - 1);
        for (int i = 0; i < rows; i++) {
            long from = source + i * rowBytes;
            FloatVector low = load(from, m0).rearrange(EVEN, load(from + next, m1));
            from += 2 * next;
            FloatVector high = load(from, m2).rearrange(EVEN, load(from + next, m3));
            low.rearrange(EVEN, high).intoArray(target, start + i * planes.planeWidth(), used);
        }
    }

    /** Every fourth number: every second one, twice. */
    private static void fourth(long source, float[] target, int to, int count) {
        long next = (long) SIZE * (LENGTH - 1);
        for (int x = 0; x < count; x += LENGTH) {
            int first = Math.min(x, count - LENGTH);
            long from = source + 4L * SIZE * first;
            FloatVector low = load(from).rearrange(EVEN, load(from + next));
            from += 2 * next;
            FloatVector high = load(from).rearrange(EVEN, load(from + next));
            low.rearrange(EVEN, high).intoArray(target, to + first);
        }
    }

    private static void pick(long source, int step, float[] target, int to, int count) {
        for (int x = 0; x < count; x++) {
            target[to + x] = Memory.getFloat(source + (long) SIZE * step * x);
        }
    }

    private static FloatVector load(long address) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static FloatVector load(long address, VectorMask<Float> mask) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER, mask));
    }
}
