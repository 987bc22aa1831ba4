// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.spi.Workers;

/**
 * f32 convolution whose groups have one channel in and one out, as depthwise ones do, of images
 * whose pixels have their channels side by side, into such: channels are in the lanes. A unit of
 * work is some rows of an image by some panels of channels. Products with the padding are left out.
 */
final class FloatLastDepthwisePhase extends ConvolutionWork {
    private static final int COLUMNS = FloatRunTile.COLUMNS;
    private static final int SIZE = Float.BYTES;

    /** Outputs of a tile for windows of 3x3. */
    private static final int RUN = 7;

    /** Channels of a unit, at most. */
    private static final int CHANNELS = 256;

    /** Units for each thread, at least, so that threads end together. */
    private static final int UNITS = 8;

    private final Convolution shape;
    private final int channels;
    private final int panels;
    private final int unitPanels;
    private final int channelBlocks;
    private final int unitRows;
    private final int rowBlocks;
    private final long rowBytes;
    private final int pixelBytes;
    private final boolean window;
    private final FloatLastWeights weights;

    /** Where windows lie within the width of the image: the first such output, behind the last. */
    private final int inner;

    private final int innerEnd;

    /** Describes the work; the weights are as the operator gets them. */
    FloatLastDepthwisePhase(Convolution shape, int threads) {
        this.shape = shape;
        this.channels = shape.channels();
        this.panels = FloatWeightPanels.panels(channels);
        this.channelBlocks = Math.ceilDiv(panels, CHANNELS / COLUMNS);
        this.unitPanels = Math.ceilDiv(panels, channelBlocks);
        int height = shape.outHeight();
        long blocks = (long) UNITS * threads / ((long) Math.max(1, shape.batch()) * channelBlocks);
        this.unitRows =
                threads == 1 ? height : Math.ceilDiv(height, (int) Math.clamp(blocks, 1, height));
        this.rowBlocks = Math.ceilDiv(height, unitRows);
        this.pixelBytes = SIZE * channels;
        this.rowBytes = (long) pixelBytes * shape.width();
        this.window = channels >= COLUMNS && isWindow(shape);
        this.weights = new FloatLastWeights(channels, shape.taps());
        int reach = (shape.kernelWidth() - 1) * shape.dilationWidth();
        int room = shape.width() + shape.paddingWidth() - reach - 1;
        this.inner =
                Math.min(shape.outWidth(), Math.ceilDiv(shape.paddingWidth(), shape.strideWidth()));
        this.innerEnd =
                room < 0
                        ? inner
                        : Math.clamp(room / shape.strideWidth() + 1L, inner, shape.outWidth());
    }

    /** Whether each group has one channel in and one out. */
    static boolean suits(Convolution shape) {
        return shape.groups() == shape.channels() && shape.outChannels() == shape.channels();
    }

    /** Whether there is a tile for the window. */
    private static boolean isWindow(Convolution shape) {
        return shape.kernelHeight() == 3
                && shape.kernelWidth() == 3
                && shape.strideHeight() == shape.strideWidth()
                && shape.strideWidth() <= 2
                && shape.paddingWidth() <= 1
                && shape.dilationHeight() == 1
                && shape.dilationWidth() == 1
                && shape.outWidth() >= RUN;
    }

    @Override
    long units() {
        return (long) shape.batch() * rowBlocks * channelBlocks;
    }

    @Override
    long chunk() {
        return 1;
    }

    @Override
    void compute(Workers workers) {
        weights.read(packed(), bias());
        super.compute(workers);
    }

    @Override
    public void run(long from, long to) {
        for (long index = from; index < to; index++) {
            int panel = (int) (index % channelBlocks) * unitPanels;
            int end = Math.min(panels, panel + unitPanels);
            long part = index / channelBlocks;
            int row = (int) (part % rowBlocks) * unitRows;
            int endRow = Math.min(shape.outHeight(), row + unitRows);
            for (int y = row; y < endRow; y++) {
                row(part / rowBlocks, y, panel, end);
            }
        }
    }

