// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.spi.Workers;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * The sums of all shares of an f32 gradient for a weight. A unit of work is a share by a block of
 * input channels by some panels of output channels. It goes through the share's images in regions:
 * brings a region into an array with the block's channels side by side, where the taps of a kernel
 * row are one piece of neighbouring numbers, packs the gradient of the output for panel after
 * panel, and adds the region's products to all of its sums.
 */
final class FloatWeightGradientShares {
    private static final int SIZE = Float.BYTES;
    private static final int LENGTH = FloatSquare.LENGTH;
    private static final int RUN = FloatRunTile.RUN;
    private static final int COLUMNS = FloatRunTile.COLUMNS;

    /** Pixels of a region, about: the gradient's for one panel stay in the first cache. */
    private static final int PIXELS = 256;

    /** Input channels of a block, at most. */
    private static final int CHANNELS = 128;

    /** Sums of a unit, at most: two thirds of the second cache. */
    private static final int SUMS = 160 << 10;

    private static final ThreadLocal<float[][]> ARRAYS =
            ThreadLocal.withInitial(() -> new float[4][0]);

    private final Convolution shape;
    private final Operands operands;
    private final int shares;
    private final int channelBlocks;
    private final int block;
    private final int panels;
    private final int unitPanels;
    private final int panelBlocks;
    private final int regionRows;
    private final int regionImages;

    /** Taps that lie in one piece: those of a kernel row, or one where they are apart. */
    private final int pieceTaps;

    /**
     * Addresses.
     *
     * @param gradient of the output
     * @param out the weights of all shares
     * @param scratch memory of {@link #scratchBytes}
     */
    record Operands(long gradient, long input, long out, long scratch) {}

    /** Describes the work; how it is divided may depend on the threads, as no bit does. */
    FloatWeightGradientShares(Convolution shape, Operands operands, int shares, int threads) {
        this.shape = shape;
        this.operands = operands;
        this.shares = shares;
        this.channelBlocks = channelBlocks(shape);
        this.block = (shape.groupChannels() + channelBlocks - 1) / Math.max(1, channelBlocks);
        this.panels = FloatWeightPanels.panels(shape.groupOutChannels());
        int pixels = Math.max(1, shape.outPixels());
        this.regionImages = Math.max(1, PIXELS / pixels);
        int rows = Math.max(1, PIXELS / Math.max(1, shape.outWidth()));
        int parts = (shape.outHeight() + rows - 1) / rows;
        this.regionRows = (shape.outHeight() + parts - 1) / Math.max(1, parts);
        this.pieceTaps = shape.dilationWidth() == 1 ? shape.kernelWidth() : 1;
        int most = Math.max(1, SUMS / Math.max(1, pieces() * pieceRuns(block) * RUN * COLUMNS));
        int units = Math.max(1, shares * shape.groups() * channelBlocks);
        int wanted = even(units, threads);
        int blocks = Math.min(panels, Math.max(wanted, Math.ceilDiv(panels, most)));
        this.unitPanels = Math.ceilDiv(panels, Math.max(1, blocks));
        this.panelBlocks = Math.ceilDiv(panels, Math.max(1, unitPanels));
    }

    /**
     * Into how many parts units are divided, that each thread has as many: every part copies the
     * images again, which for small windows takes as long as their products.
     */
    private static int even(int units, int threads) {
        int parts = 1;
        while ((long) units * parts % threads != 0) {
            parts++;
        }
        return parts;
    }

    /** Bytes of scratch memory: for each unit a region's gradient for a panel. */
    static long scratchBytes(Convolution shape, int shares) {
        long units =
                (long) shares
                        * shape.groups()
                        * channelBlocks(shape)
                        * FloatWeightPanels.panels(shape.groupOutChannels());
        return units * SIZE * COLUMNS * regionPixels(shape);
    }

    private static int channelBlocks(Convolution shape) {
        return Math.ceilDiv(shape.groupChannels(), CHANNELS);
    }

    /** Pixels of a region, at most. */
    private static int regionPixels(Convolution shape) {
        return Math.max(PIXELS, shape.outWidth());
    }

    private int pieces() {
        return shape.kernelHeight() * shape.kernelWidth() / pieceTaps;
    }

    private int pieceRuns(int channels) {
        return Math.ceilDiv(pieceTaps * channels, RUN);
    }

