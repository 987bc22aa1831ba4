// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

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
    private static final int RUN = FloatRunTile.RUN;
    private static final int COLUMNS = FloatRunTile.COLUMNS;
    private static final int LENGTH = FloatSquare.LENGTH;

    /** Runs in a bundle, and its tiles. */
    private static final int RUNS = LENGTH / RUN;

    private static final int BUNDLE = RUNS * RUN;

    /** Channels that go together, so that nothing is read again which is still on its way. */
    private static final int AHEAD = 2;

    /** Channels that are fetched together, a multiple of these. */
    private static final int TOUCHED = 16;

    private static final ThreadLocal<float[][]> ARRAYS =
            ThreadLocal.withInitial(() -> new float[6][0]);

    /** Rows of tiles of one image, and the place of their first tile. */
    private record Part(long image, int row, int rows, int tile) {}

    private final FloatWinogradWork work;
    private final Convolution shape;
    private final int edge;
    private final int group;
    private final int points;
    private final int channels;
    private final int tileColumns;
    private final List<Part> parts = new ArrayList<>();
    private final int bundles;
    private final int runs;
    private final int pointPitch;
    private final int sumPitch;

    /**
     * Rows of tiles, counted over all images.
     *
     * @param from the first
     * @param to behind the last
     */
    FloatWinogradUnit(FloatWinogradWork work, int group, long from, long to) {
        this.work = work;
        this.shape = work.shape();
        this.edge = work.edge();
        this.group = group;
        this.points = work.points();
        this.channels = shape.groupChannels();
        this.tileColumns = work.tileColumns();
        int tileRows = work.tileRows();
        int tiles = 0;
        for (long at = from; at < to; ) {
            int row = (int) (at % tileRows);
            int rows = (int) Math.min(to - at, tileRows - row);
            parts.add(new Part(at / tileRows, row, rows, tiles));
            tiles += rows * tileColumns;
            at += rows;
        }
        this.bundles = Math.ceilDiv(tiles, BUNDLE);
        this.runs = Math.ceilDiv(tiles, RUN);
        // A line more: else the points of a square would share a few places of the first cache.
        this.pointPitch = bundles * channels * LENGTH + LENGTH;
        this.sumPitch = runs * RUN * COLUMNS + LENGTH;
    }

    /** Channels of the input. */
    int channels() {
        return channels;
    }

    /** Panels of channels of the output. */
    int panels() {
        return work.panels();
    }

    /** An array of the thread for {@link #transform}. */
    float[] numbers() {
        return array(0, points * pointPitch);
    }

    /** Transforms some channels of the input. */
    void transform(long from, long to, float[] numbers) {
        int plane = bundles * BUNDLE + 2 * LENGTH;
        FloatWinogradSquares[] squares = new FloatWinogradSquares[parts.size()];
        int size = edge * LENGTH;
        for (int i = 0; i < squares.length; i++) {
            Part part = parts.get(i);
            squares[i] = new FloatWinogradSquares(shape, edge, part.row(), part.rows(), plane);
            size += squares[i].size();
        }
        float[] lines = array(1, AHEAD * size);
        Arrays.fill(lines, 0, AHEAD * size, 0);
        float[] planes = array(2, AHEAD * points * plane);
        for (long first = from; first < to; first += AHEAD) {
            if ((first - from) % TOUCHED == 0) {
                touch(squares, first, Math.min(to, first + TOUCHED), lines);
            }
            int count = (int) Math.min(AHEAD, to - first);
            for (int k = 0; k < count; k++) {
                read(squares, first + k, lines, k * size);
            }
            for (int k = 0; k < count; k++) {
                spread(squares, first + k, lines, k * size, planes, k * points * plane);
            }
            for (int k = 0; k < count; k++) {
                squared(planes, k * points * plane, plane, (int) first + k, numbers);
            }
        }
    }

    private void touch(FloatWinogradSquares[] squares, long from, long to, float[] lines) {
        for (int i = 0; i < squares.length; i++) {
            for (long c = from; c < to; c++) {
                squares[i].touch(channel(parts.get(i), c), lines);
            }
        }
    }

    private void read(FloatWinogradSquares[] squares, long channel, float[] lines, int start) {
        int at = start;
        for (int i = 0; i < squares.length; i++) {
            squares[i].read(channel(parts.get(i), channel), lines, at);
            at += squares[i].size();
        }
    }

    private void spread(
            FloatWinogradSquares[] squares,
            long channel,
            float[] lines,
            int start,
            float[] planes,
            int first) {
        int at = start;
        for (int i = 0; i < squares.length; i++) {
            Part part = parts.get(i);
            squares[i].spread(channel(part, channel), lines, at, planes, first + part.tile());
            at += squares[i].size();
        }
    }

    private void squared(float[] planes, int from, int plane, int channel, float[] numbers) {
        int at = channel * LENGTH;
        int step = channels * LENGTH;
        if (edge == 2) {
            FloatWinogradTransforms.input(
                    planes, from, plane, BUNDLE, bundles, numbers, at, step, pointPitch);
        } else {
            FloatWinograd4Transforms.input(
                    planes, from, plane, BUNDLE, bundles, numbers, at, step, pointPitch, scratch());
        }
    }

    /** The address of a channel of the input. */
    private long channel(Part part, long channel) {
        long line = (part.image() * shape.groups() + group) * channels + channel;
        return work.input() + SIZE * line * shape.height() * shape.width();
    }

    /** Computes all outputs. */
    void run() {
        float[] numbers = numbers();
        transform(0, channels, numbers);
        multiply(0, work.panels(), numbers);
    }

    /** The outputs of some panels of channels, when all channels of the input are transformed. */
    void multiply(long from, long to, float[] numbers) {
        int[] offsets = new int[channels];
        for (int c = 0; c < offsets.length; c++) {
            offsets[c] = c * LENGTH;
        }
        int[] bases = new int[runs];
        for (int i = 0; i < runs; i++) {
            bases[i] = i / RUNS * channels * LENGTH + i % RUNS * RUN;
        }
        for (int panel = (int) from; panel < to; panel++) {
            float[] sums = products(panel, numbers, bases, offsets);
            for (Part part : parts) {
                outputs(part, panel, sums);
            }
        }
    }

    private float[] products(int panel, float[] numbers, int[] bases, int[] offsets) {
        float[] sums = array(3, points * sumPitch);
        Arrays.fill(sums, 0, points * sumPitch, 0);
        long pointBytes = (long) SIZE * COLUMNS * channels;
        long weights = work.packed() + pointBytes * points * (group * work.panels() + panel);
        int[] at = new int[runs];
        for (int point = 0; point < points; point++) {
            for (int i = 0; i < runs; i++) {
                at[i] = bases[i] + point * pointPitch;
            }
            FloatRunTile.multiply(
                    numbers,
                    at,
                    0,
                    runs,
                    offsets,
                    channels,
                    weights + pointBytes * point,
                    sums,
                    point * sumPitch);
        }
        return sums;
    }

    /** Transforms sums to outputs. Rows are written as soon as their pixels fill vectors. */
    private void outputs(Part part, int panel, float[] sums) {
        int width = shape.outWidth();
        int pixels = edge * part.rows() * width + edge + LENGTH;
        float[] outputs = array(4, pixels * COLUMNS);
        int used = Math.min(COLUMNS, shape.groupOutChannels() - panel * COLUMNS);
        long channel = (long) group * shape.groupOutChannels() + panel * COLUMNS;
        long add = work.bias() == 0 ? 0 : work.bias() + SIZE * channel;
        int stored = 0;
        for (int y = 0; y < part.rows(); y++) {
            int from = (part.tile() + y * tileColumns) * COLUMNS;
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
            int row = edge * (part.row() + stored);
            int rows = Math.min(edge * (y + 1 - stored), shape.outHeight() - row);
            if (y + 1 == part.rows() || rows * width % LENGTH == 0) {
                long line = part.image() * shape.outChannels() + channel;
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
