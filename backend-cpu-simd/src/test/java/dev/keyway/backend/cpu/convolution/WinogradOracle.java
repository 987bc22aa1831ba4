// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.KernelFixture.getFloat;

/** F(2x2, 3x3) and F(4x4, 3x3) in scalar f32, tile by tile. */
final class WinogradOracle {
    private WinogradOracle() {}

    static float[] convolve(Convolution shape, int edge, long input, long weight, long bias) {
        float[] out = new float[shape.batch() * shape.outChannels() * shape.outPixels()];
        for (int n = 0; n < shape.batch(); n++) {
            for (int o = 0; o < shape.outChannels(); o++) {
                for (int y = 0; y < shape.outHeight(); y += edge) {
                    for (int x = 0; x < shape.outWidth(); x += edge) {
                        tile(shape, edge, input, weight, bias, out, new int[] {n, o, y, x});
                    }
                }
            }
        }
        return out;
    }

    private static void tile(
            Convolution shape,
            int edge,
            long input,
            long weight,
            long bias,
            float[] out,
            int[] at) {
        int side = edge + 2;
        int points = side * side;
        float[] m = new float[points];
        int channels = shape.groupChannels();
        int first = at[1] / shape.groupOutChannels() * channels;
        for (int c = 0; c < channels; c++) {
            float[] d = new float[points];
            for (int i = 0; i < points; i++) {
                int y = at[2] + i / side - shape.paddingHeight();
                int x = at[3] + i % side - shape.paddingWidth();
                if (y >= 0 && x >= 0 && y < shape.height() && x < shape.width()) {
                    int plane = at[0] * shape.channels() + first + c;
                    d[i] = getFloat(input, ((long) plane * shape.height() + y) * shape.width() + x);
                }
            }
            float[] g = new float[9];
            for (int i = 0; i < 9; i++) {
                g[i] = getFloat(weight, ((long) at[1] * channels + c) * 9 + i);
            }
            float[] v = edge == 2 ? inputs(d) : Winograd4Oracle.inputs(d);
            float[] u = edge == 2 ? weights(g) : Winograd4Oracle.weights(g);
            for (int i = 0; i < points; i++) {
                m[i] = Math.fma(v[i], u[i], m[i]);
            }
        }
        float[] result = edge == 2 ? outputs(m) : Winograd4Oracle.outputs(m);
        for (int i = 0; i < edge * edge; i++) {
            int y = at[2] + i / edge;
            int x = at[3] + i % edge;
            if (y < shape.outHeight() && x < shape.outWidth()) {
                int plane = at[0] * shape.outChannels() + at[1];
                out[(plane * shape.outHeight() + y) * shape.outWidth() + x] =
                        result[i] + getFloat(bias, at[1]);
            }
        }
    }

    private static float[] inputs(float[] d) {
        float[] t = new float[16];
        float[] v = new float[16];
        for (int j = 0; j < 4; j++) {
            t[j] = d[j] - d[8 + j];
            t[4 + j] = d[4 + j] + d[8 + j];
            t[8 + j] = d[8 + j] - d[4 + j];
            t[12 + j] = d[4 + j] - d[12 + j];
        }
        for (int i = 0; i < 16; i += 4) {
            v[i] = t[i] - t[i + 2];
            v[i + 1] = t[i + 1] + t[i + 2];
            v[i + 2] = t[i + 2] - t[i + 1];
            v[i + 3] = t[i + 1] - t[i + 3];
        }
        return v;
    }

    private static float[] weights(float[] g) {
        float[] h = new float[12];
        float[] u = new float[16];
        for (int j = 0; j < 3; j++) {
            h[j] = g[j];
            h[3 + j] = (g[j] + g[3 + j] + g[6 + j]) * 0.5f;
            h[6 + j] = (g[j] - g[3 + j] + g[6 + j]) * 0.5f;
            h[9 + j] = g[6 + j];
        }
        for (int i = 0; i < 4; i++) {
            u[4 * i] = h[3 * i];
            u[4 * i + 1] = (h[3 * i] + h[3 * i + 1] + h[3 * i + 2]) * 0.5f;
            u[4 * i + 2] = (h[3 * i] - h[3 * i + 1] + h[3 * i + 2]) * 0.5f;
            u[4 * i + 3] = h[3 * i + 2];
        }
        return u;
    }

    private static float[] outputs(float[] m) {
        float[] u = new float[4];
        float[] v = new float[4];
        for (int j = 0; j < 4; j++) {
            u[j] = m[j] + m[4 + j] + m[8 + j];
            v[j] = m[4 + j] - m[8 + j] - m[12 + j];
        }
        return new float[] {
            u[0] + u[1] + u[2], u[1] - u[2] - u[3], v[0] + v[1] + v[2], v[1] - v[2] - v[3]
        };
    }
}
