// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.Spare;

/**
 * f32 convolution with a window of 3x3 of images whose channels lie side by side, as {@link
 * FloatWindowPhase} of others. A unit of work is some rows of an image, or small images whole, by
 * some panels of channels. It copies the rows that the windows read, with as many input channels as
 * the second cache has room for, block of channels by block: all numbers that a tile reads lie
 * together then, whatever the number of channels. Then it goes through the panels, whose weights
 * come as one stream, in the same blocks. Products with the padding are left out, so the copies
 * have none.
 */
final class FloatLastWindowPhase extends ConvolutionWork {
    private static final int SIZE = Float.BYTES;
    private static final int COLUMNS = FloatRunTile.COLUMNS;
    private static final int PIXEL = FloatLastWindowRows.PIXEL;

    /** Rows and columns of the window. */
    private static final int WINDOW = 3;

    /** Blocks whose weights are fetched together: the first of them waits for memory. */
    private static final int TOUCHED = 2;

    /** Numbers that are copied together: half of the second cache. */
    private static final int NUMBERS = 1 << 17;

    /** Pixels of a unit, about; more where nobody waits for a unit. */
    private static final int PIXELS = 256;

    private static final int PIXELS_ALONE = 448;

    /** Output channels in a unit, at most. */
    private static final int CHANNELS = 256;

    /** Units for each thread, at least, where there is enough to do. */
    private static final int UNITS = 2;

    private static final float[] NONE = {};
    private static final int[][] NO_LISTS = {};

    private final Convolution shape;
    private final boolean isStrided;

    /** Pixels of a tile: {@link FloatRunTile#RUN} or 8, each with a class of its own. */
    private final int run;

    private final int groups;
    private final int inputs;
    private final int channels;
    private final int width;
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
    FloatLastWindowPhase(Convolution shape, int threads) {
        this.shape = shape;
        this.isStrided = shape.strideWidth() > 1;
        this.groups = shape.groups();
        this.inputs = shape.groupChannels();
        this.channels = shape.groupOutChannels();
        this.width = shape.outWidth();
        this.run = FloatRunTile.run(width);
        this.panels = FloatWeightPanels.panels(channels);
        int pixels = threads > 1 ? PIXELS : PIXELS_ALONE;
        this.unitRows = equalPart(shape.outHeight(), pixels / width);
        this.rowBlocks = Math.ceilDiv(shape.outHeight(), unitRows);
        int batch = shape.batch();
        long copies = (long) Math.ceilDiv(inputs, PIXEL) * PIXEL * shape.height() * shape.width();
        long most = Math.min(pixels / shape.outPixels(), NUMBERS / copies);
        this.unitImages = Math.max(1, equalPart(batch, isStrided || rowBlocks > 1 ? 1 : most));
        this.imageBlocks = Math.ceilDiv(batch, unitImages);
        int blocks = Math.ceilDiv(panels * COLUMNS, CHANNELS);
        long images = images() * rowBlocks;
        long wanted = (long) UNITS * threads;
        if (threads > 1 && images * blocks < wanted) {
            blocks = (int) Math.min(panels, Math.ceilDiv(wanted, images));
        }
        this.unitPanels = Math.ceilDiv(panels, blocks);
        this.panelBlocks = Math.ceilDiv(panels, unitPanels);
        this.block = equalPart(inputs, PIXEL);
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

        /** Of each image. */
        private int rows;

        private int firstPanel;
        private int count;

        /** The first row that is copied, and how many of each image. */
        private int firstRow;

        private int copiedRows;

        /** Pixels that are copied. */
        private int copied;

        /** From a block's copy to the next one's. */
        private int distance;

        /** Blocks of input channels that are copied together. */
        private int part;

        /** What the sums of a panel begin with. */
        private long biases;

        /** Sums of a tile of which some are there already. */
        private long partial;

        /** Sums of a panel whose vectors are not full; others lie in the output. */
        private long sums;

        /** Copies of the rows. */
        private float[] copy = NONE;

        private float[] touched = NONE;

        private int panel;

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
            int endRow = Math.min(shape.height(), top(row + rows - 1) + WINDOW);
            copiedRows = endRow - firstRow;
            copied = images * copiedRows * shape.width();
            distance = copied * PIXEL;
            int blocks = Math.ceilDiv(inputs, block);
            part = Math.clamp(NUMBERS / distance, 1, blocks);
            long panelBytes = (long) SIZE * COLUMNS * images * rows * width;
            biases = ThreadMemory.lines(SIZE * COLUMNS * (1 + run) + panelBytes);
            partial = biases + SIZE * COLUMNS;
            sums = partial + SIZE * COLUMNS * run;
            copy = FloatSums.image(part * distance);
            touched = FloatSums.sums(0);
            lists = OffsetLists.ofThread();
            made = 0;
            for (int c = 0; c < inputs; c += part * block) {
                int used = Math.min(part * block, inputs - c);
                copy(c, used);
                for (int j = 0; j < count; j++) {
                    panel = firstPanel + j;
                    add(c, used);
                }
            }
        }

        /** Forgets what belongs to the thread. */
        void leave() {
            copy = NONE;
            touched = NONE;
            lists = NO_LISTS;
        }

