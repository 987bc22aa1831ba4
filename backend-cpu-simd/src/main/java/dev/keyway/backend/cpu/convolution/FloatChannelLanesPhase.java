// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import jdk.incubator.vector.FloatVector;

/**
 * The outputs of one {@link Phase} of an f32 convolution: a product of the taps {@code [positions,
 * k]} of an image by packed weights {@code [k, channels]}. A unit of work is some rows of an image
 * by some panels of channels. It goes through the input channels in blocks: copies the rows that
 * the taps read into an array, where each tap is an offset, and adds the block's products to all of
 * its sums.
 */
final class FloatChannelLanesPhase extends ConvolutionWork {
    private static final int LENGTH = FloatVector.SPECIES_PREFERRED.length();
    private static final int SIZE = Float.BYTES;
    private static final int RUN = FloatRunTile.RUN;
    private static final int COLUMNS = FloatRunTile.COLUMNS;

    /** Products in a block: their weights for one panel stay in the first cache. */
    private static final int PRODUCTS = 384;

    /** Outputs of one channel in a unit, about. */
    private static final int PIXELS = 256;

    /** So many are worth a division in two. */
    private static final int LEAST = 128;

    /** Output channels in a unit, at most. */
    private static final int CHANNELS = 256;

    private final Planes planes;
    private final Phase phase;
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

    /** The planes that units copy, for each block of rows. */
    private final Planes[] regions;

    /**
     * Describes the work.
     *
     * @param threads how many there are: how the work is divided may depend on them, as no bit does
     */
    FloatChannelLanesPhase(
            Convolution shape, boolean forward, Planes planes, Phase phase, int threads) {
        this.planes = planes;
        this.phase = phase;
        this.images = shape.batch();
        this.groups = shape.groups();
        this.channels = forward ? shape.groupOutChannels() : shape.groupChannels();
        this.outHeight = forward ? shape.outHeight() : shape.height();
        this.outWidth = forward ? shape.outWidth() : shape.width();
        this.panels = FloatWeightPanels.panels(channels);
        this.pitch = Math.min(planes.planeWidth(), (phase.columns() + RUN - 1) / RUN * RUN);
        this.rowBlocks = rowBlocks(threads);
        this.unitRows = share(phase.rows(), rowBlocks);
        this.panelBlocks = panelBlocks(threads);
        this.unitPanels = share(panels, panelBlocks);
        int taps = Math.max(1, phase.taps().length);
        int most = Math.max(1, PRODUCTS / taps);
        this.block = Math.max(1, share(planes.channels(), (planes.channels() + most - 1) / most));
        this.offsets = offsets();
        this.regions = new Planes[rowBlocks];
        for (int i = 0; i < rowBlocks; i++) {
            regions[i] = region(i * unitRows);
        }
    }

    private static int share(int all, int parts) {
        return (all + parts - 1) / Math.max(1, parts);
    }

    /** A single unit is made two, for the threads, where enough is left for each. */
    private int rowBlocks(int threads) {
        int rows = Math.clamp(PIXELS / Math.max(1, pitch), 1, Math.max(1, phase.rows()));
        int blocks = share(phase.rows(), rows);
        boolean few = threads > 1 && (long) images * groups * blocks == 1;
        boolean divide = few && phase.rows() * pitch >= LEAST;
        return divide ? 2 : blocks;
    }

