// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.Spare;
import dev.keyway.spi.Workers;

/**
 * A convolution by {@link FloatWinograd}. Rows of tiles, those of all images one behind the other,
 * make units of work, each of which transforms its input and multiplies it by all panels. Where
 * there are too few for the threads, or their rows can't be shared out, all threads do one unit
 * after the other: first the channels of its input, then the panels.
 */
final class FloatWinogradWork extends ConvolutionWork {
    /** Tiles in a unit of work, about: what is transformed stays in the second cache. */
    private static final int TILES = 28;

    /** Tiles in a unit that reads large weights. */
    private static final int MANY_TILES = 128;

    /** Bytes of weights that are large. */
    private static final long LARGE = 1 << 22;

    private final Convolution shape;
    private final int edge;
    private final int threads;
    private final int tileRows;
    private final int tileColumns;
    private final int panels;

    /** Rows of tiles in all images. */
    private final long rows;

    /** Blocks of rows in a group of channels, of a unit each. */
    private final long blocks;

    private final boolean together;
    private final Spare<FloatWinogradUnit> spare = new Spare<>(() -> new FloatWinogradUnit(this));

    /**
     * Describes the work; how it is divided may depend on the threads, as no bit does.
     *
     * @param shape of a window of 3x3 with stride 1
     * @param edge rows and columns of outputs in a tile, 2 or 4
     */
    FloatWinogradWork(Convolution shape, int edge, int threads) {
        this.shape = shape;
        this.edge = edge;
        this.threads = threads;
        this.tileRows = Math.ceilDiv(shape.outHeight(), edge);
        this.tileColumns = Math.ceilDiv(shape.outWidth(), edge);
        this.panels = FloatWeightPanels.panels(shape.groupOutChannels());
        this.rows = tileColumns == 0 ? 0 : (long) shape.batch() * tileRows;
        long large = FloatWinograd.packedBytes(shape, edge) / shape.groups();
        int most = (large < LARGE ? TILES : MANY_TILES) / Math.max(1, tileColumns);
        long fewest = Math.ceilDiv(rows, Math.max(1, most));
        boolean few = threads > 1 && shape.groups() * fewest < 2L * threads;
        this.together = few && !isEven(large) && panels >= threads;
        long even = Math.ceilDiv(fewest, threads) * threads;
        this.blocks = together ? fewest : Math.min(even, rows);
    }

    /**
     * Whether each thread had better have rows of its own and read all weights: lines that one
     * thread wrote and another read take long to come, and to be written again by the next call.
     */
    private boolean isEven(long weights) {
        return weights < LARGE && 5 * rows >= 4 * Math.ceilDiv(rows, threads) * threads;
    }

    @Override
    long units() {
        return shape.groups() * blocks;
    }

    @Override
    long chunk() {
        return 1;
    }

    @Override
    void compute(Workers workers) {
        if (!together) {
            super.compute(workers);
            return;
        }
        FloatWinogradUnit unit = spare.take();
        for (long index = 0; index < units(); index++) {
            describe(unit, index);
            unit.run(workers);
        }
        spare.give(unit);
    }

    @Override
    public void run(long from, long to) {
        FloatWinogradUnit unit = spare.take();
        for (long index = from; index < to; index++) {
            describe(unit, index);
            unit.run();
        }
        spare.give(unit);
    }

    /** One of the blocks of rows, which differ by a row at most. */
    private void describe(FloatWinogradUnit unit, long index) {
        long block = index % blocks;
        unit.describe((int) (index / blocks), rows * block / blocks, rows * (block + 1) / blocks);
    }

    Convolution shape() {
        return shape;
    }

    /** Rows and columns of outputs in a tile. */
    int edge() {
        return edge;
    }

    /** Places in the square of numbers that a tile is computed from. */
    int points() {
        return FloatWinograd.points(edge);
    }

    /** Rows of tiles in an image. */
    int tileRows() {
        return tileRows;
    }

    /** Columns of tiles in an image. */
    int tileColumns() {
        return tileColumns;
    }

    /** Panels of output channels in a group. */
    int panels() {
        return panels;
    }
}
