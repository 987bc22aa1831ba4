// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

/**
 * f32 convolution of few input channels, as of a first layer, where the channels of a pixel lie
 * side by side, of images and of results: output channels lie in the lanes. A unit of work is some
 * rows of an image. It copies the rows that their windows read, with their padding, where each
 * product is an offset, and takes panel by panel for all of them.
 */
final class FloatLastShallowPhase extends ConvolutionWork {
    private static final int SIZE = Float.BYTES;
    private static final int COLUMNS = FloatRunTile.COLUMNS;
    private static final int ROWS = FloatLastShallowTile.ROWS;

    /** Input channels of a group, at most. */
    private static final int FEW = 4;

    /** Numbers that a unit copies, about: a part of the second cache. */
    private static final int NUMBERS = 1 << 15;

    /** Numbers that a row of outputs reads, at most. */
    private static final int MOST = 1 << 20;

    /** Units for each thread, at least, where there is enough to do. */
    private static final int UNITS = 4;

    private final Convolution shape;
    private final int channels;
    private final int width;
    private final int panels;

    /** Numbers of a row that is copied. */
    private final int rowNumbers;

    /** Bytes from the window of a pixel to that of the next. */
    private final int distance;

    private final int unitRows;
    private final int rowBlocks;

    /** Bytes of what a unit copies; results that are no whole tile come behind. */
    private final long copyBytes;

    /** Where the number of each product lies in a window, in bytes. */
    private final int[] offsets;

    /** Describes the work; how it is divided may depend on the threads, as no bit does. */
    FloatLastShallowPhase(Convolution shape, int threads) {
        this.shape = shape;
        this.channels = shape.groupOutChannels();
        this.width = shape.outWidth();
        this.panels = FloatWeightPanels.panels(channels);
        this.rowNumbers = (int) rowNumbers(shape);
        this.distance = SIZE * shape.strideWidth() * shape.channels();
        int height = shape.outHeight();
        int rows = (NUMBERS / rowNumbers - rows(shape, 1)) / shape.strideHeight() + 1;
        int blocks = Math.ceilDiv(height, Math.clamp(rows, 1, height));
        if (threads > 1) {
            int wanted = Math.ceilDiv(UNITS * threads, Math.min(shape.batch(), UNITS * threads));
            int even = shape.batch() % threads == 0 ? 1 : threads;
            blocks = Math.min(height, Math.ceilDiv(Math.max(blocks, wanted), even) * even);
        }
        this.rowBlocks = blocks;
        this.unitRows = Math.ceilDiv(height, blocks);
        // A tile of fewer pixels reads behind the last.
        long slack = (long) distance * ROWS;
        long bytes = (long) SIZE * rowNumbers * rows(shape, unitRows) + slack;
        this.copyBytes = Math.ceilDiv(bytes, ThreadMemory.LINE) * ThreadMemory.LINE;
        this.offsets = offsets();
    }

    /** Whether this is a way for the shape. */
    static boolean suits(Convolution shape) {
        return shape.batch() > 0
                && shape.groupChannels() > 0
                && shape.groupChannels() <= FEW
                && shape.taps() > 0
                && shape.outHeight() > 0
                && shape.outWidth() > 0
                && rowNumbers(shape) * rows(shape, 1) <= MOST
                && FloatLastShallowTile.takes((long) SIZE * shape.strideWidth() * shape.channels());
    }

    /** Rows that the windows of some rows of outputs read. */
    private static int rows(Convolution shape, int rows) {
        return (rows - 1) * shape.strideHeight()
                + (shape.kernelHeight() - 1) * shape.dilationHeight()
                + 1;
    }

    /** Numbers of a row that windows read, with the padding. */
    private static long rowNumbers(Convolution shape) {
        long pixels =
                (long) (shape.outWidth() - 1) * shape.strideWidth()
                        + (long) (shape.kernelWidth() - 1) * shape.dilationWidth()
                        + 1;
        return pixels * shape.channels();
    }

    private int[] offsets() {
        int[] result = new int[shape.taps()];
        int p = 0;
        for (int c = 0; c < shape.groupChannels(); c++) {
            for (int i = 0; i < shape.kernelHeight(); i++) {
                for (int j = 0; j < shape.kernelWidth(); j++) {
                    int row = i * shape.dilationHeight() * rowNumbers;
                    int column = j * shape.dilationWidth() * shape.channels();
                    result[p++] = SIZE * (row + column + c);
                }
            }
        }
        return result;
    }

