// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.matrix.FloatPanels;
import dev.keyway.backend.cpu.matrix.FloatTile;
import dev.keyway.spi.Workers;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/**
 * f32 gradient of a convolution for its weight: rows are taps of the padded images, columns are
 * output channels, the products run over pixels. Each image's pixels are one chain of fused
 * multiply-adds in row-major order; images are then added in the order of the batch within each
 * share of the batch (every {@code shares}th image), and shares in order. How many shares there are
 * depends on the shape alone.
 */
public final class FloatWeightGradient {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;
    private static final int ROWS = FloatTile.ROWS;
    private static final int COLUMNS = FloatTile.COLUMNS;
    private static final int TASKS = 32;
    private static final int LANES = 32;
    private static final long BLOCK_BYTES = 2L << 20;

    private static final ThreadLocal<float[]> TILE =
            ThreadLocal.withInitial(() -> new float[ROWS * COLUMNS]);

    private final Convolution shape;
    private final Planes planes;
    private final long[] starts;
    private final long[] positions;
    private final int tapPanels;
    private final int outPanels;
    private final int shares;
    private final int block;
    private final long input;
    private final long gradOutput;
    private final long packed;
    private final long images;
    private final long totals;

    private FloatWeightGradient(Convolution shape, long gradOutput, long input, long scratch) {
        this.shape = shape;
        this.planes = Planes.ofInput(shape);
        this.tapPanels = (shape.taps() + ROWS - 1) / ROWS;
        this.outPanels = outPanels(shape);
        this.shares = shares(shape);
        this.block = block(shape);
        this.input = input;
        this.gradOutput = gradOutput;
        this.packed = scratch;
        this.images = packed + (long) block * shape.groups() * packedBytes(shape);
        this.totals = images + (long) block * shape.groups() * SIZE * planes.size();
        this.starts = starts();
        this.positions = positions();
    }

    /** Computes; {@code scratch} has {@link #scratchBytes}. */
    public static void run(
            Workers workers,
            Convolution shape,
            long gradOutput,
            long input,
            long gradWeight,
            long scratch) {
        var gradient = new FloatWeightGradient(shape, gradOutput, input, scratch);
        gradient.accumulate(workers);
        gradient.write(workers, gradWeight);
    }

    /** Bytes of scratch memory. */
    public static long scratchBytes(Convolution shape) {
        long tapPanels = (shape.taps() + ROWS - 1) / ROWS;
        long totals = shares(shape) * shape.groups() * tapPanels * outPanels(shape);
        long image = packedBytes(shape) + (long) SIZE * Planes.ofInput(shape).size();
        return block(shape) * shape.groups() * image + totals * SIZE * ROWS * COLUMNS;
    }

    private static int outPanels(Convolution shape) {
        return (shape.groupOutChannels() + COLUMNS - 1) / COLUMNS;
    }

    private static long packedBytes(Convolution shape) {
        return (long) SIZE * outPanels(shape) * COLUMNS * shape.outPixels();
    }

    /** In tiles of a fixed size, since results must not depend on the width of vectors. */
    static int shares(Convolution shape) {
        int tiles =
                shape.groups()
                        * ((shape.taps() + 11) / 12)
                        * ((shape.groupOutChannels() + LANES - 1) / LANES);
        return Math.max(1, Math.min(shape.batch(), TASKS / Math.max(1, tiles)));
    }

    /** Images whose copies are held at once: a multiple of the shares. */
    private static int block(Convolution shape) {
        long bytes =
                shape.groups() * (packedBytes(shape) + (long) SIZE * Planes.ofInput(shape).size());
        int shares = shares(shape);
        long rounds = Math.max(1, BLOCK_BYTES / Math.max(1, bytes) / shares);
        return (int) Math.min(rounds * shares, (shape.batch() + shares - 1L) / shares * shares);
    }

    private long[] starts() {
        long[] result = new long[tapPanels * ROWS];
        int kernel = shape.kernelHeight() * shape.kernelWidth();
        for (int t = 0; t < kernel; t++) {
            int row = t / shape.kernelWidth() * shape.dilationHeight();
            int column = t % shape.kernelWidth() * shape.dilationWidth();
            long start = (long) SIZE * planes.index(0, row, column);
            for (int c = 0; c < planes.channels(); c++) {
                result[c * kernel + t] = start + (long) SIZE * c * planes.channelSize();
            }
        }
        return result;
    }

