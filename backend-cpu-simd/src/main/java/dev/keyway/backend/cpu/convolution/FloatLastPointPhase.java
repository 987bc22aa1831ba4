// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

/**
 * f32 convolution of 1x1 windows where the channels of a pixel lie side by side, of images and of
 * results: a product of matrices, whose rows are pixels. They are read where they lie, at equal
 * distances, and results are written as the vectors that they are. Only rows of an image that do
 * not divide into tiles are copied, where a stride leaves pixels out. A unit of work is some pixels
 * of all images by some panels of output channels; it takes panel by panel for a block of pixels.
 */
final class FloatLastPointPhase extends ConvolutionWork {
    private static final int SIZE = Float.BYTES;
    private static final int COLUMNS = FloatRunTile.COLUMNS;
    private static final int ROWS = FloatLastPointTile.ROWS;

    /** Numbers that a block of pixels reads, about: half of the second cache. */
    private static final int NUMBERS = 1 << 17;

    /** Units for each thread, at least, where there is enough to do. */
    private static final int UNITS = 2;

    private final Convolution shape;
    private final int groups;
    private final int channels;
    private final int inputs;
    private final int width;

    /** Of all images. */
    private final int pixels;

    private final int panels;
    private final boolean isCopied;

    /** Whether tiles take two panels of output channels where there are two. */
    private final boolean isPaired;

    /** Bytes from a pixel of a tile to the next. */
    private final int distance;

    private final int blockTiles;
    private final int tileBlocks;
    private final int panelBlocks;

    /** Describes the work; how it is divided may depend on the threads, as no bit does. */
    FloatLastPointPhase(Convolution shape, int threads) {
        this.shape = shape;
        this.groups = shape.groups();
        this.channels = shape.groupOutChannels();
        this.inputs = shape.groupChannels();
        this.width = shape.outWidth();
        this.pixels = shape.batch() * shape.outPixels();
        this.panels = FloatWeightPanels.panels(channels);
        boolean dense = shape.strideHeight() == 1 && shape.strideWidth() == 1;
        this.isCopied = pixels < ROWS || !dense && width % ROWS != 0;
        // Rows that divide into tiles of 7 are not copied for the sake of those of 6: as slow.
        boolean apart = !dense && !isCopied;
        this.isPaired = !apart && channels >= 2 * COLUMNS && FloatLastPointTile4.suits(inputs);
        int pixelBytes = SIZE * shape.channels();
        int lines = Math.ceilDiv(SIZE * inputs, ThreadMemory.LINE) | 1;
        this.distance = isCopied ? lines * ThreadMemory.LINE : shape.strideWidth() * pixelBytes;
        int tiles = Math.ceilDiv(pixels, ROWS);
        int most = Math.clamp(NUMBERS / ((long) ROWS * inputs), 1, tiles);
        int blocks = Math.ceilDiv(tiles, most);
        if (threads > 1) {
            int even = Math.ceilDiv(blocks, threads) * threads;
            blocks = Math.min(tiles, tiles >= UNITS * threads ? even : blocks);
        }
        this.blockTiles = Math.ceilDiv(tiles, blocks);
        this.tileBlocks = Math.ceilDiv(tiles, blockTiles);
        int wanted = threads == 1 ? 1 : UNITS * threads;
        int parts = Math.ceilDiv(wanted, Math.clamp((long) groups * tileBlocks, 1, wanted));
        this.panelBlocks = Math.min(panels, parts);
    }

    /** Whether this is a way for the shape. */
    static boolean suits(Convolution shape) {
        long pixels = (long) shape.batch() * shape.outPixels();
        long bytes = (long) SIZE * shape.channels() * shape.strideWidth();
        return shape.isPointwise()
                && shape.groupChannels() > 0
                && pixels > 0
                && pixels <= Integer.MAX_VALUE
                && FloatLastPointTile.takes(bytes);
    }

    @Override
    long units() {
        return (long) groups * panelBlocks * tileBlocks;
    }

    @Override
    long chunk() {
        return 1;
    }

    @Override
    public void run(long from, long to) {
        float[] start = FloatSums.sums(2 * COLUMNS);
        long memory = ThreadMemory.lines(copyBytes() + (long) SIZE * ROWS * COLUMNS);
        for (long index = from; index < to; index++) {
            int tile = (int) (index % tileBlocks) * blockTiles;
            long rest = index / tileBlocks;
            int block = (int) (rest % panelBlocks);
            int group = (int) (rest / panelBlocks);
            unit(group, tile, part(block), part(block + 1), start, memory);
        }
    }

    /** The first panel of a block. */
    private int part(int block) {
        return (int) ((long) panels * block / panelBlocks);
    }

