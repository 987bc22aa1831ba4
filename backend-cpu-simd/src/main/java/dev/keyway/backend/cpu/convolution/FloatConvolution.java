// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.matrix.FloatTile;
import dev.keyway.spi.Workers;

import java.util.Arrays;
import java.util.List;

/**
 * f32 convolution and its gradient for the input, as matrix products whose right side is never
 * built: each image is copied once with its padding, where a tap is an offset. Every result takes
 * its products by fused multiply-adds in the order channel, kernel row, kernel column, starting at
 * the bias. Tensors are contiguous.
 */
public final class FloatConvolution {
    private static final int SIZE = Float.BYTES;
    private static final int ROWS = FloatTile.ROWS;
    private static final int COLUMNS = FloatTile.COLUMNS;
    private static final int TASKS = 16;

    private final int images;
    private final int groups;
    private final int rows;
    private final Planes planes;
    private final List<Phase> phases;
    private final float[][] weights;
    private final long[][] offsets;
    private final int outHeight;
    private final int outWidth;
    private final int splits;
    private final long chunk;
    private final long source;
    private final long bias;
    private final long out;
    private final long scratch;

    private FloatConvolution(
            Convolution shape,
            boolean forward,
            long source,
            long weight,
            long bias,
            long out,
            long scratch) {
        this.images = shape.batch();
        this.groups = shape.groups();
        this.planes = planes(shape, forward);
        this.phases = forward ? Phases.forward(shape) : Phases.backward(shape, planes);
        this.rows = forward ? shape.groupOutChannels() : shape.groupChannels();
        this.outHeight = forward ? shape.outHeight() : shape.height();
        this.outWidth = forward ? shape.outWidth() : shape.width();
        this.splits = splits(shape, forward);
        this.chunk = chunk(shape, forward);
        this.source = source;
        this.bias = bias;
        this.out = out;
        this.scratch = scratch;
        this.weights = new float[phases.size()][];
        this.offsets = new long[phases.size()][];
        for (int i = 0; i < phases.size(); i++) {
            weights[i] = FloatWeights.pack(shape, forward, phases.get(i), weight);
            offsets[i] = offsets(phases.get(i));
        }
    }

    /**
     * The convolution.
     *
     * @param bias address of a number for each output channel; 0 for none
     * @param scratch memory of {@link #scratchBytes}
     */
    public static void forward(
            Workers workers,
            Convolution shape,
            long input,
            long weight,
            long bias,
            long out,
            long scratch) {
        new FloatConvolution(shape, true, input, weight, bias, out, scratch).run(workers);
    }

    /** The gradient for the input. */
    public static void backwardInput(
            Workers workers,
            Convolution shape,
            long gradOutput,
            long weight,
            long gradInput,
            long scratch) {
        new FloatConvolution(shape, false, gradOutput, weight, 0, gradInput, scratch).run(workers);
    }

    /** Bytes of scratch memory. */
    public static long scratchBytes(Convolution shape, boolean forward) {
        long tasks = (long) shape.batch() * shape.groups() * splits(shape, forward);
        long chunk = chunk(shape, forward);
        return (tasks + chunk - 1) / chunk * imageBytes(planes(shape, forward));
    }

    private static Planes planes(Convolution shape, boolean forward) {
        return forward ? Planes.ofInput(shape) : Phases.ofOutput(shape);
    }

    private static long imageBytes(Planes planes) {
        return ((long) planes.size() + COLUMNS) * SIZE;
    }

    private static int splits(Convolution shape, boolean forward) {
        int rows = forward ? shape.groupOutChannels() : shape.groupChannels();
        int panels = (rows + ROWS - 1) / ROWS;
        int tasks = Math.max(1, shape.batch() * shape.groups());
        return Math.max(1, Math.min(panels, TASKS / tasks));
    }

    private static long chunk(Convolution shape, boolean forward) {
        long tasks = (long) shape.batch() * shape.groups() * splits(shape, forward);
        return Math.max(1, (tasks + TASKS - 1) / TASKS);
    }

