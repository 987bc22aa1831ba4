// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.matrix.DoublePanels;
import dev.keyway.backend.cpu.matrix.DoubleTile;
import dev.keyway.spi.Workers;

import java.util.Arrays;

/**
 * f64 gradient of a convolution for its weight: rows are taps of the padded images, columns are
 * output channels, the products run over pixels. Each image's pixels are one chain of fused
 * multiply-adds in row-major order; images are then added in the order of the batch within each
 * share of the batch (every {@code shares}th image), and shares in order. How many shares there are
 * depends on the shape alone.
 */
public final class DoubleWeightGradient {
    private static final int SIZE = Double.BYTES;
    private static final int ROWS = DoubleTile.ROWS;
    private static final int COLUMNS = DoubleTile.COLUMNS;
    private static final int TASKS = 32;
    private static final int LANES = 32;
    private static final long BLOCK_BYTES = 2L << 20;

    private final Convolution shape;
    private final Planes planes;
    private final int[] starts;
    private final int[] positions;
    private final int tapPanels;
    private final int outPanels;
    private final int shares;
    private final int block;
    private final double[] images;
    private final double[][] totals;
    private final long input;
    private final long gradOutput;
    private final long scratch;

    private DoubleWeightGradient(Convolution shape, long gradOutput, long input, long scratch) {
        this.shape = shape;
        this.planes = Planes.ofInput(shape);
        this.tapPanels = (shape.taps() + ROWS - 1) / ROWS;
        this.outPanels = outPanels(shape);
        this.shares = shares(shape);
        this.block = block(shape);
        this.input = input;
        this.gradOutput = gradOutput;
        this.scratch = scratch;
        this.images = new double[Math.multiplyExact(block * shape.groups(), planes.size())];
        this.totals = new double[shares * shape.groups() * tapPanels * outPanels][ROWS * COLUMNS];
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
        var gradient = new DoubleWeightGradient(shape, gradOutput, input, scratch);
        gradient.accumulate(workers);
        gradient.write(gradWeight);
    }

    /** Bytes of scratch memory. */
    public static long scratchBytes(Convolution shape) {
        return (long) block(shape) * shape.groups() * packedBytes(shape);
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

    private int[] starts() {
        int[] result = new int[tapPanels * ROWS];
        int kernel = shape.kernelHeight() * shape.kernelWidth();
        for (int t = 0; t < shape.taps(); t++) {
            int row = t % kernel / shape.kernelWidth() * shape.dilationHeight();
            int column = t % shape.kernelWidth() * shape.dilationWidth();
            result[t] = planes.index(t / kernel, row, column);
        }
        return result;
    }

    private int[] positions() {
        int[] result = new int[shape.outPixels()];
        for (int p = 0; p < result.length; p++) {
            result[p] = p / shape.outWidth() * planes.planeWidth() + p % shape.outWidth();
        }
        return result;
    }

    private void accumulate(Workers workers) {
        for (int first = 0; first < shape.batch(); first += block) {
            int start = first;
            int count = Math.min(block, shape.batch() - first);
            workers.parallel((long) count * shape.groups(), 1, (from, to) -> pack(start, from, to));
            workers.parallel(totals.length, 1, (from, to) -> tiles(count, from, to));
        }
    }

    private void pack(int first, long from, long to) {
        for (long slot = from; slot < to; slot++) {
            long imageGroup = (long) first * shape.groups() + slot;
            long imageBytes = (long) SIZE * shape.groupChannels() * shape.height() * shape.width();
            DoublePlanes.copy(
                    planes, input + imageGroup * imageBytes, images, (int) slot * planes.size());
            int pixels = shape.outPixels();
            long gradient = gradOutput + SIZE * imageGroup * shape.groupOutChannels() * pixels;
            for (int j = 0; j < outPanels; j++) {
                int columns = Math.min(COLUMNS, shape.groupOutChannels() - j * COLUMNS);
                DoublePanels.columns(
                        packed(slot, j),
                        gradient + (long) SIZE * j * COLUMNS * pixels,
                        SIZE,
                        (long) SIZE * pixels,
                        columns,
                        pixels);
            }
        }
    }

    private long packed(long slot, int outPanel) {
        return scratch
                + slot * packedBytes(shape)
                + (long) SIZE * outPanel * COLUMNS * shape.outPixels();
    }

    private void tiles(int count, long from, long to) {
        double[] tile = new double[ROWS * COLUMNS];
        int tiles = tapPanels * outPanels;
        for (int index = (int) from; index < to; index++) {
            int share = index / (shape.groups() * tiles);
            int group = index / tiles % shape.groups();
            int tapPanel = index % tiles / outPanels;
            int outPanel = index % outPanels;
            for (int image = share; image < count; image += shares) {
                int slot = image * shape.groups() + group;
                Arrays.fill(tile, 0);
                correlate(slot, tapPanel, outPanel, tile);
                add(totals[index], tile);
            }
        }
    }

    private void correlate(int slot, int tapPanel, int outPanel, double[] tile) {
        int[] rows = Arrays.copyOfRange(starts, tapPanel * ROWS, (tapPanel + 1) * ROWS);
        for (int r = 0; r < ROWS; r++) {
            rows[r] += slot * planes.size();
        }
        DoubleTile.correlate(
                images, rows, 0, positions, positions.length, packed(slot, outPanel), tile);
    }

    private static void add(double[] total, double[] tile) {
        for (int i = 0; i < tile.length; i++) {
            total[i] += tile[i];
        }
    }

    private void write(long gradWeight) {
        int tiles = tapPanels * outPanels;
        for (int o = 0; o < shape.outChannels(); o++) {
            int group = o / shape.groupOutChannels();
            int column = o % shape.groupOutChannels();
            for (int t = 0; t < shape.taps(); t++) {
                int tile = group * tiles + t / ROWS * outPanels + column / COLUMNS;
                int element = t % ROWS * COLUMNS + column % COLUMNS;
                double sum = totals[tile][element];
                for (int share = 1; share < shares; share++) {
                    sum += totals[share * shape.groups() * tiles + tile][element];
                }
                long index = (long) o * shape.taps() + t;
                Memory.putDouble(gradWeight + SIZE * index, sum);
            }
        }
    }
}
