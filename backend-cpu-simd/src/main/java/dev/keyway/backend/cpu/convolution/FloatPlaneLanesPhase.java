// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/**
 * The outputs of one {@link Phase} of an f32 convolution whose groups have one output channel each,
 * as depthwise ones do: pixels are in the lanes. A unit of work is some rows of one output channel.
 */
final class FloatPlaneLanesPhase extends ConvolutionWork {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    /** Numbers of a region, about: it and the sums stay in the first cache. */
    private static final int NUMBERS = 1 << 12;

    /** Weights of a window of 3x3. */
    private static final int NINE = FloatWindow3x3.BIAS;

    private static final long CHUNK = 1 << 15;

    /** More are not needed for threads to end together. */
    private static final long CHUNKS = 16;

    private static final ThreadLocal<float[][]> ARRAYS =
            ThreadLocal.withInitial(() -> new float[3][0]);

    private final Convolution shape;
    private final Planes planes;
    private final Phase phase;
    private final int groups;
    private final int kernel;
    private final int outHeight;
    private final int outWidth;
    private final int unitRows;
    private final int rowBlocks;
    private final long units;
    private final int[] offsets;

    /** Whether {@link FloatWindow3x3} or its like with stride 2 takes it. */
    private final boolean window;

    private final int[] taps;

    /** Describes the work; the weights are as the operator gets them. */
    FloatPlaneLanesPhase(Convolution shape, boolean forward, Planes planes, Phase phase) {
        this.shape = shape;
        this.planes = planes;
        this.phase = phase;
        this.groups = shape.groups();
        this.kernel = shape.kernelHeight() * shape.kernelWidth();
        this.outHeight = forward ? shape.outHeight() : shape.height();
        this.outWidth = forward ? shape.outWidth() : shape.width();
        int row =
                planes.channels()
                        * planes.strideHeight()
                        * planes.strideWidth()
                        * planes.planeWidth();
        int rows = Math.min(Math.max(4, NUMBERS / Math.max(1, row)), Math.max(1, phase.rows()));
        this.rowBlocks = (phase.rows() + rows - 1) / rows;
        this.unitRows = (phase.rows() + rowBlocks - 1) / Math.max(1, rowBlocks);
        this.units = (long) shape.batch() * groups * rowBlocks;
        this.taps = taps(shape);
        this.offsets = offsets();
        this.window = forward && window(shape);
    }

    private static boolean window(Convolution shape) {
        return shape.groupChannels() == 1
                && shape.kernelHeight() == 3
                && shape.kernelWidth() == 3
                && shape.strideHeight() == shape.strideWidth()
                && shape.strideWidth() <= 2
                && shape.paddingWidth() <= LENGTH
                && shape.dilationHeight() == 1
                && shape.dilationWidth() == 1
                && shape.outWidth() >= LENGTH;
    }

    private int[] taps(Convolution shape) {
        int count = phase.taps().length;
        int[] result = new int[planes.channels() * count];
        for (int i = 0; i < result.length; i++) {
            int[] tap = phase.taps()[i % count];
            result[i] = i / count * kernel + tap[0] * shape.kernelWidth() + tap[1];
        }
        return result;
    }

    private int[] offsets() {
        int count = phase.taps().length;
        Planes region = planes.from(0, unitRows + planes.planeHeight() - phase.rows());
        int[] result = new int[taps.length];
        for (int i = 0; i < result.length; i++) {
            int[] shift = phase.shifts()[i % count];
            result[i] = region.index(i / count, shift[0], shift[1]);
        }
        return result;
    }

    @Override
    long units() {
        return units;
    }

    @Override
    long chunk() {
        long products = (long) Math.max(1, taps.length) * unitRows * planes.planeWidth();
        return Math.max(Math.max(1, units / CHUNKS), CHUNK / Math.max(1, products));
    }

    @Override
    public void run(long from, long to) {
        if (window) {
            windows(from, to);
            return;
        }
        for (long index = from; index < to; index++) {
            unit(index / rowBlocks, (int) (index % rowBlocks) * unitRows);
        }
    }

    private void unit(long channel, int row) {
        int rows = Math.min(unitRows, phase.rows() - row);
        if (rows <= 0 || phase.columns() <= 0) {
            return;
        }
        int group = (int) (channel % groups);
        long size = (long) planes.height() * planes.width();
        long source = source() + SIZE * channel * planes.channels() * size;
        Planes region = planes.from(row, unitRows + planes.planeHeight() - phase.rows());
        int numbers = planes.channels() * region.channelSize();
        float[] image = array(0, numbers + 4 * LENGTH);
        FloatRegion.clear(region, planes.channels(), image);
        for (int c = 0; c < planes.channels(); c++) {
            FloatRegion.channel(region, source + SIZE * c * size, image, c * region.channelSize());
        }
        int count = (rows - 1) * planes.planeWidth() + phase.columns();
        float[] sums = array(1, count + 4 * LENGTH);
        add(image, offsets, weights(group), taps.length, bias(group), sums, count);
        store(sums, channel, row, rows);
    }

    private float bias(int group) {
        return bias() == 0 ? 0 : Memory.getFloat(bias() + (long) SIZE * group);
    }