    private long[] offsets(Phase phase) {
        int taps = phase.taps().length;
        long[] result = new long[planes.channels() * taps];
        for (int c = 0; c < planes.channels(); c++) {
            for (int t = 0; t < taps; t++) {
                int[] shift = phase.shifts()[t];
                result[c * taps + t] = (long) SIZE * planes.index(c, shift[0], shift[1]);
            }
        }
        return result;
    }

    private void run(Workers workers) {
        workers.parallel((long) images * groups * splits, chunk, this::task);
    }

    private void task(long from, long to) {
        long image = scratch + from / chunk * imageBytes(planes);
        zero(image, planes.size() + COLUMNS);
        float[] tile = new float[ROWS * COLUMNS];
        int panels = (rows + ROWS - 1) / ROWS;
        long sourceBytes = (long) SIZE * planes.channels() * planes.height() * planes.width();
        long copied = -1;
        for (long index = from; index < to; index++) {
            int split = (int) (index % splits);
            long imageGroup = index / splits;
            if (imageGroup != copied) {
                FloatPlanes.copy(planes, source + imageGroup * sourceBytes, image);
                copied = imageGroup;
            }
            for (int i = 0; i < phases.size(); i++) {
                int first = split * panels / splits;
                int end = (split + 1) * panels / splits;
                for (int panel = first; panel < end; panel++) {
                    panel(i, imageGroup, panel, image, tile);
                }
            }
        }
    }

    private static void zero(long address, int count) {
        Memory.ALL.asSlice(address, (long) SIZE * count).fill((byte) 0);
    }

    private void panel(int phaseIndex, long imageGroup, int panel, long image, float[] tile) {
        Phase phase = phases.get(phaseIndex);
        long[] taps = offsets[phaseIndex];
        int group = (int) (imageGroup % groups);
        int panels = (rows + ROWS - 1) / ROWS;
        int start = (group * panels + panel) * ROWS * taps.length;
        int positions = (phase.rows() - 1) * planes.planeWidth() + phase.columns();
        int used = Math.min(ROWS, rows - panel * ROWS);
        long target = imageGroup * rows + (long) panel * ROWS;
        for (int q = 0; q < positions; q += COLUMNS) {
            begin(tile, group * rows + panel * ROWS, used);
            FloatTile.multiply(
                    weights[phaseIndex], start, image + (long) SIZE * q, taps, taps.length, tile);
            store(phase, tile, target, used, q, Math.min(positions, q + COLUMNS));
        }
    }

    private void begin(float[] tile, int row, int used) {
        if (bias == 0) {
            Arrays.fill(tile, 0);
            return;
        }
        for (int r = 0; r < used; r++) {
            float value = Memory.getFloat(bias + (long) SIZE * (row + r));
            Arrays.fill(tile, r * COLUMNS, (r + 1) * COLUMNS, value);
        }
    }

    /** Writes positions of the padded width, without those between two rows. */
    private void store(Phase phase, float[] tile, long channel, int used, int from, int to) {
        int position = from;
        while (position < to) {
            int y = position / planes.planeWidth();
            int x = position % planes.planeWidth();
            int count = Math.min(to - position, phase.columns() - x);
            if (count > 0) {
                long target =
                        ((channel * outHeight) + phase.firstRow() + y * phase.rowStep()) * outWidth
                                + phase.firstColumn()
                                + (long) x * phase.columnStep();
                segment(
                        tile,
                        position - from,
                        count,
                        used,
                        out + SIZE * target,
                        phase.columnStep());
            }
            position += planes.planeWidth() - x;
        }
    }

    private void segment(
            float[] tile, int start, int count, int used, long target, int columnStep) {
        long channelBytes = (long) SIZE * outHeight * outWidth;
        for (int r = 0; r < used; r++) {
            long row = target + r * channelBytes;
            int index = r * COLUMNS + start;
            for (int x = 0; x < count; x++) {
                Memory.putFloat(row + (long) SIZE * columnStep * x, tile[index + x]);
            }
        }
    }
}
