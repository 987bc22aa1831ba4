// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.Spare;

/**
 * f32 convolution, or its gradient for the input, with a window that has a {@link FloatWindowTile}.
 * A unit of work is some rows of an image by some panels of channels. It copies the rows that the
 * windows read, which lie in one piece, of as many input channels as the second cache has room for.
 * Then it goes through the panels, whose weights come as one stream, in blocks of channels.
 * Products with the padding are left out, so the copies have none.
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
        int rows = Math.clamp(pixels / width, 1, shape.outHeight());
        this.unitRows = Math.ceilDiv(shape.outHeight(), Math.ceilDiv(shape.outHeight(), rows));
        this.rowBlocks = Math.ceilDiv(shape.outHeight(), unitRows);
        int blocks = Math.ceilDiv(panels * COLUMNS, CHANNELS);
        long units = (long) shape.batch() * groups * rowBlocks * blocks;
        boolean few = threads > 1 && units < 2L * threads;
        this.unitPanels = Math.ceilDiv(panels, few ? Math.min(panels, 2 * threads) : blocks);
        this.panelBlocks = Math.ceilDiv(panels, unitPanels);
        this.block =
                Math.ceilDiv(
                        inputs, Math.ceilDiv(inputs, Math.max(1, PRODUCTS / (window * window))));
    }

    @Override
    long units() {
        return panelBlocks * images() * rowBlocks;
    }

    @Override
    long chunk() {
        return Math.max(1, units() / 32);
    }

    /** Groups of images. */
    private long images() {
        return (long) shape.batch() * groups;
    }

    @Override
    public void run(long from, long to) {
        Unit unit = spare.take();
        for (long index = from; index < to; index++) {
            long image = index / rowBlocks;
            int row = (int) (index % rowBlocks) * unitRows;
            int panel = (int) (image / images()) * unitPanels;
            unit.run(image % images(), row, panel);
        }
        unit.leave();
        spare.give(unit);
    }

    /** Work of one thread, unit after unit. */
    private final class Unit extends Apart {
        private long imageGroup;
        private int row;
        private int rows;
        private int firstPanel;
        private int count;

        /** The first row that is copied. */
        private int firstRow;

        /** Numbers of a channel that are copied. */
        private int copied;

        /** Input channels that are copied together: whole blocks. */
        private int part;

        private int panelSums;
        private float[] image = NONE;
        private float[] sums = NONE;

        /** What each sum of the panel begins with. */
        private final float[] biases = new float[COLUMNS];

        /** The panel, and where its sums begin. */
        private int panel;

        private int at;

        /** Pixels of the panel that are written. */
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

        void run(long newImageGroup, int newRow, int newFirstPanel) {
            imageGroup = newImageGroup;
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
                                    Math.max(1, NUMBERS / Math.max(1, block * copied)))
                            * block;
            image = FloatSums.image(part * copied);
            sums = FloatSums.sums((part < inputs ? count : 1) * panelSums);
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
            image = NONE;
            sums = NONE;
            lists = NO_LISTS;
        }

        /** Some channels of the rows. */
        private void copy(int channel, int used) {
            boolean all = used == inputs;
            long held = imageGroup * shape.outHeight() + row;
            if (all && HeldCopy.isHeld(call(), held)) {
                return;
            }
            long size = (long) shape.height() * shape.width();
            long start = (imageGroup * inputs + channel) * size + (long) firstRow * shape.width();
            for (int i = 0; i < used; i++) {
                long source = source() + SIZE * (start + i * size);
                FloatColumns.read(source, copied, image, i * copied);
            }
            HeldCopy.hold(call(), all ? held : HeldCopy.NONE);
        }

        /** The products of copied channels for the panel. */
        private void add(int channel, int used) {
            long group = imageGroup % groups;
            if (channel == 0) {
                long index = group * channels + panel * COLUMNS;
                long bias = bias() == 0 ? 0 : bias() + SIZE * index;
                FloatSums.begin(biases, 0, 1, bias, outputs());
            }
            stored = 0;
            long channelBytes = (long) SIZE * COLUMNS * window * window;
            long place = (group * panels + panel) * inputs + channel;
            for (int c = 0; c < used; c += block) {
                int some = Math.min(block, used - c);
                long weights = packed() + channelBytes * (place + c);
                if (isFetching() && c % (TOUCHED * block) == 0) {
                    int fetched = Math.min(TOUCHED * block, used - c);
                    FloatSums.touch(weights, channelBytes * fetched, sums);
                }
                boolean last = channel + c + some == inputs;
                for (int y = 0; y < rows; y++) {
                    line(y, c * copied, weights, some, channel + c == 0, last);
                }
            }
        }

        /** Channels of the panel. */
        private int outputs() {
            return Math.min(COLUMNS, channels - panel * COLUMNS);
        }

        /**
         * Writes what is complete up to a pixel: whole vectors, or all that is left. Between tiles,
         * since a processor computes on while a few numbers are on their way to memory.
         */
        private void store(int done) {
            int complete = done == rows * width ? done : done - done % LENGTH;
            if (complete == stored) {
                return;
            }
            long line = imageGroup * channels + panel * COLUMNS;
            FloatColumns.store(
                    sums,
                    at + stored * COLUMNS,
                    complete - stored,
                    outputs(),
                    out() + SIZE * ((line * shape.outHeight() + row) * width + stored),
                    (long) SIZE * shape.outPixels());
            stored = complete;
        }

        /** The products of a row of outputs. */
        private void line(int y, int start, long weights, int used, boolean first, boolean last) {
            int top = top(row + y);
            int above = Math.clamp(-top, 0, window);
            int below = Math.clamp(top + window - shape.height(), 0, window - above);
            int from = forward ? above : below;
            int end = window - (forward ? below : above);
            int[] steps = steps(from, end);
            int middle = top + shape.paddingHeight() - firstRow;
            for (int x = 0; x < width; x += RUN) {
                int sum = at + (y * width + x) * COLUMNS;
                tile.add(
                        image,
                        start + middle * shape.width() + x * shape.strideWidth(),
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
                    store(y * width + x + RUN);
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