    /** Writes the weights of all shares. */
    void run(Workers workers) {
        workers.parallel(
                (long) shares * shape.groups() * channelBlocks * panelBlocks,
                1,
                (from, to) -> {
                    for (long unit = from; unit < to; unit++) {
                        long rest = unit / panelBlocks;
                        int panel = (int) (unit % panelBlocks) * unitPanels;
                        long bytes = (long) SIZE * COLUMNS * regionPixels(shape);
                        long packed = operands.scratch + unit * bytes;
                        int channel = (int) (rest % channelBlocks) * block;
                        rest /= channelBlocks;
                        int group = (int) (rest % shape.groups());
                        int share = (int) (rest / shape.groups());
                        new Unit(share, group, channel, panel, packed).run();
                    }
                });
    }

    private static float[] array(int place, int length) {
        float[][] arrays = ARRAYS.get();
        if (arrays[place].length < length) {
            arrays[place] = new float[length];
        }
        return arrays[place];
    }

    /** Work of one thread. */
    private final class Unit {
        private final int share;
        private final int group;
        private final int firstChannel;
        private final int channels;
        private final int firstPanel;
        private final int count;
        private final long packed;
        private final int pieceRuns;
        private final int[] bases;
        private final Planes whole;
        private final @Nullable FloatChannelsLast direct;
        private final float[] sums;
        private final float[] square = array(2, LENGTH * LENGTH);

        /** Of the latest region, and how many images and rows it has. */
        private int[] offsets = new int[0];

        private int offsetImages;
        private int offsetRows;

        Unit(int share, int group, int firstChannel, int firstPanel, long packed) {
            this.share = share;
            this.group = group;
            this.firstChannel = firstChannel;
            this.channels = Math.min(block, shape.groupChannels() - firstChannel);
            this.firstPanel = firstPanel;
            this.count = Math.min(unitPanels, panels - firstPanel);
            this.packed = packed;
            this.pieceRuns = pieceRuns(channels);
            this.whole = region(0);
            this.direct = FloatChannelsLast.suits(whole) ? new FloatChannelsLast(whole) : null;
            this.bases = bases();
            this.sums = array(0, count * panelSums() + LENGTH * COLUMNS);
        }

        private int panelSums() {
            return bases.length * RUN * COLUMNS;
        }

        /**
         * The rows of an image that one region's pixels read: without a split by the stride, since
         * the taps of a row are to be neighbours, but for a single tap only what it reads.
         */
        private Planes region(int row) {
            boolean single = shape.kernelHeight() * shape.kernelWidth() == 1;
            int rows =
                    (regionRows - 1) * shape.strideHeight()
                            + (shape.kernelHeight() - 1) * shape.dilationHeight()
                            + 1;
            int columns =
                    (shape.outWidth() - 1) * shape.strideWidth()
                            + (shape.kernelWidth() - 1) * shape.dilationWidth()
                            + 1;
            return new Planes(
                    channels,
                    shape.height(),
                    shape.width(),
                    shape.paddingHeight() - row * shape.strideHeight(),
                    shape.paddingWidth(),
                    single ? shape.strideHeight() : 1,
                    single ? shape.strideWidth() : 1,
                    single ? regionRows : rows,
                    single ? shape.outWidth() : columns,
                    1,
                    1);
        }

        /** Where each run of taps begins. */
        private int[] bases() {
            int[] result = new int[pieces() * pieceRuns];
            for (int piece = 0; piece < pieces(); piece++) {
                int tap = piece * pieceTaps;
                int start =
                        whole.index(
                                0,
                                tap / shape.kernelWidth() * shape.dilationHeight(),
                                tap % shape.kernelWidth() * shape.dilationWidth());
                for (int i = 0; i < pieceRuns; i++) {
                    result[piece * pieceRuns + i] = start * channels + i * RUN;
                }
            }
            return result;
        }

        void run() {
            Arrays.fill(sums, 0, count * panelSums(), 0);
            int images = Math.ceilDiv(shape.batch() - share, shares);
            for (int image = 0; image < images; image += regionImages) {
                int used = Math.min(regionImages, images - image);
                for (int row = 0; row < shape.outHeight(); row += regionRows) {
                    region(share + image * shares, used, row);
                }
            }
            for (int j = 0; j < count; j++) {
                store(j);
            }
        }

