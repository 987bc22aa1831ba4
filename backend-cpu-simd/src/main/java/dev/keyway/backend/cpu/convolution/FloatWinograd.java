// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.spi.Workers;

import java.util.Arrays;

/**
 * f32 convolution by a window of 3x3 with stride 1, by the algorithm F(2x2, 3x3) of Winograd (S.
 * Winograd, Arithmetic Complexity of Computations, 1980; A. Lavin and S. Gray, Fast Algorithms for
 * Convolutional Neural Networks, 2016): 2x2 outputs by 16 products for each input channel, where
 * the definition takes 36.
 *
 * <p>The result is not rounded as the definition's: with {@code m} the largest of {@code |input|},
 * {@code w} the largest of {@code |weight|} and {@code c} channels it differs from the exact one by
 * at most {@code 81 * (c + 12) * c * m * w * 2^-24}, in practice by a few times what the chain of
 * the definition does. It depends on shapes and values alone: each point is one chain of fused
 * multiply-adds over the channels in order.
 */
final class FloatWinograd {
    private static final int SIZE = Float.BYTES;
    private static final int RUN = FloatRunTile.RUN;
    private static final int COLUMNS = FloatRunTile.COLUMNS;
    private static final int LENGTH = FloatSquare.LENGTH;
    private static final int POINTS = FloatWinogradTransforms.POINTS;

    /** Tiles in a unit of work, about. */
    private static final int TILES = 56;

    private static final ThreadLocal<float[][]> ARRAYS =
            ThreadLocal.withInitial(() -> new float[4][0]);

    private final Convolution shape;
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

    private FloatWinograd(Convolution shape, long input, long packed, long bias, long out) {
        this.shape = shape;
        this.input = input;
        this.packed = packed;
        this.bias = bias;
        this.out = out;
        this.panels = FloatWeightPanels.panels(shape.groupOutChannels());
        int tileRows = (shape.outHeight() + 1) / 2;
        this.tileColumns = (shape.outWidth() + 1) / 2;
        int rows = Math.clamp(TILES / Math.max(1, tileColumns), 1, Math.max(1, tileRows));
        this.rowBlocks = (tileRows + rows - 1) / rows;
        this.unitRows = (tileRows + rowBlocks - 1) / Math.max(1, rowBlocks);
        long units = (long) shape.batch() * shape.groups() * rowBlocks;
        this.panelBlocks = units >= 4 ? 1 : Math.min(panels, 2);
        this.unitPanels = (panels + panelBlocks - 1) / panelBlocks;
        this.planes = planes(0);
    }