    /** Few units are made more, for the threads. */
    private int panelBlocks(int threads) {
        int blocks = (panels * COLUMNS + CHANNELS - 1) / CHANNELS;
        long units = (long) images * groups * rowBlocks;
        boolean few = threads > 1 && units * blocks < 2L * threads;
        return few ? Math.min(panels, Math.max(blocks, 2 * threads)) : blocks;
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

    @Override
    long units() {
        return (long) panelBlocks * images * groups * rowBlocks;
    }

    @Override
    long chunk() {
        return Math.max(1, units() / 32);
    }

    @Override
    public void run(long from, long to) {
        for (long index = from; index < to; index++) {
            long image = index / rowBlocks;
            long all = (long) images * groups;
            unit(image % all, (int) (index % rowBlocks), (int) (image / all));
        }
    }

    private void unit(long imageGroup, int rowBlock, int panelBlock) {
        int row = rowBlock * unitRows;
        int rows = Math.min(unitRows, phase.rows() - row);
        int firstPanel = panelBlock * unitPanels;
        int count = Math.min(unitPanels, panels - firstPanel);
        if (rows <= 0 || count <= 0 || phase.columns() <= 0) {
            return;
        }
        Planes region = regions[rowBlock];
        int runs = Math.ceilDiv((rows - 1) * pitch + phase.columns(), RUN);
        int[] bases = bases(runs);
        int panelSums = runs * RUN * COLUMNS;
        boolean single = block >= planes.channels();
        float[] sums = FloatSums.sums((single ? 1 : count) * panelSums);
        float[] image = FloatSums.image(block * region.channelSize() + 2 * RUN + LENGTH);
        FloatRegion.clear(region, block, image);
        int taps = phase.taps().length;
        int c = 0;
        do {
            int used = taps == 0 ? 0 : Math.min(block, planes.channels() - c);
            copy(region, imageGroup, c, used, image);
            for (int j = 0; j < count; j++) {
                int panel = firstPanel + j;
                int at = single ? 0 : j * panelSums;
                if (c == 0) {
                    long bias = bias((int) (imageGroup % groups), panel);
                    FloatSums.begin(sums, at, runs * RUN, bias, used(panel));
                }
                long k = weights(imageGroup, panel, c);
                if (isFetching()) {
                    FloatSums.touch(k, (long) SIZE * COLUMNS * used * taps, sums);
                }
                FloatRunTile.multiply(image, bases, 0, runs, offsets, used * taps, k, sums, at);
                if (c + block >= planes.channels()) {
                    store(sums, at, imageGroup, panel, row, rows);
                }
            }
            c += block;
        } while (c < planes.channels());
    }

    /** Address of a panel's weights from an input channel on. */
    private long weights(long imageGroup, int panel, int channel) {
        long row = (imageGroup % groups * panels + panel) * planes.channels() + channel;
        return packed() + SIZE * COLUMNS * row * phase.taps().length;
    }

    /** Where in the planes each run of sums begins. */
    private int[] bases(int runs) {
        int[] result = OffsetLists.list(OffsetLists.ofThread(), 0, runs);
        for (int i = 0; i < runs; i++) {
            int sum = i * RUN;
            result[i] = sum / pitch * planes.planeWidth() + sum % pitch;
        }
        return result;
    }

    private void copy(Planes region, long imageGroup, int first, int count, float[] image) {
        long size = (long) planes.height() * planes.width();
        long source = source() + SIZE * (imageGroup * planes.channels() + first) * size;
        for (int c = 0; c < count; c++) {
            FloatRegion.channel(region, source + SIZE * c * size, image, c * region.channelSize());
        }
    }

    /** Channels of a panel. */
    private int used(int panel) {
        return Math.min(COLUMNS, channels - panel * COLUMNS);
    }

    /** Address of the panel's first bias. */
    private long bias(int group, int panel) {
        long first = (long) group * channels + panel * COLUMNS;
        return bias() == 0 ? 0 : bias() + SIZE * first;
    }

    private void store(float[] sums, int at, long imageGroup, int panel, int row, int rows) {
        int used = used(panel);
        long size = (long) outHeight * outWidth;
        long channel = out() + SIZE * (imageGroup * channels + panel * COLUMNS) * size;
        boolean whole = pitch == outWidth;
        int pieces = whole ? 1 : rows;
        int count = whole ? rows * pitch : phase.columns();
        for (int y = 0; y < pieces; y++) {
            long target = channel + SIZE * (long) (row + y) * outWidth;
            FloatColumns.store(sums, at + y * pitch * COLUMNS, count, used, target, SIZE * size);
        }
    }
}