    /** A row of outputs. */
    private void row(long image, int y, int panel, int end) {
        int step = shape.dilationHeight();
        int top = y * shape.strideHeight() - shape.paddingHeight();
        int first = top < 0 ? Math.ceilDiv(-top, step) : 0;
        int last = Math.min(shape.kernelHeight(), Math.ceilDiv(shape.height() - top, step));
        long source = source() + (image * shape.height() + top) * rowBytes;
        long out = out() + (image * shape.outHeight() + y) * shape.outWidth() * pixelBytes;
        if (window) {
            windows(source, first, Math.max(first, last), panel, end, out);
            return;
        }
        int rows = Math.max(0, last - first);
        long rowOfWindow = source + first * step * rowBytes;
        int weight = first * shape.kernelWidth();
        int x = 0;
        while (x < shape.outWidth()) {
            boolean isRun = channels >= COLUMNS / 2 && x >= inner && x < innerEnd;
            if (isRun && innerEnd - inner >= FloatLastTaps.RUN) {
                int start = Math.min(x, innerEnd - FloatLastTaps.RUN);
                run(rowOfWindow, rows, weight, start, panel, end, out);
                x = start + FloatLastTaps.RUN;
            } else {
                pixel(rowOfWindow, rows, weight, x, panel, end, out);
                x++;
            }
        }
    }

    /** Windows of 3x3, some rows of which lie in the image. */
    private void windows(long source, int first, int last, int panel, int end, long out) {
        int stride = shape.strideWidth();
        int width = shape.outWidth();
        for (int strip = 0; strip < width; strip += RUN) {
            int x = Math.min(strip, width - RUN);
            int column = x * stride - shape.paddingWidth();
            boolean left = column >= 0;
            boolean right = column + (RUN - 1) * stride + 2 < shape.width();
            long from = source + (long) column * pixelBytes;
            long to = out + (long) x * pixelBytes;
            int count = end - panel;
            if (end == panels && channels % COLUMNS != 0) {
                count--;
                tile(from, left, right, end - 1, first, last, 1, to);
            }
            tile(from, left, right, panel, first, last, count, to);
        }
    }

    private void tile(
            long source,
            boolean left,
            boolean right,
            int panel,
            int first,
            int last,
            int count,
            long out) {
        long offset = (long) SIZE * weights.firstChannel(panel);
        int at = panel * weights.panelNumbers();
        long from = source + offset;
        long to = out + offset;
        float[] all = weights.panels();
        if (shape.strideWidth() == 1) {
            FloatLastDepthwise3Tile.add(
                    from, rowBytes, pixelBytes, left, right, all, at, first, last, count, to);
        } else {
            FloatLastDepthwise3Stride2Tile.add(
                    from, rowBytes, pixelBytes, left, right, all, at, first, last, count, to);
        }
    }

    /** Outputs side by side whose windows lie within the width of the image. */
    private void run(long source, int rows, int weight, int x, int panel, int end, long out) {
        long column = (long) x * shape.strideWidth() - shape.paddingWidth();
        long from = source + column * pixelBytes;
        long to = out + (long) x * pixelBytes;
        for (int p = panel; p < end; p++) {
            long offset = (long) SIZE * weights.firstChannel(p);
            int bias = p * weights.panelNumbers();
            FloatLastTaps.four(
                    from + offset,
                    shape.dilationHeight() * rowBytes,
                    rows,
                    (long) shape.dilationWidth() * pixelBytes,
                    shape.kernelWidth(),
                    (long) shape.strideWidth() * pixelBytes,
                    weights.secondBytes(),
                    weights.panels(),
                    bias,
                    bias + (1 + weight) * COLUMNS,
                    shape.kernelWidth() * COLUMNS,
                    to + offset,
                    pixelBytes);
        }
    }

    /** One output, any columns of whose window may be padding. */
    private void pixel(long source, int rows, int weight, int x, int panel, int end, long out) {
        int step = shape.dilationWidth();
        int left = x * shape.strideWidth() - shape.paddingWidth();
        int first = left < 0 ? Math.ceilDiv(-left, step) : 0;
        int last = Math.min(shape.kernelWidth(), Math.ceilDiv(shape.width() - left, step));
        long from = source + (left + (long) first * step) * pixelBytes;
        long to = out + (long) x * pixelBytes;
        for (int p = panel; p < end; p++) {
            long offset = (long) SIZE * weights.firstChannel(p);
            int bias = p * weights.panelNumbers();
            FloatLastTaps.one(
                    from + offset,
                    shape.dilationHeight() * rowBytes,
                    rows,
                    (long) step * pixelBytes,
                    last - first,
                    weights.secondBytes(),
                    weights.panels(),
                    bias,
                    bias + (1 + weight + first) * COLUMNS,
                    shape.kernelWidth() * COLUMNS,
                    to + offset,
                    channels);
        }
    }
}
