// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.spi.Workers;
import dev.keyway.spi.Workers.RangeTask;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Some rows of tiles of {@link FloatWinograd}, of one image or of several, in a group of channels.
 * They are transformed together, so the weights are read once for all of them. Where the numbers of
 * a point lie: bundle after bundle, of as many runs as fill a vector, and in a bundle a vector for
 * each channel, so that a tile of products reads them one behind the other.
 */
final class FloatWinogradUnit {
    private static final int SIZE = Float.BYTES;
    private static final int COLUMNS = FloatRunTile.COLUMNS;
    private static final int LENGTH = FloatSquare.LENGTH;

    /** Channels that go together, so that nothing is read again which is still on its way. */
    private static final int AHEAD = 2;

    /** Channels that are fetched together, a multiple of these. */
    private static final int TOUCHED = 16;

    private static final ThreadLocal<float[][]> ARRAYS =
            ThreadLocal.withInitial(() -> new float[6][0]);

    private static final float[] NONE = {};

    /** Rows of tiles of one image, and the place of their first tile. */
    private static final class Part {
        private long image;
        private int row;
        private int rows;
        private int tile;
        private final FloatWinogradSquares squares;

        Part(Convolution shape, int edge) {
            squares = new FloatWinogradSquares(shape, edge);
        }
    }

    private final RangeTask transforming = this::transform;
    private final RangeTask multiplying = this::multiply;
    private final FloatWinogradWork work;
    private final Convolution shape;
    private final int edge;
    private final int points;
    private final int channels;
    private final int tileColumns;

    /** Where the channels of a run lie. */
    private final int[] offsets;

    private int group;

    /** As many as a unit ever had; this one has the first of them. */
    private final List<Part> parts = new ArrayList<>();

    private int count;

    /** Tiles in a run. */
    private int run;

    private int runs;

    /** Runs in a bundle, and its tiles. */
    private int bundleRuns;

    private int bundle;

    private int bundles;
    private int pointPitch;
    private int sumPitch;

    /** Numbers of a plane of squares. */
    private int plane;

    /** Numbers of the copies of a channel. */
    private int size;

    /** What is transformed, in an array of the thread that runs the unit. */
    private float[] numbers = NONE;

    /** Describes nothing yet. */
    FloatWinogradUnit(FloatWinogradWork work) {
        this.work = work;
        this.shape = work.shape();
        this.edge = work.edge();
        this.points = work.points();
        this.channels = shape.groupChannels();
        this.tileColumns = work.tileColumns();
        this.offsets = new int[channels];
        for (int c = 0; c < channels; c++) {
            offsets[c] = c * LENGTH;
        }
    }

    /**
     * Rows of tiles, counted over all images.
     *
     * @param from the first
     * @param to behind the last
     */
    void describe(int newGroup, long from, long to) {
        group = newGroup;
        int tileRows = work.tileRows();
        int tiles = 0;
        count = 0;
        for (long at = from; at < to; ) {
            Part part = part(count++);
            part.image = at / tileRows;
            part.row = (int) (at % tileRows);
            part.rows = (int) Math.min(to - at, tileRows - part.row);
            part.tile = tiles;
            tiles += part.rows * tileColumns;
            at += part.rows;
        }
        run = FloatRunTile.run(tiles);
        runs = Math.ceilDiv(tiles, run);
        bundleRuns = LENGTH / run;
        bundle = bundleRuns * run;
        bundles = Math.ceilDiv(tiles, bundle);
        // A line more: else the points of a square would share a few places of the first cache.
        pointPitch = bundles * channels * LENGTH + LENGTH;
        sumPitch = runs * run * COLUMNS + LENGTH;
        plane = bundles * bundle + 2 * LENGTH;
        size = edge * LENGTH;
        for (int i = 0; i < count; i++) {
            Part part = parts.get(i);
            part.squares.describe(part.row, part.rows, plane);
            size += part.squares.size();
        }
    }

    private Part part(int index) {
        if (index == parts.size()) {
            parts.add(new Part(shape, edge));
        }
        return parts.get(index);
    }

    /** Computes all outputs. */
    void run() {
        numbers = array(0, points * pointPitch);
        transform(0, channels);
        multiply(0, work.panels());
        numbers = NONE;
    }

    /** Computes all outputs by all threads together. */
    void run(Workers workers) {
        numbers = array(0, points * pointPitch);
        int chunk = Math.max(1, channels / (8 * workers.threads()));
        workers.parallel(channels, chunk, transforming);
        workers.parallel(work.panels(), 1, multiplying);
        numbers = NONE;
    }

    /** Transforms some channels of the input. */
    private void transform(long from, long to) {
        float[] lines = array(1, AHEAD * size);
        Arrays.fill(lines, 0, AHEAD * size, 0);
        float[] planes = array(2, AHEAD * points * plane);
        for (long first = from; first < to; first += AHEAD) {
            if ((first - from) % TOUCHED == 0) {
                touch(first, Math.min(to, first + TOUCHED), lines);
            }
            int some = (int) Math.min(AHEAD, to - first);
            for (int k = 0; k < some; k++) {
                read(first + k, lines, k * size);
            }
            for (int k = 0; k < some; k++) {
                spread(first + k, lines, k * size, planes, k * points * plane);
            }
            for (int k = 0; k < some; k++) {
                squared(planes, k * points * plane, (int) first + k);
            }
        }
    }

