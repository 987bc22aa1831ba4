// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.spi.Workers;

import java.util.Arrays;

/**
 * f32 convolution by a window of 3x3 with stride 1, by the algorithms F(2x2, 3x3) and F(4x4, 3x3)
 * of Winograd (S. Winograd, Arithmetic Complexity of Computations, 1980; A. Lavin and S. Gray, Fast
 * Algorithms for Convolutional Neural Networks, 2016): 2x2 outputs by 16 products for each input
 * channel, where the definition takes 36, or 4x4 outputs by 36, where it takes 144.
 *
 * <p>The result is not rounded as the definition's: with {@code m} the largest of {@code |input|},
 * {@code w} the largest of {@code |weight|} and {@code c} channels it differs from the exact one by
 * at most {@code 81 * (c + 12) * c * m * w * 2^-24} with 2x2 outputs, and with 4x4 by {@code 2304 *
 * (c + 32) * c * m * w * 2^-24}: the product of the sums of absolute values in the rows of the
 * three transforms, 48 in each direction, and the roundings on the way. For normally distributed
 * numbers the root mean square is under {@code 32 * sqrt(9 * c) * 2^-24} and {@code 128 * sqrt(9 *
 * c) * 2^-24}. It depends on shapes and values alone: each point is one chain of fused
 * multiply-adds over the channels in order.
 */
final class FloatWinograd {
    private static final int SIZE = Float.BYTES;
    private static final int RUN = FloatRunTile.RUN;
    private static final int COLUMNS = FloatRunTile.COLUMNS;
    private static final int LENGTH = FloatSquare.LENGTH;

    /** Tiles in a unit of work, about. */
    private static final int TILES = 56;

    /** Tiles in an image from which on the larger tile's weights, 4 times the window's, pay. */
    private static final int MANY = 32;

    private static final ThreadLocal<float[][]> ARRAYS =
            ThreadLocal.withInitial(() -> new float[5][0]);

    private final Convolution shape;

    /** Rows and columns of outputs in a tile, 2 or 4. */
    private final int edge;

    private final int points;
    private final Planes planes;
    private final long input;
    private final long packed;
    private final long bias;
    private final long out;
    private final int panels;
    private final int tileColumns;
    private final int unitRows;
    private final int rowBlocks;
    private final int panelBlocks;
    private final int unitPanels;

    private FloatWinograd(
            Convolution shape,
            int edge,
            long input,
            long packed,
            long bias,
            long out,
            int threads) {
        this.shape = shape;
        this.edge = edge;
        this.points = points(edge);
        this.input = input;
        this.packed = packed;
        this.bias = bias;
        this.out = out;
        this.panels = FloatWeightPanels.panels(shape.groupOutChannels());
        int tileRows = tiles(shape.outHeight(), edge);
        this.tileColumns = tiles(shape.outWidth(), edge);
        int rows = Math.clamp(TILES / Math.max(1, tileColumns), 1, Math.max(1, tileRows));
        this.rowBlocks = (tileRows + rows - 1) / rows;
        this.unitRows = (tileRows + rowBlocks - 1) / Math.max(1, rowBlocks);
        long units = (long) shape.batch() * shape.groups() * rowBlocks;
        this.panelBlocks = units >= threads ? 1 : Math.min(panels, threads);
        this.unitPanels = (panels + panelBlocks - 1) / panelBlocks;
        this.planes = planes(0);
    }

    /**
     * Whether the algorithm holds for the shape and is likely to be faster: there are enough
     * channels to pay for the transforms, and tiles in an image to pay for reading larger weights.
     */
    static boolean suits(Convolution shape) {
        long tiles = (long) tiles(shape.outHeight(), 2) * tiles(shape.outWidth(), 2);
        return shape.kernelHeight() == 3
                && shape.kernelWidth() == 3
                && shape.strideHeight() == 1
                && shape.strideWidth() == 1
                && shape.dilationHeight() == 1
                && shape.dilationWidth() == 1
                && shape.groupChannels() >= 16
                && shape.groupOutChannels() >= 32
                && tiles >= 32;
    }

