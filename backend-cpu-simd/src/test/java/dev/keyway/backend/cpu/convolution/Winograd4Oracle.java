// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import java.util.function.UnaryOperator;

/** The transforms of F(4x4, 3x3) in scalar f32, over columns and then over rows. */
final class Winograd4Oracle {
    private Winograd4Oracle() {}

    static float[] inputs(float[] d) {
        return rows(columns(d, 6, 6, Winograd4Oracle::input), 6, 6, Winograd4Oracle::input);
    }

    static float[] weights(float[] g) {
        return rows(columns(g, 3, 6, Winograd4Oracle::weight), 3, 6, Winograd4Oracle::weight);
    }

    static float[] outputs(float[] m) {
        return rows(columns(m, 6, 4, Winograd4Oracle::output), 6, 4, Winograd4Oracle::output);
    }

    /** A square of n columns, each of which becomes one of {@code length} numbers. */
    private static float[] columns(float[] a, int n, int length, UnaryOperator<float[]> line) {
        float[] result = new float[length * n];
        for (int j = 0; j < n; j++) {
            float[] column = new float[a.length / n];
            for (int i = 0; i < column.length; i++) {
                column[i] = a[i * n + j];
            }
            float[] changed = line.apply(column);
            for (int i = 0; i < length; i++) {
                result[i * n + j] = changed[i];
            }
        }
        return result;
    }

    /** Rows of n numbers, each of which becomes one of {@code length}. */
    private static float[] rows(float[] a, int n, int length, UnaryOperator<float[]> line) {
        float[] result = new float[a.length / n * length];
        for (int i = 0; i < a.length / n; i++) {
            float[] row = new float[n];
            System.arraycopy(a, i * n, row, 0, n);
            System.arraycopy(line.apply(row), 0, result, i * length, length);
        }
        return result;
    }

    private static float[] input(float[] d) {
        float even = Math.fma(-4f, d[2], d[4]);
        float odd = Math.fma(-4f, d[1], d[3]);
        float odds = d[3] - d[1];
        float evens = d[4] - d[2];
        return new float[] {
            Math.fma(4f, d[0], Math.fma(-5f, d[2], d[4])),
            even + odd,
            even - odd,
            Math.fma(2f, odds, evens),
            Math.fma(-2f, odds, evens),
            Math.fma(4f, d[1], Math.fma(-5f, d[3], d[5]))
        };
    }

    private static float[] weight(float[] g) {
        float outer = Math.fma(1f / 24, g[0], 1f / 6 * g[2]);
        float inner = 1f / 12 * g[1];
        return new float[] {
            0.25f * g[0],
            -1f / 6 * (g[0] + g[2] + g[1]),
            -1f / 6 * (g[0] + g[2] - g[1]),
            outer + inner,
            outer - inner,
            g[2]
        };
    }

    private static float[] output(float[] m) {
        float p = m[1] + m[2];
        float q = m[1] - m[2];
        float r = m[3] + m[4];
        float s = m[3] - m[4];
        return new float[] {
            m[0] + p + r, Math.fma(2f, s, q), Math.fma(4f, r, p), Math.fma(8f, s, q) + m[5]
        };
    }
}
