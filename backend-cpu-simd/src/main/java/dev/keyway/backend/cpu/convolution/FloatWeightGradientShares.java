// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.spi.Workers;

import java.util.Arrays;

/**
 * The sums of all shares of an f32 gradient for a weight. A unit of work is a share by a block of
 * input channels by some panels of output channels. It goes through the share's images in regions:
 * brings a region into an array with the block's channels side by side, where the taps of a kernel
 * row are one piece of neighbouring numbers, and adds the region's products to all of its sums.
 */
final class FloatWeightGradientShares {
    private static final int SIZE = Float.BYTES;
    private static final int LENGTH = FloatSquare.LENGTH;
    private static final int RUN = FloatRunTile.RUN;
    private static final int COLUMNS = FloatRunTile.COLUMNS;

    /** Pixels of a region, about: the gradient's for one panel stay in the first cache. */
    private static final int PIXELS = 256;

    private static final ThreadLocal<float[][]> ARRAYS =
            ThreadLocal.withInitial(() -> new float[4][0]);

    private final Convolution shape;
    private final long input;
    private final long packed;
    private final long out;
    private final int shares;
    private final int channelBlocks;
    private final int block;
    private final int panels;
    private final int unitPanels;
    private final int regionRows;
    private final int regionImages;

    /** Taps that lie in one piece: those of a kernel row, or one where they are apart. */
    private final int pieceTaps;

    /**
     * Describes the work.
     *
     * @param packed the gradient of the output
     * @param out the weights of all shares
     */
    FloatWeightGradientShares(Convolution shape, long input, long packed, long out, int shares) {
        this.shape = shape;
        this.input = input;
        this.packed = packed;
        this.out = out;
        this.shares = shares;
        this.channelBlocks = FloatWeightGradient.channelBlocks(shape);
        this.block = (shape.groupChannels() + channelBlocks - 1) / Math.max(1, channelBlocks);
        this.panels = FloatWeightPanels.panels(shape.groupOutChannels());
        this.unitPanels = panels >= 4 ? 2 : 1;
        int pixels = Math.max(1, shape.outPixels());
        this.regionImages = Math.max(1, PIXELS / pixels);
        int rows = Math.max(1, PIXELS / Math.max(1, shape.outWidth()));
        int parts = (shape.outHeight() + rows - 1) / rows;
        this.regionRows = (shape.outHeight() + parts - 1) / Math.max(1, parts);
        this.pieceTaps = shape.dilationWidth() == 1 ? shape.kernelWidth() : 1;
    }

    /** Writes the weights of all shares. */
    void run(Workers workers) {
        int panelBlocks = (panels + unitPanels - 1) / unitPanels;
        workers.parallel(
                (long) shares * shape.groups() * channelBlocks * panelBlocks,
                1,
                (from, to) -> {
                    for (long unit = from; unit < to; unit++) {
                        long rest = unit / panelBlocks;
                        int panel = (int) (unit % panelBlocks) * unitPanels;
                        int channel = (int) (rest % channelBlocks) * block;
                        rest /= channelBlocks;
                        int group = (int) (rest % shape.groups());
                        new Unit((int) (rest / shape.groups()), group, channel, panel).run();
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
        private final int pieceRuns;
        private final int[] bases;
        private final Planes whole = region(0);
        private final float[] sums;
        private final float[] square = array(2, LENGTH * LENGTH);

        Unit(int share, int group, int firstChannel, int firstPanel) {
            this.share = share;
            this.group = group;
            this.firstChannel = firstChannel;
            this.channels = Math.min(block, shape.groupChannels() - firstChannel);
            this.firstPanel = firstPanel;
            this.count = Math.min(unitPanels, panels - firstPanel);
            this.pieceRuns = (pieceTaps * channels + RUN - 1) / RUN;
            this.bases = bases();
            this.sums = array(0, count * panelSums() + LENGTH * COLUMNS);
        }

        private int panelSums() {
            return bases.length * RUN * COLUMNS;
        }

        /** The rows of an image that one region's pixels read, without a split by the stride. */
        private Planes region(int row) {
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
                    1,
                    1,
                    rows,
                    columns,
                    1,
                    1);
        }

        /** Where each run of taps begins. */
        private int[] bases() {
            int pieces = shape.kernelHeight() * shape.kernelWidth() / pieceTaps;
            int[] result = new int[pieces * pieceRuns];
            for (int piece = 0; piece < pieces; piece++) {
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
            int first = FloatWeightGradient.firstImage(shape, shares, share);
            int images = FloatWeightGradient.firstImage(shape, shares, share + 1) - first;
            for (int image = 0; image < images; image += regionImages) {
                int used = Math.min(regionImages, images - image);
                for (int row = 0; row < shape.outHeight(); row += regionRows) {
                    region(first, image, used, row);
                }
            }
            for (int j = 0; j < count; j++) {
                store(j);
            }
        }

        /** Adds the products of some rows of one image, or of all rows of several. */
        private void region(int first, int image, int used, int row) {
            Planes planes = region(row);
            int size = planes.planeSize() * channels;
            float[] numbers = array(1, used * size + 2 * RUN + LENGTH);
            for (int i = 0; i < used; i++) {
                copy(planes, share + (image + i) * shares, numbers, i * size);
            }
            int rows = Math.min(regionRows, shape.outHeight() - row);
            int[] offsets = offsets(planes, used, rows, size);
            for (int j = 0; j < count; j++) {
                long panel = (long) group * panels + firstPanel + j;
                long place = panel * shape.batch() + first + image;
                long pixel = place * shape.outPixels() + (long) row * shape.outWidth();
                FloatRunTile.multiply(
                        numbers,
                        bases,
                        0,
                        bases.length,
                        offsets,
                        offsets.length,
                        packed + SIZE * COLUMNS * pixel,
                        sums,
                        j * panelSums());
            }
        }

        private int[] offsets(Planes planes, int used, int rows, int size) {
            int width = shape.outWidth();
            int[] result = new int[used * rows * width];
            for (int i = 0; i < result.length; i++) {
                int y = i / width % rows * shape.strideHeight();
                int x = i % width * shape.strideWidth();
                result[i] = i / width / rows * size + planes.index(0, y, x) * channels;
            }
            return result;
        }

        /** Copies rows of an image with their padding, channels side by side. */
        private void copy(Planes planes, int image, float[] numbers, int at) {
            int size = planes.planeSize();
            float[] rows = array(3, Math.max(channels, LENGTH) * size + LENGTH * LENGTH);
            Arrays.fill(rows, 0, channels * size, 0);
            long pixels = (long) shape.height() * shape.width();
            long channel = (long) image * shape.channels() + group * shape.groupChannels();
            for (int c = 0; c < channels; c++) {
                long source = input + SIZE * (channel + firstChannel + c) * pixels;
                FloatRegion.channel(planes, source, rows, c * size);
            }
            FloatColumns.interleave(rows, size, channels, square, numbers, at);
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
                    out + SIZE * (channel * shape.taps() + (long) firstChannel * taps),
                    (long) SIZE * shape.taps(),
                    1);
        }
    }
}
