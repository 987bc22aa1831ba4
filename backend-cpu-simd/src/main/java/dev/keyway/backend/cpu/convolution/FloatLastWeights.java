// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.Memory;

/**
 * Weights of {@link FloatLastDepthwisePhase}: for each panel of {@link FloatRunTile#COLUMNS}
 * channels their biases, then their weights tap by tap. The last panel begins earlier, so that it
 * ends with the channels; of fewer channels than a panel has, its second vector does.
 */
final class FloatLastWeights {
    private static final int COLUMNS = FloatRunTile.COLUMNS;
    private static final int LENGTH = COLUMNS / 2;
    private static final int SIZE = Float.BYTES;

    private final int channels;
    private final int taps;
    private final float[] panels;
    private final float[] square = new float[LENGTH * LENGTH];

    FloatLastWeights(int channels, int taps) {
        this.channels = channels;
        this.taps = taps;
        this.panels = new float[FloatWeightPanels.panels(channels) * panelNumbers()];
    }

    /** Panel by panel. */
    float[] panels() {
        return panels;
    }

    /** Numbers of a panel. */
    int panelNumbers() {
        return (1 + taps) * COLUMNS;
    }

    /**
     * Bytes from a channel of a panel's first vector to that of its second, which begins earlier
     * where there are fewer channels than in a panel.
     */
    int secondBytes() {
        return SIZE * Math.clamp(channels - LENGTH, 0, LENGTH);
    }

    /** The first channel of a panel. */
    int firstChannel(int panel) {
        return Math.max(0, Math.min(panel * COLUMNS, channels - COLUMNS));
    }

    /**
     * Takes them as the operator gets them, channel by channel.
     *
     * @param bias address of a number for each channel; 0 for none
     */
    void read(long weights, long bias) {
        for (int at = 0; at < panels.length; at += panelNumbers()) {
            int first = firstChannel(at / panelNumbers());
            for (int c = 0; c < COLUMNS; c += LENGTH) {
                int channel = first + (c == 0 ? 0 : secondBytes() / SIZE);
                int count = Math.min(LENGTH, channels - channel);
                for (int i = 0; i < count; i++) {
                    panels[at + c + i] =
                            bias == 0 ? 0 : Memory.getFloat(bias + (long) SIZE * (channel + i));
                }
                for (int tap = 0; tap < taps; tap += LENGTH) {
                    block(weights, channel, count, tap, at + (1 + tap) * COLUMNS + c);
                }
            }
        }
    }

    /** As many channels and taps as a square has, or what is left of them. */
    private void block(long weights, int channel, int channelCount, int tap, int at) {
        int count = Math.min(LENGTH, taps - tap);
        long source = weights + SIZE * ((long) channel * taps + tap);
        if (FloatSquareStore.FITS && isWithin(channel, tap)) {
            FloatSquareLoad.transpose(source, (long) SIZE * taps, square, 0);
            for (int t = 0; t < count; t++) {
                System.arraycopy(square, t * LENGTH, panels, at + t * COLUMNS, LENGTH);
            }
            return;
        }
        for (int c = 0; c < channelCount; c++) {
            for (int t = 0; t < count; t++) {
                panels[at + t * COLUMNS + c] =
                        Memory.getFloat(source + SIZE * ((long) c * taps + t));
            }
        }
    }

    /** Whether a square from there on ends before the weights do. */
    private boolean isWithin(int channel, int tap) {
        return (long) (channel + LENGTH - 1) * taps + tap + LENGTH <= (long) channels * taps;
    }
}