    private long[] positions() {
        long[] result = new long[shape.outPixels()];
        for (int y = 0; y < shape.outHeight(); y++) {
            for (int x = 0; x < shape.outWidth(); x++) {
                result[y * shape.outWidth() + x] = (long) SIZE * (y * planes.planeWidth() + x);
            }
        }
        return result;
    }

    private void accumulate(Workers workers) {
        int tiles = shares * shape.groups() * tapPanels * outPanels;
        int first = 0;
        do {
            int start = first;
            int count = Math.min(block, shape.batch() - first);
            workers.parallel((long) count * shape.groups(), 1, (from, to) -> pack(start, from, to));
            workers.parallel(tiles, 1, (from, to) -> tiles(start, count, from, to));
            first += block;
        } while (first < shape.batch());
    }

    private void pack(int first, long from, long to) {
        int pixels = shape.outPixels();
        long channelBytes = (long) SIZE * shape.height() * shape.width();
        for (long slot = from; slot < to; slot++) {
            long imageGroup = (long) first * shape.groups() + slot;
            for (int c = 0; c < planes.channels(); c++) {
                FloatPlanes.channel(
                        planes,
                        input + (imageGroup * planes.channels() + c) * channelBytes,
                        image(slot) + (long) SIZE * c * planes.channelSize());
            }
            long gradient = gradOutput + SIZE * imageGroup * shape.groupOutChannels() * pixels;
            for (int j = 0; j < outPanels; j++) {
                FloatPanels.columns(
                        packed(slot, j),
                        gradient + (long) SIZE * j * COLUMNS * pixels,
                        SIZE,
                        (long) SIZE * pixels,
                        Math.min(COLUMNS, shape.groupOutChannels() - j * COLUMNS),
                        pixels);
            }
        }
    }

    private long image(long slot) {
        return images + slot * SIZE * planes.size();
    }

    private long packed(long slot, int outPanel) {
        return packed
                + slot * packedBytes(shape)
                + (long) SIZE * outPanel * COLUMNS * shape.outPixels();
    }

    private long total(long tile) {
        return totals + tile * SIZE * ROWS * COLUMNS;
    }

    private void tiles(int first, int count, long from, long to) {
        float[] tile = TILE.get();
        int tiles = tapPanels * outPanels;
        for (long index = from; index < to; index++) {
            int share = (int) (index / (shape.groups() * tiles));
            int group = (int) (index / tiles % shape.groups());
            int tapPanel = (int) (index % tiles / outPanels);
            int outPanel = (int) (index % outPanels);
            if (first == 0) {
                Memory.ALL.asSlice(total(index), (long) SIZE * ROWS * COLUMNS).fill((byte) 0);
            }
            for (int image = share; image < count; image += shares) {
                int slot = image * shape.groups() + group;
                Arrays.fill(tile, 0);
                FloatTile.correlate(
                        image(slot),
                        starts,
                        tapPanel * ROWS,
                        positions,
                        positions.length,
                        packed(slot, outPanel),
                        tile);
                add(total(index), tile);
            }
        }
    }

    private static void add(long total, float[] tile) {
        for (int i = 0; i < tile.length; i += LENGTH) {
            long address = total + (long) SIZE * i;
            FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER)
                    .add(FloatVector.fromArray(SPECIES, tile, i))
                    .intoMemorySegment(ALL, address, ORDER);
        }
    }

    private void write(Workers workers, long gradWeight) {
        long chunk = Math.max(1, (1 << 13) / Math.max(1, shape.taps()));
        workers.parallel(
                shape.outChannels(),
                chunk,
                (from, to) -> {
                    for (long o = from; o < to; o++) {
                        outChannel((int) o, gradWeight + SIZE * o * shape.taps());
                    }
                });
    }

    /** Adds the shares of the weights of one output channel. */
    private void outChannel(int o, long target) {
        int tiles = tapPanels * outPanels;
        int group = o / shape.groupOutChannels();
        int column = o % shape.groupOutChannels();
        long shareBytes = total((long) shape.groups() * tiles) - totals;
        for (int t = 0; t < shape.taps(); t++) {
            long tile = (long) group * tiles + t / ROWS * outPanels + column / COLUMNS;
            int element = t % ROWS * COLUMNS + column % COLUMNS;
            long source = total(tile) + (long) SIZE * element;
            float sum = Memory.getFloat(source);
            for (int share = 1; share < shares; share++) {
                sum += Memory.getFloat(source + share * shareBytes);
            }
            Memory.putFloat(target + (long) SIZE * t, sum);
        }
    }
}
