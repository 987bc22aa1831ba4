// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.Spare;

/**
 * f32 convolution, or its gradient for the input, with a window that has a {@link FloatWindowTile}.
 * A unit of work is some rows of an image, or small images whole, by some panels of channels. It
 * copies the rows that the windows read, which lie in one piece, of as many input channels as the
 * second cache has room for. Then it goes through the panels, whose weights come as one stream, in
 * blocks of channels. Products with the padding are left out, so the copies have none.
 */
final class FloatWindowPhase extends ConvolutionWork {
    private static final int SIZE = Float.BYTES;
    private static final int RUN = FloatWindowTile.RUN;
    private static final int COLUMNS = FloatRunTile.COLUMNS;
    private static final int LENGTH = COLUMNS / 2;

    /** Products in a block, about: their weights for one panel stay in the first cache. */
    private static final int PRODUCTS = 216;

    /** Blocks whose weights are fetched together: the first of them waits for memory. */
    private static final int TOUCHED = 2;

    /** Numbers that are copied together: half of the second cache. */
    private static final int NUMBERS = 1 << 17;

    /** Pixels of a unit, about; more where nobody waits for a unit. */
    private static final int PIXELS = 256;

    private static final int PIXELS_ALONE = 448;

    /** Output channels in a unit, at most. */
    private static final int CHANNELS = 256;

    private static final float[] NONE = {};
    private static final int[][] NO_LISTS = {};

    private final FloatWindowTile tile;
    private final Convolution shape;
    private final boolean forward;
    private final int groups;
    private final int inputs;
    private final int channels;
    private final int width;
    private final int window;
    private final int panels;
    private final int unitPanels;
    private final int panelBlocks;
    private final int unitRows;
    private final int rowBlocks;

    /**
     * Images of a unit, more than one where all of their channels are copied at once; with a
     * stride, whose copies are larger, that is slower.
     */
    private final int unitImages;

    private final int imageBlocks;
    private final int block;
    private final Spare<Unit> spare = new Spare<>(Unit::new);

    /** Describes the work; how it is divided may depend on the threads, as no bit does. */
    FloatWindowPhase(Convolution shape, boolean forward, int threads) {
        this.shape = shape;
        this.forward = forward;
        this.tile = forward ? FloatWindowTile.of(shape) : FloatWindowTile.WINDOW3_GRADIENT;
        this.groups = shape.groups();
        this.inputs = forward ? shape.groupChannels() : shape.groupOutChannels();
        this.channels = forward ? shape.groupOutChannels() : shape.groupChannels();
        this.width = shape.outWidth();
        this.window = shape.kernelHeight();
        this.panels = FloatWeightPanels.panels(channels);
        int pixels = threads > 1 ? PIXELS : PIXELS_ALONE;
        this.unitRows = equalPart(shape.outHeight(), pixels / width);
        this.rowBlocks = Math.ceilDiv(shape.outHeight(), unitRows);
        int batch = shape.batch();
        long copies = Math.max(1, (long) inputs * shape.height() * shape.width());
        long most = Math.min(pixels / shape.outPixels(), NUMBERS / copies);
        boolean alone = shape.strideWidth() > 1 || rowBlocks > 1;
        this.unitImages = Math.max(1, equalPart(batch, alone ? 1 : most));
        this.imageBlocks = Math.ceilDiv(batch, unitImages);
        int blocks = Math.ceilDiv(panels * COLUMNS, CHANNELS);
        long units = images() * rowBlocks * blocks;
        boolean few = threads > 1 && units < 2L * threads;
        this.unitPanels = Math.ceilDiv(panels, few ? Math.min(panels, 2 * threads) : blocks);
        this.panelBlocks = Math.ceilDiv(panels, unitPanels);
        this.block = equalPart(inputs, PRODUCTS / (window * window));
    }

    @Override
    long units() {
        return panelBlocks * images() * rowBlocks;
    }

    @Override
    long chunk() {
        return Math.max(1, units() / 32);
    }

    /** Groups of channels, of each block of images. */
    private long images() {
        return (long) imageBlocks * groups;
    }

    @Override
    public void run(long from, long to) {
        Unit unit = spare.take();
        for (long index = from; index < to; index++) {
            long block = index / rowBlocks;
            int row = (int) (index % rowBlocks) * unitRows;
            int panel = (int) (block / images()) * unitPanels;
            unit.run(block % images(), row, panel);
        }
        unit.leave();
        spare.give(unit);
    }

    /** Work of one thread, unit after unit. */
    private final class Unit extends Apart {
        /** The first image. */
        private long image;

        private int images;
        private int group;
        private int row;
        private int rows;
        private int firstPanel;
        private int count;

        /** The first row that is copied. */
        private int firstRow;

        /** Numbers of a channel that are copied of each image. */
        private int copied;

        /** Input channels that are copied together: whole blocks. */
        private int part;

        private int panelSums;
        private float[] copy = NONE;
        private float[] sums = NONE;

        /** What each sum of the panel begins with. */
        private final float[] biases = new float[COLUMNS];

        /** The panel, and where its sums of the first image begin. */
        private int panel;

        private int at;

        /** Pixels of the panel that are written of an image. */
        private int stored;

        /**
         * A list for each first row of the window and the one behind the last: where each of the
         * rows has its middle in the copies, and where its weights lie.
         */
        private int[][] lists = NO_LISTS;

        /** Which of them are made, a bit for each. */
        private int made;

        /** The first row of the windows of a row of outputs. */
        private int top(int y) {
            return y * shape.strideHeight() - shape.paddingHeight();
        }

