// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;

/**
 * Rows of f64 weights as a phase of a convolution multiplies them: for each row its weights in the
 * order channel, kernel row, kernel column. Forward that is how {@code [outChannels, groupChannels,
 * kernelHeight, kernelWidth]} lies in memory; for the gradient of the input rows are input
 * channels, which are brought together first.
 */
final class DoubleWeights {
    private static final int SIZE = Double.BYTES;

    private DoubleWeights() {}

    /** Bytes of the rows of all groups. */
    static long bytes(Convolution shape, Phase phase) {
        long columns = (long) shape.groupOutChannels() * phase.taps().length;
        return SIZE * shape.channels() * columns;
    }

    /** Writes the rows of all groups for the gradient of the input. */
    static void transpose(
            Workers workers, Convolution shape, Phase phase, long weight, long target) {
        int[] taps = new int[phase.taps().length];
        for (int t = 0; t < taps.length; t++) {
            int[] tap = phase.taps()[t];
            taps[t] = tap[0] * shape.kernelWidth() + tap[1];
        }
        long work = (long) shape.groupChannels() * Math.max(1, taps.length);
        workers.parallel(
                shape.outChannels(),
                Math.max(1, (1 << 15) / work),
                (from, to) -> {
                    for (long o = from; o < to; o++) {
                        outChannel(shape, taps, (int) o, weight, target);
                    }
                });
    }

    private static void outChannel(Convolution shape, int[] taps, int o, long weight, long target) {
        int kernel = shape.kernelHeight() * shape.kernelWidth();
        int group = o / shape.groupOutChannels();
        long rowBytes = (long) SIZE * shape.groupOutChannels() * taps.length;
        long source = weight + (long) SIZE * o * shape.taps();
        long row =
                target
                        + group * shape.groupChannels() * rowBytes
                        + (long) SIZE * (o % shape.groupOutChannels()) * taps.length;
        for (int c = 0; c < shape.groupChannels(); c++) {
            for (int t = 0; t < taps.length; t++) {
                double value = Memory.getDouble(source + (long) SIZE * taps[t]);
                Memory.putDouble(row + (long) SIZE * t, value);
            }
            source += (long) SIZE * kernel;
            row += rowBytes;
        }
    }
}