    /** Rows and columns of outputs in the tile that is likely to be faster: 2 or 4. */
    static int edge(Convolution shape) {
        long tiles = (long) tiles(shape.outHeight(), 4) * tiles(shape.outWidth(), 4);
        return tiles >= MANY ? 4 : 2;
    }

    private static int tiles(int outputs, int edge) {
        return (outputs + edge - 1) / edge;
    }

    private static int points(int edge) {
        return (edge + 2) * (edge + 2);
    }

    /** Bytes of packed weights. */
    static long packedBytes(Convolution shape, int edge) {
        return FloatWeightPanels.forwardBytes(shape) / 9 * points(edge);
    }

    /**
     * Transforms packed weights: for each panel, point and input channel, the panel's channels.
     *
     * @param edge of the tiles
     * @param panels the weights in {@link FloatWeightPanels}
     * @param packed memory of {@link #packedBytes}
     */
    static void pack(Workers workers, Convolution shape, int edge, long panels, long packed) {
        int points = points(edge);
        int channels = shape.groupChannels();
        long all = (long) shape.groups() * FloatWeightPanels.panels(shape.groupOutChannels());
        workers.parallel(
                all * channels,
                64,
                (from, to) -> {
                    for (long index = from; index < to; index++) {
                        long panel = index / channels;
                        long row = panel * points * channels + index % channels;
                        long window = panels + index * 9 * COLUMNS * SIZE;
                        long point = packed + row * COLUMNS * SIZE;
                        long pointBytes = (long) channels * COLUMNS * SIZE;
                        if (edge == 2) {
                            FloatWinogradTransforms.weights(window, point, pointBytes);
                        } else {
                            FloatWinograd4Transforms.weights(window, point, pointBytes, scratch());
                        }
                    }
                });
    }

    /**
     * The convolution.
     *
     * @param edge of the tiles
     * @param packed weights as {@link #pack} wrote them
     * @param bias address of a number for each output channel; 0 for none
     */
    static void run(
            Workers workers,
            Convolution shape,
            int edge,
            long input,
            long packed,
            long bias,
            long out) {
        FloatWinograd work =
                new FloatWinograd(shape, edge, input, packed, bias, out, workers.threads());
        long images = (long) shape.batch() * shape.groups();
        workers.parallel(
                work.panelBlocks * images * work.rowBlocks,
                1,
                (from, to) -> {
                    for (long unit = from; unit < to; unit++) {
                        long image = unit / work.rowBlocks;
                        int row = (int) (unit % work.rowBlocks) * work.unitRows;
                        work.unit(image % images, row, (int) (image / images));
                    }
                });
    }

    /** The input from a row of tiles on, split by the remainders of rows and columns. */
    private Planes planes(int row) {
        return new Planes(
                shape.groupChannels(),
                shape.height(),
                shape.width(),
                shape.paddingHeight() - edge * row,
                shape.paddingWidth(),
                edge,
                edge,
                unitRows + 1,
                tileColumns + 1,
                edge,
                edge);
    }

    private void unit(long imageGroup, int row, int panelBlock) {
        int tileRows = Math.min(unitRows, tiles(shape.outHeight(), edge) - row);
        int pitch = planes.planeWidth();
        int tiles = (tileRows - 1) * pitch + tileColumns;
        int runs = (tiles + RUN - 1) / RUN;
        int room = (runs * RUN + 2 * LENGTH) / LENGTH * LENGTH;
        // A line more: else the points of a square would share a few places of the first cache.
        int pointPitch = shape.groupChannels() * room + LENGTH;
        float[] numbers = array(0, points * pointPitch + 2 * RUN);
        transformInput(imageGroup, row, tiles, room, pointPitch, numbers);
        int[] offsets = new int[shape.groupChannels()];
        for (int c = 0; c < offsets.length; c++) {
            offsets[c] = c * room;
        }
        int[] bases = new int[points * runs];
        for (int i = 0; i < bases.length; i++) {
            bases[i] = i / runs * pointPitch + i % runs * RUN;
        }
        int group = (int) (imageGroup % shape.groups());
        int first = panelBlock * unitPanels;
        for (int j = first; j < Math.min(panels, first + unitPanels); j++) {
            panel(numbers, bases, offsets, imageGroup, group, j, row, tileRows);
        }
    }

