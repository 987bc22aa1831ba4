// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.Spare;

import jdk.incubator.vector.FloatVector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * f32 convolution with few products for each output, as of a first layer or of 1x1 windows: pixels
 * lie in the lanes, so that results need no transposition, which would take as long as a good part
 * of the products. A unit of work is some vectors of pixels of an image by some panels of channels;
 * it copies the rows that they read into an array, where each product is an offset.
 */
final class FloatShallowPhase extends ConvolutionWork {
    private static final int LENGTH = FloatVector.SPECIES_PREFERRED.length();
    private static final int SIZE = Float.BYTES;
    private static final int COLUMNS = FloatRunTile.COLUMNS;
    private static final int ROWS = FloatShallowTile.ROWS;

    /** Vectors of 512 bits: narrower machines have too few registers for the tile. */
    private static final boolean WIDE = LENGTH == 16;

    /** Products from which on the transposition matters less than lanes that are empty. */
    private static final int FEW = 48;

    /** The same where no lanes are empty, and no {@link FloatWindowTile} does without it. */
    private static final int SOME = 160;

    /** Bytes of a cache line. */
    private static final int LINE = 64;

    /** Places of lines in the first cache, and lines in each that a tile may take. */
    private static final int SETS = 64;

    private static final int WAYS = 8;

    /** Columns of outputs, at most: a unit copies whole rows. */
    private static final int WIDEST = 256;

    /** Numbers that a unit copies, about: a part of the second cache. Half of it for threads. */
    private static final int NUMBERS = 1 << 16;

    /** Vectors of a unit, where there are so many. */
    private static final int LEAST = 8;

    /** Units for each thread, at least, where there is enough to do. */
    private static final int UNITS = 2;

    private static final int[] NONE = {};

    /** Memory of a thread, at the beginning of a cache line. */
    private static final ThreadLocal<MemorySegment> ALIGNED =
            ThreadLocal.withInitial(() -> MemorySegment.NULL);

    private final Convolution shape;
    private final Planes planes;
    private final int groups;
    private final int channels;
    private final int width;
    private final int pixels;
    private final int panels;
    private final int unitPanels;
    private final int panelBlocks;

    private final boolean isPoint;

    /** Whether rows are copied without an array. */
    private final boolean isPlain;

    /** Whether vectors may be loaded from the image where it is. */
    private final boolean isDense;

    /** Vectors of pixels in a row of outputs; all outputs are one row where windows are 1x1. */
    private final int rowVectors;

    private final int rowPixels;
    private final int vectors;
    private final int vectorBlocks;

    /** The rows that units copy, for each block of vectors. */
    private final Planes[] regions;

    private final Spare<Unit> spare = new Spare<>(Unit::new);

    /** Describes the work; how it is divided may depend on the threads, as no bit does. */
    FloatShallowPhase(Convolution shape, int threads) {
        this.shape = shape;
        this.planes = Planes.ofInput(shape);
        this.groups = shape.groups();
        this.channels = shape.groupOutChannels();
        this.width = shape.outWidth();
        this.pixels = shape.outPixels();
        this.panels = FloatWeightPanels.panels(channels);
        this.isPoint = shape.isPointwise();
        this.rowPixels = isPoint ? pixels : width;
        this.isPlain = isPoint && FloatPixelRows.takes(shape);
        this.isDense = isDense(shape);
        this.rowVectors = Math.ceilDiv(rowPixels, LENGTH);
        this.vectors = rowVectors * (pixels / rowPixels);
        int numbers = threads == 1 ? NUMBERS : NUMBERS / 2;
        int most = Math.max(LEAST, numbers / (LENGTH * shape.groupChannels()));
        int blocks = Math.ceilDiv(vectors, most);
        int wanted = threads == 1 ? 1 : UNITS * threads;
        int images = (int) Math.clamp((long) shape.batch() * groups, 1, wanted);
        int parts = Math.clamp(vectors / LEAST, 1, Math.ceilDiv(wanted, images));
        // No thread waits while another does a last unit, where these are few.
        boolean few = (long) images * Math.max(blocks, parts) < wanted * UNITS;
        int share = few && vectors >= LEAST * threads ? threads : 1;
        this.vectorBlocks = Math.ceilDiv(Math.max(blocks, parts), share) * share;
        // What pixels don't divide, channels do, though each part copies the pixels again.
        int panelParts = Math.ceilDiv(wanted, Math.clamp((long) images * vectorBlocks, 1, wanted));
        this.unitPanels = Math.ceilDiv(panels, Math.min(panels, panelParts));
        this.panelBlocks = Math.ceilDiv(panels, unitPanels);
        this.regions = new Planes[vectorBlocks];
        for (int i = 0; i < vectorBlocks; i++) {
            regions[i] = region(part(i), part(i + 1));
        }
    }