    private void unit(int group, int tile, int panel, int endPanel, float[] start, long memory) {
        int first = tile * ROWS;
        int end = (int) Math.min(pixels, (long) (tile + blockTiles) * ROWS);
        if (isCopied) {
            long held = (long) group * pixels + first;
            if (!HeldCopy.isHeld(call(), held)) {
                copy(group, first, end, memory);
                HeldCopy.hold(call(), held);
            }
        }
        // Tiles of 6 and of 7 pixels that together are all of them.
        int sevens = (end - first) % FloatLastPointTile4.ROWS;
        int middle = end - sevens * ROWS;
        int i = panel;
        while (i < endPanel) {
            int left = channels - i * COLUMNS;
            boolean two = isPaired && middle >= first && i + 1 < endPanel && left >= 2 * COLUMNS;
            int count = two ? 2 : 1;
            for (int j = 0; j < count; j++) {
                long bias = bias() == 0 ? 0 : bias() + SIZE * channel(group, i + j);
                FloatSums.begin(start, j * COLUMNS, 1, bias, used(i + j));
            }
            if (isFetching()) {
                FloatSums.touch(weights(group, i), count * panelBytes(), start);
            }
            if (two) {
                pairs(group, i, first, middle, start, memory);
            }
            for (int j = 0; j < count; j++) {
                tiles(group, i + j, first, two ? middle : first, end, start, j * COLUMNS, memory);
            }
            i += count;
        }
    }

    /** Of the pixels of a block, which results that are not whole lie behind. */
    private long copyBytes() {
        return isCopied ? (long) distance * ROWS * blockTiles : 0;
    }

    /** The first output channel of a panel. */
    private long channel(int group, int panel) {
        return (long) group * channels + panel * COLUMNS;
    }

    /** Output channels of a panel. */
    private int used(int panel) {
        return Math.min(COLUMNS, channels - panel * COLUMNS);
    }

    private long panelBytes() {
        return (long) SIZE * COLUMNS * inputs;
    }

    private long weights(int group, int panel) {
        return packed() + panelBytes() * ((long) group * panels + panel);
    }

    /** Channels of two panels of pixels of a block, in tiles of 6. */
    private void pairs(int group, int panel, int first, int end, float[] start, long memory) {
        long outBytes = (long) SIZE * shape.outChannels();
        long weights = weights(group, panel);
        int second = (int) panelBytes();
        for (int p = first; p < end; p += FloatLastPointTile4.ROWS) {
            long a = isCopied ? memory + (long) (p - first) * distance : address(group, p);
            long out = out() + outBytes * p + SIZE * channel(group, panel);
            FloatLastPointTile4.multiply(
                    a, distance, inputs, weights, second, start, out, outBytes);
        }
    }

    /** Channels of a panel of the last pixels of a block, which begins at {@code first}. */
    private void tiles(
            int group,
            int panel,
            int first,
            int from,
            int end,
            float[] start,
            int at,
            long memory) {
        long outBytes = (long) SIZE * shape.outChannels();
        long weights = weights(group, panel);
        int used = used(panel);
        for (int p = from; p < end; p += ROWS) {
            // The last tile of several goes over pixels that another has computed already.
            int pixel = Math.max(isCopied ? first : 0, Math.min(p, end - ROWS));
            long a = isCopied ? memory + (long) (pixel - first) * distance : address(group, pixel);
            long out = out() + outBytes * pixel + SIZE * channel(group, panel);
            int rows = Math.min(ROWS, end - pixel);
            if (used == COLUMNS && rows == ROWS) {
                FloatLastPointTile.multiply(a, distance, inputs, weights, start, at, out, outBytes);
                continue;
            }
            long results = memory + copyBytes();
            FloatLastPointTile.multiply(
                    a, distance, inputs, weights, start, at, results, (long) SIZE * COLUMNS);
            for (int r = 0; r < rows; r++) {
                FloatMoves.copy(results + (long) SIZE * COLUMNS * r, used, out + outBytes * r);
            }
        }
    }

    /** Where the channels lie that a pixel of the output reads. */
    private long address(int group, int pixel) {
        int row = pixel / width;
        int column = pixel % width;
        int image = row / shape.outHeight();
        int y = row % shape.outHeight() * shape.strideHeight();
        long line = (long) image * shape.height() + y;
        long index = line * shape.width() + (long) column * shape.strideWidth();
        return source() + SIZE * (index * shape.channels() + (long) group * inputs);
    }

    /** What a block of pixels reads. */
    private void copy(int group, int first, int end, long target) {
        for (int p = first; p < end; p++) {
            FloatMoves.copy(address(group, p), inputs, target + (long) (p - first) * distance);
        }
    }
}
