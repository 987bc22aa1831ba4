// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The outputs of one {@link Phase} of an f64 convolution whose groups have one output channel each,
 * as depthwise ones do: pixels are in the lanes. A unit of work is some rows of one output channel.
 */
final class DoublePlaneLanesPhase {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Double.BYTES;

    /** Numbers of a region, about: it and the sums stay in the first cache. */
    private static final int NUMBERS = 1 << 12;

    private static final long CHUNK = 1 << 15;

    private static final ThreadLocal<double[][]> ARRAYS =
            ThreadLocal.withInitial(() -> new double[3][0]);

    private final Planes planes;
    private final Phase phase;
    private final Operands operands;
    private final int groups;
    private final int kernel;
    private final int outHeight;
    private final int outWidth;
    private final int unitRows;
    private final int rowBlocks;
    private final long units;
    private final int[] offsets;

    /** Whether {@link DoubleWindow3x3} takes it. */
    private final boolean window;

    private final int[] taps;

    /**
     * Addresses.
     *
     * @param source of the images
     * @param weights as the operator gets them
     * @param bias 0 for none
     * @param out of the results
     */
    record Operands(long source, long weights, long bias, long out) {}

    /** Describes the work. */
    DoublePlaneLanesPhase(
            Convolution shape, boolean forward, Planes planes, Phase phase, Operands operands) {
        this.planes = planes;
        this.phase = phase;
        this.operands = operands;
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
                && shape.strideHeight() == 1
                && shape.strideWidth() == 1
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

    /** Computes all outputs of the phase. */
    void run(Workers workers) {
        long products = (long) Math.max(1, taps.length) * unitRows * planes.planeWidth();
        workers.parallel(
                units,
                Math.max(1, CHUNK / Math.max(1, products)),
                (from, to) -> {
                    for (long unit = from; unit < to; unit++) {
                        unit(unit / rowBlocks, (int) (unit % rowBlocks) * unitRows);
                    }
                });
    }

    private void unit(long channel, int row) {
        int rows = Math.min(unitRows, phase.rows() - row);
        if (rows <= 0 || phase.columns() <= 0) {
            return;
        }
        Planes region = planes.from(row, unitRows + planes.planeHeight() - phase.rows());
        int numbers = planes.channels() * region.channelSize();
        double[] image = array(0, numbers + 4 * LENGTH + 3 * planes.planeWidth());
        DoubleRegion.clear(region, planes.channels(), image);
        long size = (long) planes.height() * planes.width();
        long source = operands.source() + SIZE * channel * planes.channels() * size;
        for (int c = 0; c < planes.channels(); c++) {
            DoubleRegion.channel(region, source + SIZE * c * size, image, c * region.channelSize());
        }
        int group = (int) (channel % groups);
        long bias = operands.bias();
        double start = bias == 0 ? 0 : Memory.getDouble(bias + (long) SIZE * group);
        if (window) {
            long line = channel * outHeight + row;
            DoubleWindow3x3.run(
                    image,
                    planes.planeWidth(),
                    weights(group),
                    start,
                    rows,
                    outWidth,
                    operands.out() + SIZE * line * outWidth);
            return;
        }
        int count = (rows - 1) * planes.planeWidth() + phase.columns();
        double[] sums = array(1, count + 4 * LENGTH);
        add(image, offsets, weights(group), taps.length, start, sums, count);
        store(sums, channel, row, rows);
    }

    private double[] weights(int group) {
        double[] result = array(2, taps.length);
        long first = operands.weights() + (long) SIZE * group * planes.channels() * kernel;
        for (int i = 0; i < taps.length; i++) {
            result[i] = Memory.getDouble(first + (long) SIZE * taps[i]);
        }
        return result;
    }

    /** The sums of positions of the padded width, four vectors at a time. */
    private static void add(
            double[] image,
            int[] offsets,
            double[] weights,
            int k,
            double start,
            double[] sums,
            int count) {
        for (int q = 0; q < count; q += 4 * LENGTH) {
            DoubleVector s0 = DoubleVector.broadcast(SPECIES, start);
            DoubleVector s1 = s0;
            DoubleVector s2 = s0;
            DoubleVector s3 = s0;
            for (int p = 0; p < k; p++) {
                int at = offsets[p] + q;
                DoubleVector x = DoubleVector.broadcast(SPECIES, weights[p]);
                s0 = x.fma(DoubleVector.fromArray(SPECIES, image, at), s0);
                s1 = x.fma(DoubleVector.fromArray(SPECIES, image, at + LENGTH), s1);
                s2 = x.fma(DoubleVector.fromArray(SPECIES, image, at + 2 * LENGTH), s2);
                s3 = x.fma(DoubleVector.fromArray(SPECIES, image, at + 3 * LENGTH), s3);
            }
            s0.intoArray(sums, q);
            s1.intoArray(sums, q + LENGTH);
            s2.intoArray(sums, q + 2 * LENGTH);
            s3.intoArray(sums, q + 3 * LENGTH);
        }
    }

    /** Writes the sums without those between two rows. */
    private void store(double[] sums, long channel, int row, int rows) {
        int count = phase.columns();
        int whole = count - count % LENGTH;
        VectorMask<Double> mask = SPECIES.indexInRange(0, count % LENGTH);
        for (int y = 0; y < rows; y++) {
            long line = channel * outHeight + phase.firstRow() + (row + y) * phase.rowStep();
            long target = operands.out() + SIZE * (line * outWidth + phase.firstColumn());
            int from = y * planes.planeWidth();
            if (phase.columnStep() != 1) {
                scatter(sums, from, count, target);
                continue;
            }
            for (int x = 0; x < whole; x += LENGTH) {
                DoubleVector.fromArray(SPECIES, sums, from + x)
                        .intoMemorySegment(ALL, target + (long) SIZE * x, ORDER);
            }
            if (whole < count) {
                DoubleVector.fromArray(SPECIES, sums, from + whole)
                        .intoMemorySegment(ALL, target + (long) SIZE * whole, ORDER, mask);
            }
        }
    }

    private void scatter(double[] sums, int from, int count, long target) {
        long step = (long) SIZE * phase.columnStep();
        for (int x = 0; x < count; x++) {
            Memory.putDouble(target + step * x, sums[from + x]);
        }
    }

    private static double[] array(int place, int length) {
        double[][] arrays = ARRAYS.get();
        if (arrays[place].length < length) {
            arrays[place] = new double[length];
        }
        return arrays[place];
    }
}
