// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.Spare;
import dev.keyway.spi.Workers;
import dev.keyway.spi.Workers.RangeTask;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/**
 * The largest f32 of windows without where they lie: first of the columns over the windows' rows,
 * then of the columns of each window. {@code Math.max} says which of two is larger: NaN is, and 0
 * is larger than -0, so that no order of taking them matters.
 */
public final class FloatMaxValues implements RangeTask {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final VectorShuffle<Float> EVEN = VectorShuffle.makeUnzip(SPECIES, 0);
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;
    private static final float NOTHING = Float.NEGATIVE_INFINITY;
    private static final FloatVector NONE = FloatVector.broadcast(SPECIES, NOTHING);

    private static final Spare<FloatMaxValues> SPARE = new Spare<>(FloatMaxValues::new);

    private Pooling shape = Pooling.NONE;
    private long input;
    private long out;

    private FloatMaxValues() {}

    /** Writes the largest number of each window. */
    public static void run(Workers workers, Pooling shape, long input, long out) {
        FloatMaxValues work = SPARE.take();
        work.shape = shape;
        work.input = input;
        work.out = out;
        workers.parallel(shape.planes(), shape.chunk(), work);
        SPARE.give(work);
    }

    @Override
    public void run(long from, long to) {
        int reach = (shape.kernelWidth() - 1) * shape.dilationWidth() + 1;
        int padded = (shape.outWidth() - 1) * shape.strideWidth() + reach;
        int length = Math.max(padded, shape.paddingWidth() + shape.width()) + 3 * LENGTH;
        float[] columns = FloatSums.image(length);
        Arrays.fill(columns, 0, length, NOTHING);
        for (long row = from * shape.outHeight(); row < to * shape.outHeight(); row++) {
            long plane = row / shape.outHeight();
            int y = (int) (row % shape.outHeight());
            down(shape, input + SIZE * plane * shape.pixels(), y, columns);
            across(shape, columns, out + SIZE * row * shape.outWidth());
        }
    }

    /** The largest of each column over a window's rows, behind the padding. */
    private static void down(Pooling shape, long plane, int y, float[] columns) {
        int width = shape.width();
        int step = shape.dilationHeight();
        int top = y * shape.strideHeight() - shape.paddingHeight();
        int skipped = top < 0 ? (step - 1 - top) / step : 0;
        int start = top + skipped * step;
        int left = (shape.height() - start + step - 1) / step;
        int rows = Math.min(shape.kernelHeight() - skipped, left);
        long first = plane + (long) SIZE * start * width;
        long rowBytes = (long) SIZE * step * width;
        int at = shape.paddingWidth();
        int whole = width - width % LENGTH;
        for (int x = 0; x < whole; x += LENGTH) {
            FloatVector best = FloatVector.broadcast(SPECIES, NOTHING);
            long place = first + (long) SIZE * x;
            for (int i = 0; i < rows; i++) {
                best = load(place).max(best);
                place += rowBytes;
            }
            NONE.max(best).intoArray(columns, at + x);
        }
        for (int x = whole; x < width; x++) {
            float best = NOTHING;
            for (int i = 0; i < rows; i++) {
                best = Math.max(best, Memory.getFloat(first + i * rowBytes + (long) SIZE * x));
            }
            columns[at + x] = best;
        }
    }

    private static void across(Pooling shape, float[] columns, long out) {
        int kernel = shape.kernelWidth();
        int step = shape.dilationWidth();
        int stride = shape.strideWidth();
        int width = shape.outWidth();
        if (stride > 2) {
            for (int x = 0; x < width; x++) {
                float best = NOTHING;
                for (int j = 0; j < kernel; j++) {
                    best = Math.max(best, columns[x * stride + j * step]);
                }
                Memory.putFloat(out + (long) SIZE * x, best);
            }
            return;
        }
        for (int x = 0; x < width; x += LENGTH) {
            FloatVector best = FloatVector.broadcast(SPECIES, NOTHING);
            for (int j = 0; j < kernel; j++) {
                int at = x * stride + j * step;
                FloatVector near = FloatVector.fromArray(SPECIES, columns, at);
                if (stride == 2) {
                    FloatVector far = FloatVector.fromArray(SPECIES, columns, at + LENGTH);
                    near = near.rearrange(EVEN, far);
                }
                best = near.max(best);
            }
            FloatVector largest = NONE.max(best);
            long target = out + (long) SIZE * x;
            if (width - x >= LENGTH) {
                largest.intoMemorySegment(ALL, target, ORDER);
            } else {
                VectorMask<Float> mask = SPECIES.indexInRange(x, width);
                largest.intoMemorySegment(ALL, target, ORDER, mask);
            }
        }
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
