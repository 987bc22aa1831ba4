// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.matrix.DoublePanels;
import dev.keyway.backend.cpu.matrix.DoubleTile;
import dev.keyway.spi.Workers;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/**
 * The outputs of one {@link Phase} of an f64 convolution: a product of weights {@code [rows, k]} by
 * the taps {@code [k, positions]} of a padded image. A unit of work is a panel of rows by a block
 * of positions; it goes through k in blocks, with the block's rows and all sums at hand.
 */
final class DoublePixelLanesPhase {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Double.BYTES;
    private static final int ROWS = DoubleTile.ROWS;
    private static final int COLUMNS = DoubleTile.COLUMNS;
    private static final int WIDTH = DoubleTile.WIDTH;
    private static final int PITCH = DoubleTile.PITCH;
    private static final int K_BLOCK = DoubleTile.DEPTH;
    private static final int TASKS = 32;

    private static final ThreadLocal<double[]> PANEL =
            ThreadLocal.withInitial(() -> new double[ROWS * K_BLOCK]);
    private static final ThreadLocal<double[]> SUMS =
            ThreadLocal.withInitial(() -> new double[ROWS * PITCH]);

    private final Planes planes;
    private final Phase phase;
    private final int groups;
    private final int rows;
    private final int outHeight;
    private final int outWidth;
    private final int k;
    private final int depth;
    private final int positions;
    private final int panels;
    private final int blocks;
    private final long[] offsets;
    private final long weights;
    private final long bias;
    private final long out;

    /**
     * Describes the work.
     *
     * @param weights address of the rows of all groups
     * @param bias address of a number for each row of all groups; 0 for none
     */
    DoublePixelLanesPhase(
            Convolution shape,
            boolean forward,
            Planes planes,
            Phase phase,
            long weights,
            long bias,
            long out) {
        this.planes = planes;
        this.phase = phase;
        this.groups = shape.groups();
        this.rows = forward ? shape.groupOutChannels() : shape.groupChannels();
        this.outHeight = forward ? shape.outHeight() : shape.height();
        this.outWidth = forward ? shape.outWidth() : shape.width();
        this.k = planes.channels() * phase.taps().length;
        int parts = Math.max(1, (k + K_BLOCK - 1) / K_BLOCK);
        this.depth = (k + parts - 1) / parts;
        this.positions = (phase.rows() - 1) * planes.planeWidth() + phase.columns();
        this.panels = (rows + ROWS - 1) / ROWS;
        this.blocks = (positions + WIDTH - 1) / WIDTH;
        this.offsets = offsets();
        this.weights = weights;
        this.bias = bias;
        this.out = out;
    }

    private long[] offsets() {
        int taps = phase.taps().length;
        long[] result = new long[k];
        for (int t = 0; t < taps; t++) {
            int[] shift = phase.shifts()[t];
            long offset = (long) SIZE * planes.index(0, shift[0], shift[1]);
            for (int c = 0; c < planes.channels(); c++) {
                result[c * taps + t] = offset + (long) SIZE * c * planes.channelSize();
            }
        }
        return result;
    }

    /**
     * Computes {@code count} groups of images from {@code first} on, whose copies are given. What
     * is larger, weights or images, is read once.
     */
    void run(Workers workers, long first, long count, long copies, long copyBytes) {
        long parts = count * blocks;
        boolean panelByPanel = SIZE * (long) rows * k > count * copyBytes;
        workers.parallel(
                parts * panels,
                Math.max(1, (parts * panels + TASKS - 1) / TASKS),
                (from, to) -> {
                    for (long unit = from; unit < to; unit++) {
                        long part = panelByPanel ? unit % parts : unit / panels;
                        int panel = (int) (panelByPanel ? unit / parts : unit % panels);
                        long slot = part / blocks;
                        int position = (int) (part % blocks) * WIDTH;
                        unit(first + slot, copies + slot * copyBytes, position, panel * ROWS);
                    }
                });
    }

    private void unit(long imageGroup, long copy, int position, int row) {
        double[] panel = PANEL.get();
        double[] sums = SUMS.get();
        int used = Math.min(ROWS, rows - row);
        int count = Math.min(WIDTH, positions - position);
        long groupRow = imageGroup % groups * rows + row;
        begin(sums, groupRow, used, count);
        for (int p = 0; p < k; p += depth) {
            int products = Math.min(depth, k - p);
            DoublePanels.rows(
                    panel,
                    weights + SIZE * (groupRow * k + p),
                    (long) SIZE * k,
                    SIZE,
                    used,
                    products,
                    1);
            long taps = copy + (long) SIZE * position;
            int step = used == 1 ? 2 * COLUMNS : COLUMNS;
            for (int q = 0; q < count; q += step) {
                tiles(panel, used, taps + (long) SIZE * q, p, products, sums, q);
            }
        }
        store(sums, imageGroup * rows + row, used, position, count);
    }

    private void begin(double[] sums, long row, int used, int count) {
        int end = Math.min(WIDTH, count + 2 * COLUMNS);
        for (int r = 0; r < used; r++) {
            double value = bias == 0 ? 0 : Memory.getDouble(bias + SIZE * (row + r));
            Arrays.fill(sums, r * PITCH, r * PITCH + end, value);
        }
    }

    /** A tile of all rows, several of few, or one of a single row. */
    private void tiles(
            double[] panel, int used, long taps, int p, int products, double[] sums, int q) {
        int height = used == ROWS || used == 1 ? used : DoubleTile.FEW;
        for (int r = 0; r < used; r += height) {
            DoubleTile.multiply(
                    height, panel, r * K_BLOCK, taps, offsets, p, products, sums, r * PITCH + q);
        }
    }

    /** Writes positions of the padded width, without those between two rows of the image. */
    private void store(double[] sums, long channel, int used, int position, int count) {
        int width = planes.planeWidth();
        int q = 0;
        while (q < count) {
            int y = (position + q) / width;
            int x = (position + q) % width;
            int length = Math.min(count - q, phase.columns() - x);
            if (length > 0) {
                long target =
                        (channel * outHeight + phase.firstRow() + y * phase.rowStep()) * outWidth
                                + phase.firstColumn()
                                + (long) x * phase.columnStep();
                segment(sums, q, length, used, out + SIZE * target);
            }
            q += width - x;
        }
    }

    private void segment(double[] sums, int start, int length, int used, long target) {
        long channelBytes = (long) SIZE * outHeight * outWidth;
        for (int r = 0; r < used; r++) {
            copy(sums, r * PITCH + start, length, target + r * channelBytes, phase.columnStep());
        }
    }

    private static void copy(double[] sums, int start, int length, long target, int step) {
        int x = 0;
        if (step == 1) {
            for (; x <= length - LENGTH; x += LENGTH) {
                DoubleVector.fromArray(SPECIES, sums, start + x)
                        .intoMemorySegment(ALL, target + (long) SIZE * x, ORDER);
            }
        }
        for (; x < length; x++) {
            Memory.putDouble(target + (long) SIZE * step * x, sums[start + x]);
        }
    }
}