    /** What vectors read. */
    private Planes region(int vector, int end) {
        int row = pixel(vector) / width;
        int rows = (pixel(end - 1) + LENGTH - 1) / width + 1 - row;
        return planes.from(row, rows + planes.planeHeight() - shape.outHeight());
    }

    /** Whether this is the way for the shape. */
    static boolean suits(Convolution shape) {
        if (!WIDE || shape.outPixels() <= 0 || shape.groupChannels() == 0) {
            return false;
        }
        if (shape.outWidth() > WIDEST) {
            return false;
        }
        boolean pointwise = shape.isPointwise();
        int row = pointwise ? shape.outPixels() : shape.outWidth();
        boolean full = row >= LENGTH && 8 * row >= 7 * LENGTH * Math.ceilDiv(row, LENGTH);
        boolean some = row % LENGTH == 0 && !FloatWindowTile.takes(shape);
        return full && (pointwise || shape.taps() <= (some ? SOME : FEW));
    }

    /**
     * Whether the windows read all numbers, whole lines of a channel, and the lines that two
     * vectors of a tile read, at the same distance, find room in the first cache.
     */
    private static boolean isDense(Convolution shape) {
        boolean all = shape.isPointwise() && shape.strideHeight() == 1 && shape.strideWidth() == 1;
        int lines = shape.outPixels() / LENGTH;
        int sets = SETS / Math.min(SETS, Math.max(1, Integer.lowestOneBit(lines)));
        return all && shape.outPixels() % LENGTH == 0 && 2 * shape.taps() <= WAYS * sets;
    }

    @Override
    long units() {
        return (long) shape.batch() * groups * vectorBlocks * panelBlocks;
    }

    @Override
    long chunk() {
        return 1;
    }

    @Override
    public void run(long from, long to) {
        Unit unit = spare.take();
        for (long index = from; index < to; index++) {
            long block = index / panelBlocks;
            unit.begin(block / vectorBlocks, (int) (block % vectorBlocks));
            unit.run((int) (index % panelBlocks) * unitPanels);
        }
        unit.leave();
        spare.give(unit);
    }

    /** The first vector of a block: pairs, shared out evenly. */
    private int part(int block) {
        int pairs = Math.ceilDiv(vectors, 2);
        return (int) Math.min(vectors, 2 * ((long) pairs * block / vectorBlocks));
    }

    /** The first pixel of a vector: the last vector of a row ends with the row. */
    private int pixel(int vector) {
        int row = vector / rowVectors;
        int column = Math.min(vector % rowVectors * LENGTH, rowPixels - LENGTH);
        return row * rowPixels + column;
    }

    /** The thread's memory; a class of the plugin's own in it would keep the plugin loaded. */
    private static long aligned(long bytes) {
        if (ALIGNED.get().byteSize() < bytes) {
            ALIGNED.set(Arena.ofAuto().allocate(bytes, LINE));
        }
        return ALIGNED.get().address();
    }

    /** Work of one thread, unit after unit. */
    private final class Unit extends Apart {
        private long imageGroup;

        /** How many vectors of pixels. */
        private int count;

