// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.spi.Workers;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/**
 * Packs f32 weights for {@link FloatChannelLanesPhase}: for each group, for each panel of {@link
 * FloatRunTile#COLUMNS} output channels (input channels for the gradient of the input), for each
 * product in the order channel, kernel row, kernel column, the numbers of the panel's channels.
 */
final class FloatWeightPanels {
    private static final int SIZE = Float.BYTES;
    private static final int COLUMNS = FloatRunTile.COLUMNS;
    private static final int BLOCK = 256;
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();

    /** Windows, and a row of zeros. */
    private static final ThreadLocal<float[][]> WINDOWS =
            ThreadLocal.withInitial(() -> new float[][] {new float[0], new float[COLUMNS]});

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

    /** Packs for a phase of the gradient of the input. */
    static void backward(
            Workers workers, Convolution shape, Phase phase, long weight, long packed) {
        int[] taps = new int[phase.taps().length];
        for (int t = 0; t < taps.length; t++) {
            taps[t] = phase.taps()[t][0] * shape.kernelWidth() + phase.taps()[t][1];
        }
        if (taps.length > 0) {
            workers.parallel(
                    (long) shape.outChannels() * panels(shape.groupChannels()),
                    64,
                    (from, to) -> backward(shape, taps, weight, packed, from, to));
        }
    }

    private static void backward(
            Convolution shape, int[] taps, long weight, long packed, long from, long to) {
        int kernel = shape.kernelHeight() * shape.kernelWidth();
        int channels = shape.groupChannels();
        int panels = panels(channels);
        int outs = shape.groupOutChannels();
        for (long index = from; index < to; index++) {
            long panel = index / outs;
            long out = panel / panels * outs + index % outs;
            int channel = (int) (panel % panels) * COLUMNS;
            long source = weight + SIZE * (out * channels + channel) * kernel;
            long target = packed + SIZE * COLUMNS * index * taps.length;
            int used = Math.min(COLUMNS, channels - channel);
            if (kernel == 1) {
                FloatColumns.copy(source, used, target);
            } else {
                windows(source, kernel, used, taps, target);
            }
        }
    }

    /** Windows that lie one behind the other: for each of the taps, the windows' numbers. */
    private static void windows(long source, int kernel, int used, int[] taps, long target) {
        float[][] arrays = WINDOWS.get();
        int all = used * kernel;
        if (arrays[0].length < all + LENGTH) {
            arrays[0] = new float[all + LENGTH];
        }
        float[] numbers = arrays[0];
        float[] row = arrays[1];
        FloatColumns.read(source, all, numbers, 0);
        for (int t = 0; t < taps.length; t++) {
            for (int c = 0; c < used; c++) {
                row[c] = numbers[c * kernel + taps[t]];
            }
            for (int c = 0; c < COLUMNS; c += LENGTH) {
                FloatVector.fromArray(SPECIES, row, c)
                        .intoMemorySegment(ALL, target + (long) SIZE * (t * COLUMNS + c), ORDER);
            }
        }
        Arrays.fill(row, 0);
    }
}