    /**
     * Whether the algorithm holds for the shape and is likely to be faster: there are enough
     * channels to pay for the transforms, and enough tiles to pay for reading the larger weights.
     */
    static boolean suits(Convolution shape) {
        long tiles =
                (long) shape.batch() * ((shape.outHeight() + 1) / 2) * ((shape.outWidth() + 1) / 2);
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

    /** Bytes of packed weights. */
    static long packedBytes(Convolution shape) {
        return FloatWeightPanels.forwardBytes(shape) / 9 * POINTS;
    }

    /**
     * Transforms packed weights: for each panel, point and input channel, the panel's channels.
     *
     * @param panels the weights in {@link FloatWeightPanels}
     * @param packed memory of {@link #packedBytes}
     */
    static void pack(Workers workers, Convolution shape, long panels, long packed) {
        int channels = shape.groupChannels();
        long all = (long) shape.groups() * FloatWeightPanels.panels(shape.groupOutChannels());
        workers.parallel(
                all * channels,
                64,
                (from, to) -> {
                    for (long index = from; index < to; index++) {
                        long panel = index / channels;
                        long row = panel * POINTS * channels + index % channels;
                        FloatWinogradTransforms.weights(
                                panels + index * 9 * COLUMNS * SIZE,
                                packed + row * COLUMNS * SIZE,
                                (long) channels * COLUMNS * SIZE);
                    }
                });
    }

    /**
     * The convolution.
     *
     * @param packed weights as {@link #pack} wrote them
     * @param bias address of a number for each output channel; 0 for none
     */
    static void run(
            Workers workers, Convolution shape, long input, long packed, long bias, long out) {
        FloatWinograd work = new FloatWinograd(shape, input, packed, bias, out);
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

    /** The input from a row of tiles on, split by even and odd rows and columns. */
    private Planes planes(int row) {
        return new Planes(
                shape.groupChannels(),
                shape.height(),
                shape.width(),
                shape.paddingHeight() - 2 * row,
                shape.paddingWidth(),
                2,
                2,
                unitRows + 1,
                tileColumns + 1,
                2,
                2);
    }

    private void unit(long imageGroup, int row, int panelBlock) {
        int tileRows = Math.min(unitRows, (shape.outHeight() + 1) / 2 - row);
        int pitch = planes.planeWidth();
        int tiles = (tileRows - 1) * pitch + tileColumns;
        int runs = (tiles + RUN - 1) / RUN;
        int room = (runs * RUN + 2 * LENGTH) / LENGTH * LENGTH;
        float[] points = array(0, POINTS * shape.groupChannels() * room + 2 * RUN);
        transformInput(imageGroup, row, tiles, room, points);
        int[] offsets = new int[shape.groupChannels()];
        for (int c = 0; c < offsets.length; c++) {
            offsets[c] = c * room;
        }
        int[] bases = new int[POINTS * runs];
        for (int i = 0; i < bases.length; i++) {
            bases[i] = i / runs * offsets.length * room + i % runs * RUN;
        }
        int group = (int) (imageGroup % shape.groups());
        int first = panelBlock * unitPanels;
        for (int j = first; j < Math.min(panels, first + unitPanels); j++) {
            panel(points, bases, offsets, imageGroup, group, j, row, tileRows);
        }
    }

    private void transformInput(long imageGroup, int row, int tiles, int room, float[] points) {
        Planes region = planes(row);
        float[] image = array(1, region.channelSize() + 2 * pitchRoom());
        Arrays.fill(image, 0);
        long size = (long) shape.height() * shape.width();
        int channels = shape.groupChannels();
        for (int c = 0; c < channels; c++) {
            FloatRegion.channel(
                    region, input + SIZE * (imageGroup * channels + c) * size, image, 0);
            FloatWinogradTransforms.input(
                    image,
                    region.planeSize(),
                    region.planeWidth(),
                    tiles,
                    points,
                    c * room,
                    channels * room);
        }
    }

    private int pitchRoom() {
        return planes.planeWidth() + LENGTH;
    }

    /** The outputs of one panel of channels. */
    private void panel(
            float[] points,
            int[] bases,
            int[] offsets,
            long imageGroup,
            int group,
            int panel,
            int row,
            int tileRows) {
        int runs = bases.length / POINTS;
        int pointSums = runs * RUN * COLUMNS;
        float[] sums = array(2, POINTS * pointSums);
        Arrays.fill(sums, 0, POINTS * pointSums, 0);
        long weights =
                packed + SIZE * COLUMNS * ((long) group * panels + panel) * POINTS * offsets.length;
        for (int point = 0; point < POINTS; point++) {
            FloatRunTile.multiply(
                    points,
                    bases,
                    point * runs,
                    runs,
                    offsets,
                    offsets.length,
                    weights + (long) SIZE * COLUMNS * point * offsets.length,
                    sums,
                    point * pointSums);
        }
        int width = 2 * tileColumns;
        float[] outputs = array(3, (2 * tileRows * width + LENGTH) * COLUMNS);
        int used = Math.min(COLUMNS, shape.groupOutChannels() - panel * COLUMNS);
        long channel = (long) group * shape.groupOutChannels() + panel * COLUMNS;
        for (int y = 0; y < tileRows; y++) {
            FloatWinogradTransforms.output(
                    sums,
                    pointSums,
                    y * planes.planeWidth() * COLUMNS,
                    tileColumns,
                    bias == 0 ? 0 : bias + SIZE * channel,
                    used,
                    outputs,
                    2 * y * width * COLUMNS);
        }
        int rows = Math.min(2 * tileRows, shape.outHeight() - 2 * row);
        store(outputs, rows, imageGroup * shape.groupOutChannels() + panel * COLUMNS, used, row);
    }

    private void store(float[] outputs, int rows, long channel, int used, int row) {
        int width = 2 * tileColumns;
        boolean whole = width == shape.outWidth();
        int count = whole ? rows * width : shape.outWidth();
        long target = out + SIZE * (channel * shape.outPixels() + 2L * row * shape.outWidth());
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

    private static float[] array(int place, int length) {
        float[][] arrays = ARRAYS.get();
        if (arrays[place].length < length) {
            arrays[place] = new float[length];
        }
        return arrays[place];
    }
}