        /** The first pixel of each, and where its windows begin in what was copied. */
        private int[] first = NONE;

        private int[] places = NONE;
        private long begin;
        private int[] offsets = NONE;
        private long pitchBytes;
        private final float[] start = new float[LENGTH];

        void begin(long newImageGroup, int block) {
            imageGroup = newImageGroup;
            int vector = part(block);
            int end = part(block + 1);
            int own = end - vector;
            count = isPoint ? own : Math.max(2, own);
            int[][] lists = OffsetLists.ofThread();
            first = OffsetLists.list(lists, 0, count);
            for (int i = 0; i < count; i++) {
                // One that is alone, of a wider window, is computed twice.
                first[i] = pixel(vector + Math.min(i, own - 1));
            }
            int row = first[0] / width;
            Planes region = regions[block];
            // Vectors of 1x1 windows lie one behind the other: aligned, they load faster.
            int skip = first[0] - row * width;
            int shift = rowPixels == width ? 0 : Math.ceilDiv(skip, LENGTH) * LENGTH - skip;
            int size = isPlain ? region.planeSize() : region.channelSize();
            long image = source() + SIZE * imageGroup * region.channels() * pixels;
            boolean inPlace = isDense && image % LINE == 0;
            int pitch = inPlace ? pixels : (size / LENGTH + 2 | 1) * LENGTH;
            if (inPlace) {
                begin = image + (long) SIZE * row * width;
            } else {
                long numbers = (long) region.channels() * pitch + 2 * LENGTH;
                begin = aligned(SIZE * numbers) + (long) SIZE * shift;
                long held = imageGroup * vectorBlocks + block;
                if (!HeldCopy.isHeld(call(), held)) {
                    copy(region, row, pitch, begin);
                    HeldCopy.hold(call(), held);
                }
            }
            pitchBytes = (long) SIZE * pitch;
            places = OffsetLists.list(lists, 1, count);
            for (int i = 0; i < count; i++) {
                places[i] = (first[i] / width - row) * planes.planeWidth() + first[i] % width;
            }
            offsets = OffsetLists.list(lists, 2, isPoint ? 0 : shape.taps());
            if (!isPoint) {
                offsets(region, pitch, offsets);
            }
        }

        /** Forgets what belongs to the thread. */
        void leave() {
            first = NONE;
            places = NONE;
            offsets = NONE;
        }

        private void offsets(Planes region, int pitch, int[] result) {
            int p = 0;
            for (int c = 0; c < region.channels(); c++) {
                for (int i = 0; i < shape.kernelHeight(); i++) {
                    for (int j = 0; j < shape.kernelWidth(); j++) {
                        int row = i * shape.dilationHeight();
                        int tap = region.index(0, row, j * shape.dilationWidth());
                        result[p++] = SIZE * (c * pitch + tap);
                    }
                }
            }
        }

        /** Where the windows of a vector of pixels begin. */
        private long base(int i) {
            return begin + (long) SIZE * places[i];
        }

        private void copy(Planes region, int row, int pitch, long image) {
            long size = (long) shape.height() * shape.width();
            long source = source() + SIZE * imageGroup * region.channels() * size;
            if (isPlain) {
                long rowBytes = (long) SIZE * shape.strideHeight() * shape.width();
                FloatPixelRows.copy(
                        source + row * rowBytes,
                        region.channels(),
                        SIZE * size,
                        rowBytes,
                        region.planeHeight(),
                        shape.strideWidth(),
                        width,
                        image,
                        (long) SIZE * pitch);
                return;
            }
            float[] channel = FloatSums.image(region.channelSize() + LENGTH);
            FloatRegion.clear(region, 1, channel);
            for (int c = 0; c < region.channels(); c++) {
                FloatRegion.channel(region, source + SIZE * c * size, channel, 0);
                FloatColumns.write(
                        channel, 0, region.channelSize(), image + (long) SIZE * c * pitch);
            }
        }

        void run(int firstPanel) {
            for (int i = firstPanel; i < Math.min(panels, firstPanel + unitPanels); i++) {
                panel(i);
            }
        }