        /** Some channels of the rows. */
        private void copy(int channel, int used) {
            boolean all = used == inputs;
            long held = (image * groups + group) * shape.outHeight() + row;
            if (all && HeldCopy.isHeld(call(), held)) {
                return;
            }
            long pixelBytes = (long) SIZE * shape.channels();
            long pixel = (image * shape.height() + firstRow) * shape.width();
            long first = (long) group * inputs + channel;
            FloatLastWindowRows.copy(
                    source() + pixelBytes * pixel + SIZE * first,
                    copied,
                    pixelBytes,
                    used,
                    block,
                    copy,
                    distance);
            HeldCopy.hold(call(), all ? held : HeldCopy.NONE);
        }

        /** The products of copied channels for the panel. */
        private void add(int channel, int used) {
            int outputs = Math.min(COLUMNS, channels - panel * COLUMNS);
            long first = (long) group * channels + (long) panel * COLUMNS;
            if (channel == 0) {
                FloatLastWindowRows.begin(biases, bias() == 0 ? 0 : bias() + SIZE * first, outputs);
            }
            long pixel = (image * shape.outHeight() + row) * width;
            long out = out() + SIZE * (pixel * shape.outChannels() + first);
            long channelBytes = (long) SIZE * COLUMNS * WINDOW * WINDOW;
            long place = ((long) group * panels + panel) * inputs + channel;
            for (int c = 0; c < used; c += block) {
                int some = Math.min(block, used - c);
                long weights = packed() + channelBytes * (place + c);
                if (isFetching() && c % (TOUCHED * block) == 0) {
                    int fetched = Math.min(TOUCHED * block, used - c);
                    FloatSums.touch(weights, channelBytes * fetched, touched);
                }
                boolean last = channel + c + some == inputs;
                for (int y = 0; y < images * rows; y++) {
                    int start = c / block * distance;
                    line(y, start, weights, some, channel + c == 0, last, out, outputs);
                }
            }
        }

        /** The products of a row of outputs, counted through all images. */
        private void line(
                int y,
                int start,
                long weights,
                int used,
                boolean first,
                boolean last,
                long out,
                int outputs) {
            int top = top(row + y % rows);
            int from = Math.clamp(-top, 0, WINDOW);
            int end = WINDOW - Math.clamp(top + WINDOW - shape.height(), 0, WINDOW - from);
            int[] steps = steps(from, end);
            int middle = top + shape.paddingHeight() - firstRow + y / rows * copiedRows;
            boolean full = outputs == COLUMNS;
            int outBytes = SIZE * shape.outChannels();
            int sumBytes = full ? outBytes : SIZE * COLUMNS;
            int products = used * (end - from);
            for (int next = 0; next < width; next += run) {
                // The last tile begins earlier where it would not be whole: what is there stays.
                int x = Math.min(next, width - run);
                int pixel = middle * shape.width() + x * shape.strideWidth();
                long to = out + (long) outBytes * (y * width + x);
                long sum = full ? to : sums + (long) sumBytes * (y * width + x);
                int base = start + pixel * PIXEL;
                long begin = first ? biases : sum;
                int pitch = first ? 0 : sumBytes;
                int there = next - x;
                long target = there == 0 ? sum : partial;
                int targetBytes = there == 0 ? sumBytes : SIZE * COLUMNS;
                tile(base, x, steps, products, weights, begin, pitch, target, targetBytes);
                for (int i = there; there > 0 && i < run; i++) {
                    FloatMoves.copy(partial + i * targetBytes, COLUMNS, sum + (long) i * sumBytes);
                }
                for (int i = there; last && !full && i < run; i++) {
                    FloatMoves.copy(sum + i * sumBytes, outputs, to + (long) i * outBytes);
                }
            }
        }

        /** The products of the pixels from {@code x} on. */
        private void tile(
                int base,
                int x,
                int[] steps,
                int products,
                long weights,
                long begin,
                int pitch,
                long sum,
                int sumBytes) {
            boolean left = x > 0;
            boolean right = x + run < width;
            if (isStrided && run == FloatRunTile.RUN) {
                FloatLastWindow3Stride2Tile.add(
                        copy, base, left, steps, products, weights, begin, pitch, sum, sumBytes);
            } else if (isStrided) {
                FloatLastWindow3Stride2Tile8.add(
                        copy, base, left, steps, products, weights, begin, pitch, sum, sumBytes);
            } else if (run == FloatRunTile.RUN) {
                FloatLastWindow3Tile.add(
                        copy, base, left, right, steps, products, weights, begin, pitch, sum,
                        sumBytes);
            } else {
                FloatLastWindow3Tile8.add(
                        copy, base, left, right, steps, products, weights, begin, pitch, sum,
                        sumBytes);
            }
        }

        /** The steps of a tile through some rows of the window. */
        private int[] steps(int from, int end) {
            int index = from * (WINDOW + 1) + end;
            int length = block * (end - from);
            int[] steps = OffsetLists.list(lists, index, 2 * length);
            if ((made & 1 << index) == 0) {
                made |= 1 << index;
                int p = 0;
                for (int c = 0; c < block; c++) {
                    for (int i = from; i < end; i++) {
                        int down = i - shape.paddingHeight();
                        steps[p++] = c + down * shape.width() * PIXEL;
                        steps[p++] = SIZE * COLUMNS * WINDOW * (c * WINDOW + i);
                    }
                }
            }
            return steps;
        }
    }
}