    private void transformInput(
            long imageGroup, int row, int tiles, int room, int pointPitch, float[] numbers) {
        Planes region = planes(row);
        float[] image = array(1, region.channelSize() + 2 * pitchRoom());
        FloatRegion.clear(region, 1, image);
        long size = (long) shape.height() * shape.width();
        int channels = shape.groupChannels();
        int plane = region.planeSize();
        int pitch = region.planeWidth();
        for (int c = 0; c < channels; c++) {
            FloatRegion.channel(
                    region, input + SIZE * (imageGroup * channels + c) * size, image, 0);
            if (edge == 2) {
                FloatWinogradTransforms.input(
                        image, plane, pitch, tiles, numbers, c * room, pointPitch);
            } else {
                FloatWinograd4Transforms.input(
                        image, plane, pitch, tiles, numbers, c * room, pointPitch, scratch());
            }
        }
    }

    private int pitchRoom() {
        return planes.planeWidth() + LENGTH;
    }

    /** The outputs of one panel of channels. */
    private void panel(
            float[] numbers,
            int[] bases,
            int[] offsets,
            long imageGroup,
            int group,
            int panel,
            int row,
            int tileRows) {
        int runs = bases.length / points;
        int pointSums = runs * RUN * COLUMNS;
        float[] sums = array(2, points * pointSums);
        Arrays.fill(sums, 0, points * pointSums, 0);
        long weights =
                packed + SIZE * COLUMNS * ((long) group * panels + panel) * points * offsets.length;
        for (int point = 0; point < points; point++) {
            FloatRunTile.multiply(
                    numbers,
                    bases,
                    point * runs,
                    runs,
                    offsets,
                    offsets.length,
                    weights + (long) SIZE * COLUMNS * point * offsets.length,
                    sums,
                    point * pointSums);
        }
        int width = edge * tileColumns;
        float[] outputs = array(3, (edge * tileRows * width + LENGTH) * COLUMNS);
        int used = Math.min(COLUMNS, shape.groupOutChannels() - panel * COLUMNS);
        long channel = (long) group * shape.groupOutChannels() + panel * COLUMNS;
        long add = bias == 0 ? 0 : bias + SIZE * channel;
        for (int y = 0; y < tileRows; y++) {
            int from = y * planes.planeWidth() * COLUMNS;
            int to = edge * y * width * COLUMNS;
            if (edge == 2) {
                FloatWinogradTransforms.output(
                        sums, pointSums, from, tileColumns, add, used, outputs, to);
            } else {
                FloatWinograd4Transforms.output(
                        sums, pointSums, from, tileColumns, add, used, outputs, to, scratch());
            }
        }
        int rows = Math.min(edge * tileRows, shape.outHeight() - edge * row);
        store(outputs, rows, imageGroup * shape.groupOutChannels() + panel * COLUMNS, used, row);
    }

    private void store(float[] outputs, int rows, long channel, int used, int row) {
        int width = edge * tileColumns;
        boolean whole = width == shape.outWidth();
        int count = whole ? rows * width : shape.outWidth();
        long first = (long) edge * row * shape.outWidth();
        long target = out + SIZE * (channel * shape.outPixels() + first);
        for (int y = 0; y < (whole ? 1 : rows); y++) {
            FloatColumns.store(
                    outputs,
                    y * width * COLUMNS,
                    count,
                    used,
                    target + (long) SIZE * y * shape.outWidth(),
                    (long) SIZE * shape.outPixels(),
                    1);
        }
    }

    private static float[] scratch() {
        return array(4, FloatWinograd4Transforms.SCRATCH);
    }

    private static float[] array(int place, int length) {
        float[][] arrays = ARRAYS.get();
        if (arrays[place].length < length) {
            arrays[place] = new float[length];
        }
        return arrays[place];
    }
}
