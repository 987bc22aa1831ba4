// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.matrix.FloatTile;

/**
 * Packs f32 weights {@code [outChannels, groupChannels, kernelHeight, kernelWidth]} as rows of
 * tiles.
 */
final class FloatWeights {
    private static final int ROWS = FloatTile.ROWS;

    private FloatWeights() {}

    /**
     * All groups' panels for the taps of a phase, in the order channel, kernel row, kernel column.
     */
    static float[] pack(Convolution shape, boolean forward, Phase phase, long weight) {
        int rows = forward ? shape.groupOutChannels() : shape.groupChannels();
        int channels = forward ? shape.groupChannels() : shape.groupOutChannels();
        int panels = (rows + ROWS - 1) / ROWS;
        int taps = phase.taps().length;
        int k = channels * taps;
        float[] result = new float[Math.multiplyExact(shape.groups() * panels * ROWS, k)];
        int kernel = shape.kernelHeight() * shape.kernelWidth();
        for (int g = 0; g < shape.groups(); g++) {
            for (int r = 0; r < rows; r++) {
                int start = (g * panels + r / ROWS) * ROWS * k + r % ROWS;
                for (int c = 0; c < channels; c++) {
                    int outChannel = g * shape.groupOutChannels() + (forward ? r : c);
                    int inChannel = forward ? c : r;
                    long source = ((long) outChannel * shape.groupChannels() + inChannel) * kernel;
                    for (int t = 0; t < taps; t++) {
                        int[] tap = phase.taps()[t];
                        long index = source + (long) tap[0] * shape.kernelWidth() + tap[1];
                        result[start + (c * taps + t) * ROWS] =
                                Memory.getFloat(weight + Float.BYTES * index);
                    }
                }
            }
        }
        return result;
    }
}