        private void panel(int panel) {
            int group = (int) (imageGroup % groups);
            int k = shape.taps();
            int end = Math.min(channels, (panel + 1) * COLUMNS);
            long packed = packed() + SIZE * COLUMNS * ((long) group * panels + panel) * k;
            float[] weights = FloatSums.sums(k * COLUMNS);
            FloatColumns.read(packed, k * COLUMNS, weights, 0);
            for (int c = panel * COLUMNS; c < end; c += ROWS) {
                int used = Math.min(ROWS, end - c);
                begin(group * channels + c, used);
                long out = out() + SIZE * (imageGroup * channels + c) * pixels;
                int triples = triples();
                for (int i = 0; i < triples; i += 3) {
                    threes(i, weights, c % COLUMNS, out, used);
                }
                for (int i = triples; i + 1 < count; i += 2) {
                    tile(i, weights, c % COLUMNS, out, used);
                }
            }
            if (isPoint && count % 3 == 1) {
                for (int c = panel * COLUMNS; c < end; c += LENGTH) {
                    column(group, c, Math.min(LENGTH, end - c), weights);
                }
            }
        }

        /** How many vectors go three by three; pairs follow, and for 1x1 one that is alone. */
        private int triples() {
            int rest = count % 3 == 1 && !isPoint ? 4 : count % 3;
            return Math.max(0, count - rest);
        }

        /** The last vector of pixels, which has no neighbour. */
        private void column(int group, int c, int used, float[] weights) {
            begin(group * channels + c, used);
            int last = count - 1;
            int channel = c % COLUMNS;
            long out = out() + SIZE * (imageGroup * channels + c) * pixels;
            FloatPointColumnTile.multiply(
                    base(last),
                    pitchBytes,
                    weights,
                    channel,
                    channel + shape.taps() * COLUMNS,
                    COLUMNS,
                    start,
                    out + (long) SIZE * first[last],
                    (long) SIZE * pixels,
                    used);
        }

        private void tile(int i, float[] weights, int channel, long out, int used) {
            long out0 = out + (long) SIZE * first[i];
            long out1 = out + (long) SIZE * first[i + 1];
            long next = (long) SIZE * pixels;
            int k = shape.taps();
            if (isPoint) {
                int end = channel + k * COLUMNS;
                FloatPointTile.multiply(
                        base(i),
                        base(i + 1),
                        pitchBytes,
                        weights,
                        channel,
                        end,
                        COLUMNS,
                        start,
                        out0,
                        out1,
                        next,
                        used);
                return;
            }
            FloatShallowTile.multiply(
                    base(i),
                    base(i + 1),
                    offsets,
                    k,
                    weights,
                    channel,
                    start,
                    out0,
                    out1,
                    next,
                    used);
        }

        private void threes(int i, float[] weights, int channel, long out, int used) {
            long out0 = out + (long) SIZE * first[i];
            long out1 = out + (long) SIZE * first[i + 1];
            long out2 = out + (long) SIZE * first[i + 2];
            long next = (long) SIZE * pixels;
            int k = shape.taps();
            if (isPoint) {
                int end = channel + k * COLUMNS;
                FloatPointTile3.multiply(
                        base(i),
                        base(i + 1),
                        base(i + 2),
                        pitchBytes,
                        weights,
                        channel,
                        end,
                        COLUMNS,
                        start,
                        out0,
                        out1,
                        out2,
                        next,
                        used);
                return;
            }
            FloatShallowTile3.multiply(
                    base(i),
                    base(i + 1),
                    base(i + 2),
                    offsets,
                    k,
                    weights,
                    channel,
                    start,
                    out0,
                    out1,
                    out2,
                    next,
                    used);
        }

        private void begin(int channel, int used) {
            for (int r = 0; r < used; r++) {
                start[r] = bias() == 0 ? 0 : Memory.getFloat(bias() + (long) SIZE * (channel + r));
            }
        }
    }
}