    /** Rows by windows that have code of their own. A division takes as long as a row. */
    private void windows(long from, long to) {
        float[] numbers = array(2, NINE + 1);
        boolean strips = FloatStrips3x3Stride2.suits(shape);
        long size = (long) SIZE * planes.height() * planes.width();
        long outRow = (long) SIZE * outWidth;
        long channel = from / rowBlocks;
        int row = (int) (from % rowBlocks) * unitRows;
        int group = (int) (channel % groups);
        for (long index = from; index < to; index++) {
            long weights = packed() + (long) SIZE * NINE * group;
            for (int i = 0; i < NINE; i++) {
                numbers[i] = Memory.getFloat(weights + (long) SIZE * i);
            }
            numbers[NINE] = bias(group);
            int rows = Math.min(unitRows, phase.rows() - row);
            long source = source() + channel * size;
            long out = out() + (channel * outHeight + row) * outRow;
            if (shape.strideHeight() == 1) {
                FloatWindow3x3.run(shape, source, numbers, row, rows, out);
            } else if (strips) {
                FloatStrips3x3Stride2.run(shape, source, numbers, row, rows, out);
            } else {
                copied(source, numbers, row, rows, out);
            }
            row += unitRows;
            if (row >= phase.rows()) {
                row = 0;
                channel++;
                group = group + 1 < groups ? group + 1 : 0;
            }
        }
    }

    /** Rows of windows with stride 2 from a copy with zeros before it. */
    private void copied(long source, float[] weights, int row, int rows, long out) {
        int width = shape.width();
        int top = 2 * row - shape.paddingHeight();
        int firstRow = Math.clamp(top, 0, shape.height());
        int end = Math.clamp(top + 2 * (rows - 1) + 3, firstRow, shape.height());
        int copied = (end - firstRow) * width;
        float[] image = array(0, FloatWindow3x3Stride2.BEFORE + copied + 4 * (width + LENGTH));
        Arrays.fill(image, 0, FloatWindow3x3Stride2.ZEROS, 0);
        long first = source + (long) SIZE * firstRow * width;
        FloatColumns.read(first, copied, image, FloatWindow3x3Stride2.BEFORE);
        FloatWindow3x3Stride2.run(shape, image, firstRow, weights, row, rows, out);
    }

    private float[] weights(int group) {
        float[] result = array(2, taps.length);
        long first = packed() + (long) SIZE * group * planes.channels() * kernel;
        for (int i = 0; i < taps.length; i++) {
            result[i] = Memory.getFloat(first + (long) SIZE * taps[i]);
        }
        return result;
    }

    /** The sums of positions of the padded width, four vectors at a time. */
    private static void add(
            float[] image,
            int[] offsets,
            float[] weights,
            int k,
            float start,
            float[] sums,
            int count) {
        for (int q = 0; q < count; q += 4 * LENGTH) {
            FloatVector s0 = FloatVector.broadcast(SPECIES, start);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            for (int p = 0; p < k; p++) {
                int at = offsets[p] + q;
                FloatVector x = FloatVector.broadcast(SPECIES, weights[p]);
                s0 = x.fma(FloatVector.fromArray(SPECIES, image, at), s0);
                s1 = x.fma(FloatVector.fromArray(SPECIES, image, at + LENGTH), s1);
                s2 = x.fma(FloatVector.fromArray(SPECIES, image, at + 2 * LENGTH), s2);
                s3 = x.fma(FloatVector.fromArray(SPECIES, image, at + 3 * LENGTH), s3);
            }
            s0.intoArray(sums, q);
            s1.intoArray(sums, q + LENGTH);
            s2.intoArray(sums, q + 2 * LENGTH);
            s3.intoArray(sums, q + 3 * LENGTH);
        }
    }

    /** Writes the sums without those between two rows. */
    private void store(float[] sums, long channel, int row, int rows) {
        int count = phase.columns();
        int whole = count - count % LENGTH;
        VectorMask<Float> mask = SPECIES.indexInRange(0, count % LENGTH);
        for (int y = 0; y < rows; y++) {
            long line = channel * outHeight + phase.firstRow() + (row + y) * phase.rowStep();
            long target = out() + SIZE * (line * outWidth + phase.firstColumn());
            int from = y * planes.planeWidth();
            if (phase.columnStep() != 1) {
                scatter(sums, from, count, target);
                continue;
            }
            for (int x = 0; x < whole; x += LENGTH) {
                FloatVector.fromArray(SPECIES, sums, from + x)
                        .intoMemorySegment(ALL, target + (long) SIZE * x, ORDER);
            }
            if (whole < count) {
                FloatVector.fromArray(SPECIES, sums, from + whole)
                        .intoMemorySegment(ALL, target + (long) SIZE * whole, ORDER, mask);
            }
        }
    }

    private void scatter(float[] sums, int from, int count, long target) {
        long step = (long) SIZE * phase.columnStep();
        for (int x = 0; x < count; x++) {
            Memory.putFloat(target + step * x, sums[from + x]);
        }
    }

    private static float[] array(int place, int length) {
        float[][] arrays = ARRAYS.get();
        if (arrays[place].length < length) {
            arrays[place] = new float[length];
        }
        return arrays[place];
    }
}
