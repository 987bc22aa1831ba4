// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.sampling;

import org.jspecify.annotations.Nullable;

/**
 * Which inputs each output along one direction takes, and with which weights. Positions are
 * computed in single precision for f32 and in double for f64.
 *
 * @param index {@code [taps][outputs]}
 * @param weight likewise
 */
public record ResamplingTaps(int[][] index, double[][] weight) {
    /** How outputs are computed. */
    public enum Mode {
        /** The pixel to the upper left. */
        NEAREST,
        /** The pixel whose centre is nearest. */
        EXACT,
        /** Straight lines between two pixels. */
        LINEAR,
        /** Keys' cubic with a = -0.75 through four pixels. */
        CUBIC
    }

    private static final double A = -0.75;

    /**
     * The taps of one direction.
     *
     * @param align whether corners lie on corners
     * @param given outputs for an input; null for the ratio of the sizes
     * @param single whether to compute positions in single precision
     */
    public static ResamplingTaps of(
            Mode mode, int in, int out, boolean align, @Nullable Double given, boolean single) {
        return switch (mode) {
            case NEAREST -> nearest(in, out, given, 0);
            case EXACT -> nearest(in, out, given, 0.5f);
            case LINEAR, CUBIC -> {
                double scale = scale(in, out, align, given, single);
                yield between(mode, in, out, align, scale, single);
            }
        };
    }

    private static double round(double value, boolean single) {
        return single ? (float) value : value;
    }

    private static double scale(
            int in, int out, boolean align, @Nullable Double given, boolean single) {
        if (align) {
            return out > 1 ? round((in - 1.0) / (out - 1.0), single) : 0;
        }
        return round(given != null && given > 0 ? 1 / given : (double) in / out, single);
    }

    private static ResamplingTaps nearest(int in, int out, @Nullable Double given, float centre) {
        float scale = (float) scale(in, out, false, given, true);
        int[] index = new int[out];
        double[] weight = new double[out];
        for (int i = 0; i < out; i++) {
            index[i] = Math.min((int) Math.floor((i + centre) * scale), in - 1);
            weight[i] = 1;
        }
        return new ResamplingTaps(new int[][] {index}, new double[][] {weight});
    }

    private static ResamplingTaps between(
            Mode mode, int in, int out, boolean align, double scale, boolean single) {
        int taps = mode == Mode.LINEAR ? 2 : 4;
        int[][] index = new int[taps][out];
        double[][] weight = new double[taps][out];
        for (int i = 0; i < out; i++) {
            double at =
                    align
                            ? round(scale * i, single)
                            : round(round(scale * (i + 0.5), single) - 0.5, single);
            if (mode == Mode.LINEAR) {
                at = Math.max(0, at);
            }
            int low = (int) Math.floor(at);
            if (mode == Mode.LINEAR) {
                low = Math.min(low, in - 1);
            }
            double part = Math.clamp(at - low, 0, 1);
            double[] weights =
                    mode == Mode.LINEAR
                            ? new double[] {1 - part, part}
                            : new double[] {
                                outer(part + 1), inner(part), inner(1 - part), outer(2 - part)
                            };
            for (int k = 0; k < taps; k++) {
                int position = mode == Mode.LINEAR ? low + k : low - 1 + k;
                index[k][i] = Math.clamp(position, 0, in - 1);
                weight[k][i] = weights[k];
            }
        }
        return new ResamplingTaps(index, weight);
    }

    private static double inner(double x) {
        return ((A + 2) * x - (A + 3)) * x * x + 1;
    }

    private static double outer(double x) {
        return ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
    }
}
