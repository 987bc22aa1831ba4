// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.spi.Workers;

import jdk.incubator.vector.FloatVector;

import java.util.Arrays;
import java.util.List;

/**
 * Packs f32 weights for {@link FloatChannelLanesPhase}: for each group, for each panel of {@link
 * FloatRunTile#COLUMNS} output channels (input channels for the gradient of the input), for each
 * product in the order channel, kernel row, kernel column, the numbers of the panel's channels.
 */
final class FloatWeightPanels {
    private static final int SIZE = Float.BYTES;
    private static final int COLUMNS = FloatRunTile.COLUMNS;
    private static final int BLOCK = 256;
    private static final int LENGTH = FloatVector.SPECIES_PREFERRED.length();

    /** Numbers that are worth handing to a thread. */
    private static final int GRAIN = 1 << 15;

    /** Windows, and for each tap a row of their numbers. */
    private static final ThreadLocal<float[][]> ARRAYS =
            ThreadLocal.withInitial(() -> new float[2][0]);

    private FloatWeightPanels() {}

    /** Panels of a group of so many channels. */
    static int panels(int channels) {
        return (channels + COLUMNS - 1) / COLUMNS;
    }

    /** Bytes of the panels of all groups for the convolution. */
    static long forwardBytes(Convolution shape) {
        return (long) SIZE
                * COLUMNS
                * shape.groups()
                * panels(shape.groupOutChannels())
                * shape.taps();
    }

    /** Bytes of the panels of all groups for a phase of the gradient of the input. */
    static long backwardBytes(Convolution shape, Phase phase) {
        return (long) SIZE
                * COLUMNS
                * shape.groups()
                * panels(shape.groupChannels())
                * shape.groupOutChannels()
                * phase.taps().length;
    }

    /** Packs for the convolution. */
    static void forward(Workers workers, Convolution shape, long weight, long packed) {
        int panels = panels(shape.groupOutChannels());
        int taps = shape.taps();
        int blocks = (taps + BLOCK - 1) / BLOCK;
        workers.parallel(
                (long) shape.groups() * panels * blocks,
                4,
                (from, to) -> {
                    for (long index = from; index < to; index++) {
                        long panel = index / blocks;
                        int first = (int) (index % blocks) * BLOCK;
                        int channel = (int) (panel % panels) * COLUMNS;
                        long row = panel / panels * shape.groupOutChannels() + channel;
                        FloatColumns.pack(
                                weight + SIZE * (row * taps + first),
                                (long) SIZE * taps,
                                Math.min(BLOCK, taps - first),
                                Math.min(COLUMNS, shape.groupOutChannels() - channel),
                                packed + SIZE * COLUMNS * (panel * taps + first));
                    }
                });
    }

    /**
     * Packs for all phases of the gradient of the input, one behind the other. Windows are read in
     * the order of memory.
     */
    static void backward(
            Workers workers, Convolution shape, List<Phase> phases, long weight, long packed) {
        int kernel = shape.kernelHeight() * shape.kernelWidth();
        long[] targets = new long[kernel];
        long[] steps = new long[kernel];
        long target = packed;
        int read = 0;
        for (Phase phase : phases) {
            int[][] taps = phase.taps();
            for (int t = 0; t < taps.length; t++) {
                int place = taps[t][0] * shape.kernelWidth() + taps[t][1];
                targets[place] = target + (long) SIZE * COLUMNS * t;
                steps[place] = (long) SIZE * COLUMNS * taps.length;
            }
            read += taps.length;
            target += backwardBytes(shape, phase);
        }
        if (read == 0) {
            return;
        }
        boolean nines = FloatNines.FITS && kernel == 9 && read == kernel;
        workers.parallel(
                shape.outChannels(),
                Math.max(1, GRAIN / Math.max(1, shape.taps())),
                (from, to) -> {
                    for (long o = from; o < to; o++) {
                        outChannel(shape, (int) o, nines, weight, targets, steps);
                    }
                });
    }

    /** The windows of an output channel. */
    private static void outChannel(
            Convolution shape, int o, boolean nines, long weight, long[] targets, long[] steps) {
        int outs = shape.groupOutChannels();
        int channels = shape.groupChannels();
        int panels = panels(channels);
        int kernel = targets.length;
        for (int panel = 0; panel < panels; panel++) {
            int channel = panel * COLUMNS;
            long source = weight + SIZE * ((long) o * channels + channel) * kernel;
            long index = ((long) o / outs * panels + panel) * outs + o % outs;
            int used = Math.min(COLUMNS, channels - channel);
            if (nines && used == COLUMNS) {
                FloatNines.deal(source, targets, steps, index, 0);
                long half = source + (long) SIZE * FloatNines.COUNT * kernel;
                FloatNines.deal(half, targets, steps, index, (long) SIZE * FloatNines.COUNT);
            } else if (kernel == 1) {
                FloatColumns.copy(source, used, targets[0] + index * steps[0]);
            } else {
                windows(source, used, targets, steps, index);
            }
        }
    }

    /** Windows that lie one behind the other: for each tap of a phase the windows' numbers. */
    private static void windows(long source, int used, long[] targets, long[] steps, long index) {
        int kernel = targets.length;
        float[] numbers = array(0, used * kernel + LENGTH);
        float[] rows = array(1, kernel * COLUMNS);
        FloatColumns.read(source, used * kernel, numbers, 0);
        for (int t = 0; t < kernel; t++) {
            int row = t * COLUMNS;
            for (int c = 0; c < used; c++) {
                rows[row + c] = numbers[c * kernel + t];
            }
            Arrays.fill(rows, row + used, row + COLUMNS, 0);
        }
        for (int t = 0; t < kernel; t++) {
            if (steps[t] > 0) {
                FloatColumns.write(rows, t * COLUMNS, COLUMNS, targets[t] + index * steps[t]);
            }
        }
    }

    private static float[] array(int place, int length) {
        float[][] arrays = ARRAYS.get();
        if (arrays[place].length < length) {
            arrays[place] = new float[length];
        }
        return arrays[place];
    }
}
