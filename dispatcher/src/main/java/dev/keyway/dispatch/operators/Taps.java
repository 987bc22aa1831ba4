// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.DType;
import dev.keyway.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How each output along a dimension is mixed from inputs: {@code out[i] = sum over k of
 * weight[k][i] x[index[k][i]]}. Positions are computed in f32 for f32 and the halves, in f64 for
 * f64, as PyTorch does.
 *
 * @param index positions, {@code [taps][outputs]}
 * @param weight null for a single tap of weight 1
 */
record Taps(long[][] index, double @Nullable [][] weight) {
    /** Catmull and Rom's coefficient as PyTorch has it. */
    private static final double A = -0.75;

    private static double round(double value, boolean single) {
        return single ? (float) value : value;
    }

    /** The distance of two outputs in inputs. */
    static double scale(long in, long out, boolean align, @Nullable Double given, boolean single) {
        if (align) {
            return out > 1 ? round(round(in - 1, single) / round(out - 1, single), single) : 0;
        }
        return given != null && given > 0
                ? round(1 / given, single)
                : round(round(in, single) / round(out, single), single);
    }

    /** One tap; {@code exact} looks at the pixel's centre. */
    static Taps nearest(long in, long out, @Nullable Double given, boolean exact) {
        float scale = (float) scale(in, out, false, given, true);
        long[] index = new long[Math.toIntExact(out)];
        for (int i = 0; i < index.length; i++) {
            float at = exact ? (i + 0.5f) * scale : i * scale;
            index[i] = Math.min((long) Math.floor(at), in - 1);
        }
        return new Taps(new long[][] {index}, null);
    }

    private static double source(double scale, int i, boolean align, boolean single) {
        return align
                ? round(scale * i, single)
                : round(round(scale * (i + 0.5), single) - 0.5, single);
    }

    /** Two taps. */
    static Taps linear(long in, long out, boolean align, @Nullable Double given, boolean single) {
        double scale = scale(in, out, align, given, single);
        int n = Math.toIntExact(out);
        long[][] index = new long[2][n];
        double[][] weight = new double[2][n];
        for (int i = 0; i < n; i++) {
            double at = Math.max(0, source(scale, i, align, single));
            long low = Math.min((long) at, in - 1);
            double part = Math.clamp(at - low, 0, 1);
            index[0][i] = low;
            index[1][i] = Math.min(low + 1, in - 1);
            weight[0][i] = 1 - part;
            weight[1][i] = part;
        }
        return new Taps(index, weight);
    }

    /** Four taps (Keys, "Cubic Convolution Interpolation for Digital Image Processing", 1981). */
    static Taps cubic(long in, long out, boolean align, @Nullable Double given, boolean single) {
        double scale = scale(in, out, align, given, single);
        int n = Math.toIntExact(out);
        long[][] index = new long[4][n];
        double[][] weight = new double[4][n];
        for (int i = 0; i < n; i++) {
            double at = source(scale, i, align, single);
            long low = (long) Math.floor(at);
            double t = at - low;
            double[] all = {outer(t + 1), inner(t), inner(1 - t), outer(2 - t)};
            for (int k = 0; k < 4; k++) {
                index[k][i] = Math.clamp(low - 1 + k, 0, in - 1);
                weight[k][i] = all[k];
            }
        }
        return new Taps(index, weight);
    }

    private static double inner(double x) {
        return ((A + 2) * x - (A + 3)) * x * x + 1;
    }

    private static double outer(double x) {
        return ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
    }

    /** The tensor with the dimension mixed anew. */
    Tensor apply(Tensor x, int dim) {
        if (weight == null) {
            return pick(x, dim, index[0]);
        }
        Tensor sum = part(x, dim, 0);
        for (int k = 1; k < index.length; k++) {
            try (Tensor old = sum;
                    Tensor part = part(x, dim, k)) {
                sum = old.add(part);
            }
        }
        return sum;
    }

    private static Tensor pick(Tensor x, int dim, long[] index) {
        try (Tensor places = x.keyway().tensor(x.device(), index, index.length)) {
            return x.indexSelect(dim, places);
        }
    }

    private Tensor part(Tensor x, int dim, int k) {
        if (weight == null) {
            throw new IllegalStateException("taps without weights");
        }
        long[] column = new long[x.dim()];
        Arrays.fill(column, 1);
        column[dim] = index[k].length;
        try (Tensor picked = pick(x, dim, index[k]);
                Tensor factors = factors(x, weight[k], column)) {
            return picked.mul(factors);
        }
    }

    private static Tensor factors(Tensor x, double[] weights, long[] sizes) {
        if (x.dtype() == DType.F64) {
            return x.keyway().tensor(x.device(), weights, sizes);
        }
        float[] single = new float[weights.length];
        for (int i = 0; i < single.length; i++) {
            single[i] = (float) weights[i];
        }
        return x.keyway().tensor(x.device(), single, sizes);
    }
}
