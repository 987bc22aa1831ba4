// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.spi.Workers;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/**
 * The outputs of one {@link Phase} of an f64 convolution: a product of the taps {@code [positions,
 * k]} of an image by packed weights {@code [k, channels]}. A unit of work is some rows of an image
 * by some panels of channels. It goes through the input channels in blocks: copies the rows that
 * the taps read into an array, where each tap is an offset, and adds the block's products to all of
 * its sums.
 */
final class DoubleChannelLanesPhase {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Double.BYTES;
    private static final int RUN = DoubleRunTile.RUN;
    private static final int COLUMNS = DoubleRunTile.COLUMNS;

    /** Products in a block: their weights for one panel stay in the first cache. */
    private static final int PRODUCTS = 256;

    /** Outputs of one channel in a unit, about. */
    private static final int PIXELS = 256;

    /** Output channels in a unit, at most. */
    private static final int CHANNELS = 256;

    private static final ThreadLocal<double[]> REGION =
            ThreadLocal.withInitial(() -> new double[0]);
    private static final ThreadLocal<double[]> SUMS = ThreadLocal.withInitial(() -> new double[0]);

    private final Planes planes;
    private final Phase phase;
    private final Operands operands;
    private final int images;
    private final int groups;
    private final int channels;
    private final int outHeight;
    private final int outWidth;
    private final int panels;
    private final int unitPanels;
    private final int unitRows;
    private final int rowBlocks;
    private final int panelBlocks;

    /** Inputs of a block. */
    private final int block;

    /** From one row of sums to the next: rows are apart as in the planes, or whole runs. */
    private final int pitch;

    private final int[] offsets;

    /**
     * Addresses.
     *
     * @param source of the images
     * @param packed weights, see {@link DoubleWeightPanels}
     * @param bias 0 for none
     * @param out of the results
     */
    record Operands(long source, long packed, long bias, long out) {}

    DoubleChannelLanesPhase(
            Convolution shape, boolean forward, Planes planes, Phase phase, Operands operands) {
        this.planes = planes;
        this.phase = phase;
        this.operands = operands;
        this.images = shape.batch();
        this.groups = shape.groups();
        this.channels = forward ? shape.groupOutChannels() : shape.groupChannels();
        this.outHeight = forward ? shape.outHeight() : shape.height();
        this.outWidth = forward ? shape.outWidth() : shape.width();
        this.panels = DoubleWeightPanels.panels(channels);
        this.pitch = Math.min(planes.planeWidth(), (phase.columns() + RUN - 1) / RUN * RUN);
        int rows = Math.clamp(PIXELS / Math.max(1, pitch), 1, Math.max(1, phase.rows()));
        this.rowBlocks = (phase.rows() + rows - 1) / rows;
        this.unitRows = share(phase.rows(), rowBlocks);
        this.panelBlocks = panelBlocks();
        this.unitPanels = share(panels, panelBlocks);
        int taps = Math.max(1, phase.taps().length);
        int most = Math.max(1, PRODUCTS / taps);
        this.block = Math.max(1, share(planes.channels(), (planes.channels() + most - 1) / most));
        this.offsets = offsets();
    }

    private static int share(int all, int parts) {
        return (all + parts - 1) / Math.max(1, parts);
    }

    /** Few units are made more, for the threads. */
    private int panelBlocks() {
        int blocks = (panels * COLUMNS + CHANNELS - 1) / CHANNELS;
        long units = (long) images * groups * rowBlocks;
        return units * blocks >= 4 ? blocks : Math.min(panels, Math.max(blocks, 4));
    }

    /** The planes that a unit copies, from the given row of the phase on. */
    private Planes region(int row) {
        return planes.from(row, unitRows + planes.planeHeight() - phase.rows());
    }

    private int[] offsets() {
        int taps = phase.taps().length;
        int[] result = new int[block * taps];
        Planes region = region(0);
        for (int c = 0; c < block; c++) {
            for (int t = 0; t < taps; t++) {
                int[] shift = phase.shifts()[t];
                result[c * taps + t] = region.index(c, shift[0], shift[1]);
            }
        }
        return result;
    }

    /** Computes all outputs of the phase. */
    void run(Workers workers) {
        long units = (long) panelBlocks * images * groups * rowBlocks;
        workers.parallel(
                units,
                Math.max(1, units / 32),
                (from, to) -> {
                    for (long unit = from; unit < to; unit++) {
                        long image = unit / rowBlocks;
                        long all = (long) images * groups;
                        unit(image % all, (int) (unit % rowBlocks), (int) (image / all));
                    }
                });
    }