        /** Adds the products of some rows of one image, or of all rows of several. */
        private void region(int image, int used, int row) {
            Planes planes = region(row);
            int size = planes.planeSize() * channels;
            float[] numbers = array(1, used * size + 2 * RUN + LENGTH);
            if (row > 0) {
                goOn(planes, image, numbers);
            } else {
                for (int i = 0; i < used; i++) {
                    copy(planes, image + i * shares, numbers, i * size);
                }
            }
            int rows = Math.min(regionRows, shape.outHeight() - row);
            findOffsets(planes, used, rows, size);
            for (int j = 0; j < count; j++) {
                for (int i = 0; i < used; i++) {
                    pack(image + i * shares, row, rows, j, i * rows * shape.outWidth());
                }
                FloatRunTile.multiply(
                        numbers,
                        bases,
                        0,
                        bases.length,
                        offsets,
                        offsets.length,
                        packed,
                        sums,
                        j * panelSums());
            }
        }

        /** Brings the next rows of an image: the first of them are in the array. */
        private void goOn(Planes planes, int image, float[] numbers) {
            int step = regionRows * shape.strideHeight() / planes.strideHeight();
            int kept = Math.max(0, planes.planeHeight() - step);
            int rowNumbers = planes.planeWidth() * channels;
            if (kept > 0) {
                System.arraycopy(numbers, step * rowNumbers, numbers, 0, kept * rowNumbers);
            }
            Planes rest = planes.from(kept, planes.planeHeight() - kept);
            copy(rest, image, numbers, kept * rowNumbers);
        }

        /** The gradient of the output for a panel: pixel by pixel, channels in lanes. */
        private void pack(int image, int row, int rows, int j, int at) {
            int outs = shape.groupOutChannels();
            int first = (firstPanel + j) * COLUMNS;
            long pixels = shape.outPixels();
            long channel = (long) image * shape.outChannels() + (long) group * outs + first;
            long source =
                    operands.gradient + SIZE * (channel * pixels + (long) row * shape.outWidth());
            int numbers = rows * shape.outWidth();
            int used = Math.min(COLUMNS, outs - first);
            FloatSums.touch(source, (long) SIZE * numbers, used, SIZE * pixels, sums);
            FloatColumns.pack(
                    source, SIZE * pixels, numbers, used, packed + (long) SIZE * COLUMNS * at);
        }

        private void findOffsets(Planes planes, int used, int rows, int size) {
            if (used == offsetImages && rows == offsetRows) {
                return;
            }
            int width = shape.outWidth();
            int[] result = new int[used * rows * width];
            for (int i = 0; i < result.length; i++) {
                int y = i / width % rows * shape.strideHeight();
                int x = i % width * shape.strideWidth();
                result[i] = i / width / rows * size + planes.index(0, y, x) * channels;
            }
            offsets = result;
            offsetImages = used;
            offsetRows = rows;
        }

        /** Copies rows of an image with their padding, channels side by side. */
        private void copy(Planes planes, int image, float[] numbers, int at) {
            long pixels = (long) shape.height() * shape.width();
            long channel = (long) image * shape.channels() + group * shape.groupChannels();
            long first = operands.input + SIZE * (channel + firstChannel) * pixels;
            if (direct != null) {
                direct.copy(planes, first, numbers, at, sums);
                return;
            }
            int size = planes.planeSize();
            int pitch = planes.channelSize();
            float[] rows = array(3, Math.max(channels, LENGTH) * pitch + LENGTH * LENGTH);
            FloatRegion.clear(planes, channels, rows);
            for (int c = 0; c < channels; c++) {
                FloatRegion.channel(planes, first + SIZE * c * pixels, rows, c * pitch);
            }
            FloatColumns.interleave(rows, pitch, size, channels, square, numbers, at);
        }

        private void store(int j) {
            int taps = shape.kernelHeight() * shape.kernelWidth();
            float[] sorted = array(1, (channels * taps + LENGTH) * COLUMNS);
            int piece = pieceRuns * RUN;
            for (int tap = 0; tap < taps; tap++) {
                int row = tap / pieceTaps * piece + tap % pieceTaps * channels;
                for (int c = 0; c < channels; c++) {
                    System.arraycopy(
                            sums,
                            j * panelSums() + (row + c) * COLUMNS,
                            sorted,
                            (c * taps + tap) * COLUMNS,
                            COLUMNS);
                }
            }
            int outs = shape.groupOutChannels();
            int first = (firstPanel + j) * COLUMNS;
            long channel = (long) share * shape.outChannels() + (long) group * outs + first;
            FloatColumns.store(
                    sorted,
                    0,
                    channels * taps,
                    Math.min(COLUMNS, outs - first),
                    operands.out + SIZE * (channel * shape.taps() + (long) firstChannel * taps),
                    (long) SIZE * shape.taps());
        }
    }
}
