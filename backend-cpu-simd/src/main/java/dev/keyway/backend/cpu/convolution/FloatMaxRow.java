// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The largest f32 of windows that lie side by side, one window to a lane. In each lane the window's
 * numbers come in the order of rows, then columns; one is taken when it is greater than the largest
 * so far, or NaN.
 */
final class FloatMaxRow {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INDEX = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> LONG = LongVector.SPECIES_PREFERRED;
    private static final VectorShuffle<Float> EVEN = VectorShuffle.makeUnzip(SPECIES, 0);
    private static final IntVector LANE = IntVector.zero(INDEX).addIndex(1);
    private static final int LENGTH = SPECIES.length();
    private static final int HALF = LENGTH / 2;
    private static final int SIZE = Float.BYTES;

    private FloatMaxRow() {}

    /** Whether windows lie one or two columns from each other and have no gaps. */
    static boolean takes(Pooling shape) {
        return shape.isDense() && shape.strideWidth() <= 2;
    }

    /** The first output of a row whose window begins within the row. */
    static int first(Pooling shape) {
        int first = (shape.paddingWidth() + shape.strideWidth() - 1) / shape.strideWidth();
        return Math.min(shape.outWidth(), first);
    }

    /** Behind the last output of a row whose window ends within the row; at least the first. */
    static int end(Pooling shape) {
        int room = shape.width() + shape.paddingWidth() - shape.kernelWidth();
        int end = room < 0 ? 0 : Math.min(shape.outWidth(), room / shape.strideWidth() + 1);
        return Math.max(first(shape), end);
    }

    /**
     * Outputs {@code [first, end)} of row y.
     *
     * @param plane address of the input
     * @param out address of the row's first output
     * @param indices address of the row's first index
     */
    static void run(Pooling shape, long plane, int y, long out, long indices) {
        int firstRow = shape.rowStart(y);
        int endRow = shape.rowEnd(y);
        int stride = shape.strideWidth();
        int end = end(shape);
        for (int x = first(shape); x < end; x += LENGTH) {
            int column = x * stride - shape.paddingWidth();
            FloatVector best = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
            IntVector where = LANE.mul(stride).add(firstRow * shape.width() + column);
            for (int i = firstRow; i < endRow; i++) {
                for (int j = column; j < column + shape.kernelWidth(); j++) {
                    int index = i * shape.width() + j;
                    FloatVector value =
                            load(plane + (long) SIZE * index, stride, shape.width() - j);
                    // What the loop carries is an argument, see ADR 0017.
                    VectorMask<Float> kept =
                            value.compare(VectorOperators.GT, best)
                                    .or(value.test(VectorOperators.IS_NAN))
                                    .not();
                    best = value.blend(best, kept);
                    where = LANE.mul(stride).add(index).blend(where, kept.cast(INDEX));
                }
            }
            store(best, where, Math.min(LENGTH, end - x), out, indices, x);
        }
    }

    /** Numbers at a distance of one or two, of {@code left} that the row still has. */
    private static FloatVector load(long address, int stride, int left) {
        if (left >= stride * LENGTH) {
            FloatVector whole = FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
            if (stride == 1) {
                return whole;
            }
            long rest = address + (long) SIZE * LENGTH;
            return whole.rearrange(EVEN, FloatVector.fromMemorySegment(SPECIES, ALL, rest, ORDER));
        }
        VectorMask<Float> mask = SPECIES.indexInRange(0, left);
        FloatVector near = FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER, mask);
        if (stride == 1) {
            return near;
        }
        VectorMask<Float> rest = SPECIES.indexInRange(0, Math.max(0, left - LENGTH));
        long next = address + (long) SIZE * LENGTH;
        FloatVector far = FloatVector.fromMemorySegment(SPECIES, ALL, next, ORDER, rest);
        return near.rearrange(EVEN, far);
    }

    private static void store(
            FloatVector best, IntVector where, int count, long out, long indices, int x) {
        VectorMask<Float> used = SPECIES.indexInRange(0, count);
        best.intoMemorySegment(ALL, out + (long) SIZE * x, ORDER, used);
        // The part is a constant in each call: with a variable the conversion is no instruction.
        long low = indices + (long) Long.BYTES * x;
        LongVector near = (LongVector) where.convertShape(VectorOperators.I2L, LONG, 0);
        near.intoMemorySegment(ALL, low, ORDER, LONG.indexInRange(0, Math.min(HALF, count)));
        if (count > HALF) {
            LongVector far = (LongVector) where.convertShape(VectorOperators.I2L, LONG, 1);
            long high = low + (long) Long.BYTES * HALF;
            far.intoMemorySegment(ALL, high, ORDER, LONG.indexInRange(0, count - HALF));
        }
    }
}