    private void unit(long imageGroup, int rowBlock, int panelBlock) {
        int row = rowBlock * unitRows;
        int rows = Math.min(unitRows, phase.rows() - row);
        int firstPanel = panelBlock * unitPanels;
        int count = Math.min(unitPanels, panels - firstPanel);
        if (rows <= 0 || count <= 0 || phase.columns() <= 0) {
            return;
        }
        Planes region = region(row);
        int[] bases = bases(rows);
        int panelSums = bases.length * RUN * COLUMNS;
        double[] sums = array(SUMS, count * panelSums + LENGTH * COLUMNS);
        double[] image = array(REGION, block * region.channelSize() + 2 * RUN + LENGTH);
        Arrays.fill(image, 0, block * region.channelSize(), 0);
        int group = (int) (imageGroup % groups);
        for (int j = 0; j < count; j++) {
            begin(sums, j * panelSums, bases.length * RUN, group, firstPanel + j);
        }
        int taps = phase.taps().length;
        for (int c = 0; c < planes.channels(); c += block) {
            int used = Math.min(block, planes.channels() - c);
            copy(region, imageGroup, c, used, image);
            for (int j = 0; j < count; j++) {
                long panel = (long) group * panels + firstPanel + j;
                long k = panel * planes.channels() + c;
                DoubleRunTile.multiply(
                        image,
                        bases,
                        0,
                        bases.length,
                        offsets,
                        used * taps,
                        operands.packed + SIZE * COLUMNS * k * taps,
                        sums,
                        j * panelSums);
            }
        }
        for (int j = 0; j < count; j++) {
            store(sums, j * panelSums, imageGroup, firstPanel + j, row, rows);
        }
    }

    /** Where in the planes each run of sums begins. */
    private int[] bases(int rows) {
        int sums = (rows - 1) * pitch + phase.columns();
        int[] result = new int[(sums + RUN - 1) / RUN];
        for (int i = 0; i < result.length; i++) {
            int sum = i * RUN;
            result[i] = sum / pitch * planes.planeWidth() + sum % pitch;
        }
        return result;
    }

    private void copy(Planes region, long imageGroup, int first, int count, double[] image) {
        long size = (long) planes.height() * planes.width();
        long source = operands.source + SIZE * (imageGroup * planes.channels() + first) * size;
        for (int c = 0; c < count; c++) {
            DoubleRegion.channel(region, source + SIZE * c * size, image, c * region.channelSize());
        }
    }

    private void begin(double[] sums, int at, int rows, int group, int panel) {
        if (operands.bias == 0) {
            Arrays.fill(sums, at, at + rows * COLUMNS, 0);
            return;
        }
        int first = panel * COLUMNS;
        long bias = operands.bias + SIZE * ((long) group * channels + first);
        int used = Math.min(COLUMNS, channels - first);
        for (int c = 0; c < COLUMNS; c += LENGTH) {
            VectorMask<Double> mask = SPECIES.indexInRange(Math.min(c, used), used);
            DoubleVector start =
                    DoubleVector.fromMemorySegment(
                            SPECIES, ALL, bias + (long) SIZE * c, ORDER, mask);
            for (int r = 0; r < rows; r++) {
                start.intoArray(sums, at + r * COLUMNS + c);
            }
        }
    }

    private void store(double[] sums, int at, long imageGroup, int panel, int row, int rows) {
        int used = Math.min(COLUMNS, channels - panel * COLUMNS);
        long size = (long) outHeight * outWidth;
        long channel = operands.out + SIZE * (imageGroup * channels + panel * COLUMNS) * size;
        boolean whole = pitch == outWidth && phase.rowStep() == 1 && phase.columnStep() == 1;
        int pieces = whole ? 1 : rows;
        int count = whole ? rows * pitch : phase.columns();
        for (int y = 0; y < pieces; y++) {
            long target =
                    (long) (phase.firstRow() + (row + y) * phase.rowStep()) * outWidth
                            + phase.firstColumn();
            DoubleColumns.store(
                    sums,
                    at + y * pitch * COLUMNS,
                    count,
                    used,
                    channel + SIZE * target,
                    SIZE * size,
                    phase.columnStep());
        }
    }

    private static double[] array(ThreadLocal<double[]> place, int length) {
        double[] array = place.get();
        if (array.length < length) {
            array = new double[length];
            place.set(array);
        }
        return array;
    }
}