        void run(long imageGroup, int newRow, int newFirstPanel) {
            image = imageGroup / groups * unitImages;
            images = (int) Math.min(unitImages, shape.batch() - image);
            group = (int) (imageGroup % groups);
            row = newRow;
            firstPanel = newFirstPanel;
            rows = Math.min(unitRows, shape.outHeight() - row);
            count = Math.min(unitPanels, panels - firstPanel);
            firstRow = Math.max(0, top(row));
            int endRow = Math.min(shape.height(), top(row + rows - 1) + window);
            copied = Math.max(0, endRow - firstRow) * shape.width();
            panelSums = rows * width * COLUMNS;
            part =
                    Math.min(
                                    Math.ceilDiv(inputs, block),
                                    Math.max(1, NUMBERS / Math.max(1, images * block * copied)))
                            * block;
            copy = FloatSums.image(images * part * copied);
            sums = FloatSums.sums((part < inputs ? count : images) * panelSums);
            lists = OffsetLists.ofThread();
            made = 0;
            for (int c = 0; c < inputs; c += part) {
                int used = Math.min(part, inputs - c);
                copy(c, used);
                for (int j = 0; j < count; j++) {
                    panel = firstPanel + j;
                    at = part < inputs ? j * panelSums : 0;
                    add(c, used);
                }
            }
        }

        /** Forgets what belongs to the thread. */
        void leave() {
            copy = NONE;
            sums = NONE;
            lists = NO_LISTS;
        }

        /** Some channels of the rows. */
        private void copy(int channel, int used) {
            boolean all = used == inputs;
            long held = (image * groups + group) * shape.outHeight() + row;
            if (all && HeldCopy.isHeld(call(), held)) {
                return;
            }
            long size = (long) shape.height() * shape.width();
            for (int m = 0; m < images; m++) {
                long first = ((image + m) * groups + group) * inputs + channel;
                long start = first * size + (long) firstRow * shape.width();
                for (int i = 0; i < used; i++) {
                    long source = source() + SIZE * (start + i * size);
                    FloatColumns.read(source, copied, copy, (m * part + i) * copied);
                }
            }
            HeldCopy.hold(call(), all ? held : HeldCopy.NONE);
        }

        /** The products of copied channels for the panel. */
        private void add(int channel, int used) {
            if (channel == 0) {
                long index = (long) group * channels + (long) panel * COLUMNS;
                long bias = bias() == 0 ? 0 : bias() + SIZE * index;
                FloatSums.begin(biases, 0, 1, bias, outputs());
            }
            long channelBytes = (long) SIZE * COLUMNS * window * window;
            long place = ((long) group * panels + panel) * inputs + channel;
            for (int c = 0; c < used; c += block) {
                int some = Math.min(block, used - c);
                long weights = packed() + channelBytes * (place + c);
                if (isFetching() && c % (TOUCHED * block) == 0) {
                    int fetched = Math.min(TOUCHED * block, used - c);
                    FloatSums.touch(weights, channelBytes * fetched, sums);
                }
                boolean last = channel + c + some == inputs;
                for (int y = 0; y < images * rows; y++) {
                    line(y, c * copied, weights, some, channel + c == 0, last);
                }
            }
        }

        /** Channels of the panel. */
        private int outputs() {
            return Math.min(COLUMNS, channels - panel * COLUMNS);
        }

        /**
         * Writes what is complete of an image up to a pixel: whole vectors, or all that is left.
         * Between tiles, since a processor computes on while a few numbers are on their way to
         * memory.
         */
        private void store(int m, int done) {
            int complete = done == rows * width ? done : done - done % LENGTH;
            if (complete == stored) {
                return;
            }
            long line = ((image + m) * groups + group) * channels + (long) panel * COLUMNS;
            FloatColumns.store(
                    sums,
                    at + m * panelSums + stored * COLUMNS,
                    complete - stored,
                    outputs(),
                    out() + SIZE * ((line * shape.outHeight() + row) * width + stored),
                    (long) SIZE * shape.outPixels());
            stored = complete;
        }

        /** The products of a row of outputs, counted through all images. */
        private void line(int y, int start, long weights, int used, boolean first, boolean last) {
            int m = y / rows;
            int top = top(row + y % rows);
            if (y % rows == 0) {
                stored = 0;
            }
            int above = Math.clamp(-top, 0, window);
            int below = Math.clamp(top + window - shape.height(), 0, window - above);
            int from = forward ? above : below;
            int end = window - (forward ? below : above);
            int[] steps = steps(from, end);
            int middle = top + shape.paddingHeight() - firstRow;
            int base = start + m * part * copied + middle * shape.width();
            for (int x = 0; x < width; x += RUN) {
                int sum = at + (y * width + x) * COLUMNS;
                tile.add(
                        copy,
                        base + x * shape.strideWidth(),
                        x > 0,
                        x + RUN < width,
                        steps,
                        used * (end - from),
                        weights,
                        first ? biases : sums,
                        first ? 0 : sum,
                        first ? 0 : COLUMNS,
                        sums,
                        sum);
                if (last) {
                    store(m, y % rows * width + x + RUN);
                }
            }
        }

        /** The steps of a tile through some rows of the window. */
        private int[] steps(int from, int end) {
            int index = from * (window + 1) + end;
            int count = block * (end - from);
            int[] steps = OffsetLists.list(lists, index, 2 * count);
            if ((made & 1 << index) == 0) {
                made |= 1 << index;
                int p = 0;
                for (int c = 0; c < block; c++) {
                    for (int i = from; i < end; i++) {
                        int down = forward ? i - shape.paddingHeight() : shape.paddingHeight() - i;
                        steps[p++] = c * copied + down * shape.width();
                        steps[p++] = SIZE * COLUMNS * window * (c * window + i);
                    }
                }
            }
            return steps;
        }
    }
}