    @Override
    long units() {
        return (long) shape.batch() * rowBlocks;
    }

    @Override
    long chunk() {
        return 1;
    }

    @Override
    public void run(long from, long to) {
        float[] start = FloatSums.sums(COLUMNS * shape.groups() * panels);
        long memory = ThreadMemory.lines(copyBytes + (long) SIZE * ROWS * COLUMNS);
        for (long index = from; index < to; index++) {
            int image = (int) (index / rowBlocks);
            int block = (int) (index % rowBlocks);
            int row = part(block);
            unit(image, row, part(block + 1) - row, start, memory);
        }
    }

    /** The first row of a block. */
    private int part(int block) {
        return (int) ((long) shape.outHeight() * block / rowBlocks);
    }

    private void unit(int image, int row, int rows, float[] start, long memory) {
        copy(image, row * shape.strideHeight() - shape.paddingHeight(), rows(shape, rows), memory);
        long panelBytes = (long) SIZE * COLUMNS * shape.taps();
        int all = shape.groups() * panels;
        for (int i = 0; i < all; i++) {
            long bias = bias() == 0 ? 0 : bias() + SIZE * channel(i);
            FloatSums.begin(start, i * COLUMNS, 1, bias, used(i));
        }
        long pixel = ((long) image * shape.outHeight() + row) * width;
        // All panels of a row before the next: what lies side by side is written soon after.
        for (int y = 0; y < rows; y++) {
            long windows = memory + (long) SIZE * y * shape.strideHeight() * rowNumbers;
            long line = (pixel + (long) y * width) * shape.outChannels();
            for (int i = 0; i < all; i++) {
                line(
                        windows + (long) SIZE * (i / panels) * shape.groupChannels(),
                        packed() + panelBytes * i,
                        start,
                        i * COLUMNS,
                        out() + SIZE * (line + channel(i)),
                        used(i),
                        memory + copyBytes);
            }
        }
    }

    /** The first output channel of a panel, of those of all groups. */
    private long channel(int panel) {
        return (long) (panel / panels) * channels + panel % panels * COLUMNS;
    }

    /** Channels of a panel. */
    private int used(int panel) {
        return Math.min(COLUMNS, channels - panel % panels * COLUMNS);
    }

    /** A panel's channels of a row of outputs. */
    private void line(
            long a, long weights, float[] start, int first, long out, int used, long results) {
        int taps = offsets.length;
        long outBytes = (long) SIZE * shape.outChannels();
        for (int next = 0; next < width; next += ROWS) {
            // The last tile of several goes over pixels that are computed already.
            int x = Math.max(0, Math.min(next, width - ROWS));
            int pixels = Math.min(ROWS, width - x);
            long at = a + (long) distance * x;
            long to = out + outBytes * x;
            if (used == COLUMNS && pixels == ROWS) {
                FloatLastShallowTile.multiply(
                        at, distance, offsets, taps, weights, start, first, to, outBytes);
                continue;
            }
            long resultBytes = (long) SIZE * COLUMNS;
            FloatLastShallowTile.multiply(
                    at, distance, offsets, taps, weights, start, first, results, resultBytes);
            for (int r = 0; r < pixels; r++) {
                FloatMoves.copy(results + resultBytes * r, used, to + outBytes * r);
            }
        }
    }

    /** Rows of an image with their padding. */
    private void copy(int image, int firstRow, int rows, long target) {
        int numbers = shape.width() * shape.channels();
        int left = Math.min(rowNumbers, shape.paddingWidth() * shape.channels());
        int inner = Math.min(numbers, rowNumbers - left);
        int right = rowNumbers - left - inner;
        for (int r = 0; r < rows; r++) {
            int row = firstRow + r;
            long to = target + (long) SIZE * rowNumbers * r;
            if (row < 0 || row >= shape.height()) {
                FloatMoves.clear(to, rowNumbers);
                continue;
            }
            long from = source() + SIZE * ((long) image * shape.height() + row) * numbers;
            FloatMoves.clear(to, left);
            FloatMoves.copy(from, inner, to + (long) SIZE * left);
            FloatMoves.clear(to + (long) SIZE * (left + inner), right);
        }
    }
}