    private void touch(long from, long to, float[] lines) {
        for (int i = 0; i < count; i++) {
            Part part = parts.get(i);
            for (long c = from; c < to; c++) {
                part.squares.touch(channel(part, c), lines);
            }
        }
    }

    private void read(long channel, float[] lines, int start) {
        int at = start;
        for (int i = 0; i < count; i++) {
            Part part = parts.get(i);
            part.squares.read(channel(part, channel), lines, at);
            at += part.squares.size();
        }
    }

    private void spread(long channel, float[] lines, int start, float[] planes, int first) {
        int at = start;
        for (int i = 0; i < count; i++) {
            Part part = parts.get(i);
            part.squares.spread(channel(part, channel), lines, at, planes, first + part.tile);
            at += part.squares.size();
        }
    }

    private void squared(float[] planes, int from, int channel) {
        int at = channel * LENGTH;
        int step = channels * LENGTH;
        if (edge == 2) {
            FloatWinogradTransforms.input(
                    planes, from, plane, bundle, bundles, numbers, at, step, pointPitch);
        } else {
            FloatWinograd4Transforms.input(
                    planes, from, plane, bundle, bundles, numbers, at, step, pointPitch, scratch());
        }
    }

    /** The address of a channel of the input. */
    private long channel(Part part, long channel) {
        long line = (part.image * shape.groups() + group) * channels + channel;
        return work.source() + SIZE * line * shape.height() * shape.width();
    }

    /** The outputs of some panels of channels, when all channels of the input are transformed. */
    private void multiply(long from, long to) {
        int[] bases = OffsetLists.list(OffsetLists.ofThread(), 0, runs);
        for (int panel = (int) from; panel < to; panel++) {
            float[] sums = products(panel, bases);
            for (int i = 0; i < count; i++) {
                outputs(parts.get(i), panel, sums);
            }
        }
    }

    private float[] products(int panel, int[] bases) {
        float[] sums = array(3, points * sumPitch);
        Arrays.fill(sums, 0, points * sumPitch, 0);
        long pointBytes = (long) SIZE * COLUMNS * channels;
        long weights = work.packed() + pointBytes * points * (group * work.panels() + panel);
        for (int i = 0; i < runs; i++) {
            bases[i] = i / bundleRuns * channels * LENGTH + i % bundleRuns * run;
        }
        for (int point = 0; point < points; point++) {
            FloatRunTile.multiply(
                    numbers,
                    bases,
                    0,
                    runs,
                    run,
                    offsets,
                    channels,
                    weights + pointBytes * point,
                    sums,
                    point * sumPitch);
            for (int i = 0; i < runs; i++) {
                bases[i] += pointPitch;
            }
        }
        return sums;
    }

    /** Transforms sums to outputs. Rows are written as soon as their pixels fill vectors. */
    private void outputs(Part part, int panel, float[] sums) {
        int width = shape.outWidth();
        int pixels = edge * part.rows * width + edge + LENGTH;
        float[] outputs = array(4, pixels * COLUMNS);
        int used = Math.min(COLUMNS, shape.groupOutChannels() - panel * COLUMNS);
        long channel = (long) group * shape.groupOutChannels() + panel * COLUMNS;
        long add = work.bias() == 0 ? 0 : work.bias() + SIZE * channel;
        int stored = 0;
        for (int y = 0; y < part.rows; y++) {
            int from = (part.tile + y * tileColumns) * COLUMNS;
            int to = edge * (y - stored) * width * COLUMNS;
            int pitch = width * COLUMNS;
            if (edge == 2) {
                FloatWinogradTransforms.output(
                        sums, sumPitch, from, tileColumns, add, used, outputs, to, pitch);
            } else {
                FloatWinograd4Transforms.output(
                        sums,
                        sumPitch,
                        from,
                        tileColumns,
                        add,
                        used,
                        outputs,
                        to,
                        pitch,
                        scratch());
            }
            int row = edge * (part.row + stored);
            int rows = Math.min(edge * (y + 1 - stored), shape.outHeight() - row);
            if (y + 1 == part.rows || rows * width % LENGTH == 0) {
                long line = part.image * shape.outChannels() + channel;
                FloatColumns.store(
                        outputs,
                        0,
                        rows * width,
                        used,
                        work.out() + SIZE * ((line * shape.outHeight() + row) * width),
                        (long) SIZE * shape.outPixels());
                stored = y + 1;
            }
        }
    }

    /** An array of the thread for the transforms of 4x4 outputs. */
    static float[] scratch() {
        return array(5, FloatWinograd4Transforms.SCRATCH);
    }

    private static float[] array(int place, int length) {
        float[][] arrays = ARRAYS.get();
        if (arrays[place].length < length) {
            arrays[place] = new float[length];
        }
        return arrays[place];
    }
}
