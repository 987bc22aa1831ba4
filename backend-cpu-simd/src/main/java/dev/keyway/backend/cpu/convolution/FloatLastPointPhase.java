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
        long copy = isCopied ? (long) distance * ROWS * blockTiles : 0;
        long memory = ThreadMemory.lines(copy + (long) SIZE * ROWS * COLUMNS);
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
        long results = memory + (isCopied ? (long) distance * ROWS * blockTiles : 0);
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
            int used = Math.min(two ? 2 * COLUMNS : COLUMNS, left);
            long channel = (long) group * channels + i * COLUMNS;
            begin(start, channel, used);
            long panelBytes = (long) SIZE * COLUMNS * inputs;
            long weights = packed() + panelBytes * ((long) group * panels + i);
            if (isFetching()) {
                FloatSums.touch(weights, (two ? 2 : 1) * panelBytes, start);
            }
            int from = first;
            if (two) {
                pairs(group, first, middle, weights, start, channel, memory);
                from = middle;
            }
            for (int at = 0; at < used; at += COLUMNS) {
                int lanes = Math.min(COLUMNS, used - at);
                long panelWeights = weights + (at == 0 ? 0 : panelBytes);
                tiles(
                        group,
                        first,
                        from,
                        end,
                        panelWeights,
                        start,
                        at,
                        channel + at,
                        lanes,
                        memory,
                        results);
            }
            i += two ? 2 : 1;
        }
    }

    /** What the sums of a panel, or of two, begin with. */
    private void begin(float[] start, long channel, int used) {
        for (int at = 0; at < used; at += COLUMNS) {
            long address = bias() == 0 ? 0 : bias() + SIZE * (channel + at);
            FloatSums.begin(start, at, 1, address, Math.min(COLUMNS, used - at));
        }
    }

    /** Two panels' channels of pixels of a block, tiles of 6. */
    private void pairs(
            int group, int first, int end, long weights, float[] start, long channel, long memory) {
        long outBytes = (long) SIZE * shape.outChannels();
        int second = SIZE * COLUMNS * inputs;
        for (int p = first; p < end; p += FloatLastPointTile4.ROWS) {
            long a = isCopied ? memory + (long) (p - first) * distance : address(group, p);
            long out = out() + outBytes * p + SIZE * channel;
            FloatLastPointTile4.multiply(
                    a, distance, inputs, weights, second, start, out, outBytes);
        }
    }

    /** A panel's channels of the pixels of a block that begins at {@code first}. */
    private void tiles(
            int group,
            int first,
            int from,
            int end,
            long weights,
            float[] start,
            int at,
            long channel,
            int used,
            long memory,
            long results) {
        long outBytes = (long) SIZE * shape.outChannels();
        for (int p = from; p < end; p += ROWS) {
            // The last tile of several goes over pixels that another has computed already.
            int pixel = Math.max(isCopied ? first : 0, Math.min(p, end - ROWS));
            long a = isCopied ? memory + (long) (pixel - first) * distance : address(group, pixel);
            long out = out() + outBytes * pixel + SIZE * channel;
            int rows = Math.min(ROWS, end - pixel);
            if (used == COLUMNS && rows == ROWS) {
                FloatLastPointTile.multiply(a, distance, inputs, weights, start, at, out, outBytes);
                continue;
            }
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
