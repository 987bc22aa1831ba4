// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * Images of another size: each output is a product of weights in every direction. A position is off
 * by some units of its size, by which the weights move; a cubic weight's slope is at most 2.
 */
@AutoService(OracleFamily.class)
public final class SamplingOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public SamplingOracles() {}

    private enum Mode {
        NEAREST,
        EXACT,
        LINEAR,
        CUBIC
    }

    private static final String[] ONE = {"scales"};
    private static final String[] TWO = {"scales_h", "scales_w"};
    private static final String[] THREE = {"scales_d", "scales_h", "scales_w"};

    @Override
    public void register(Oracles.Table table) {
        String[][] names = {ONE, TWO, THREE};
        for (int rank = 1; rank <= 3; rank++) {
            String[] scales = names[rank - 1];
            table.add(
                    "upsample_nearest" + rank + "d",
                    Oracle.single(a -> resize(a, scales, Mode.NEAREST)));
            table.add(
                    "_upsample_nearest_exact" + rank + "d",
                    Oracle.single(a -> resize(a, scales, Mode.EXACT)));
        }
        table.add("upsample_linear1d", Oracle.single(a -> resize(a, ONE, Mode.LINEAR)));
        table.add("upsample_bilinear2d", Oracle.single(a -> resize(a, TWO, Mode.LINEAR)));
        table.add("upsample_trilinear3d", Oracle.single(a -> resize(a, THREE, Mode.LINEAR)));
        table.add("upsample_bicubic2d", Oracle.single(a -> resize(a, TWO, Mode.CUBIC)));
    }

    /** An input position and its weight, with the weight's error. */
    private record Tap(long position, double weight, double error) {}

    private static Expected resize(Arguments arguments, String[] scales, Mode mode) {
        HostArray self = arguments.array("self");
        long[] size = arguments.integers("output_size");
        int rank = size.length;
        long[] shape = self.shape();
        System.arraycopy(size, 0, shape, 2, rank);
        boolean align = Boolean.TRUE.equals(arguments.get("align_corners"));
        if (mode == Mode.NEAREST || mode == Mode.EXACT) {
            return Expected.exactly(
                    self.pick(
                            shape,
                            i -> {
                                long[] at = Shapes.coordinates(i, shape);
                                for (int d = 0; d < rank; d++) {
                                    Double scale = (Double) arguments.get(scales[d]);
                                    long in = self.size(d + 2);
                                    at[d + 2] = nearest(at[d + 2], in, size[d], scale, mode);
                                }
                                return Shapes.linear(at, self.shape());
                            }));
        }
        double u = Rounded.unit(self.type());
        double[] values = new double[Shapes.numel(shape)];
        double[] bounds = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            long[] at = Shapes.coordinates(i, shape);
            List<List<Tap>> taps = new ArrayList<>();
            for (int d = 0; d < rank; d++) {
                Double scale = (Double) arguments.get(scales[d]);
                double where = place(at[d + 2], self.size(d + 2), size[d], align, scale);
                taps.add(taps(where, self.size(d + 2), mode, u));
            }
            mix(self, at, taps, 0, 1, 0, i, values, bounds);
            bounds[i] += 12 * u * bounds[i];
        }
        return Rounded.of(self.type(), shape, values, bounds);
    }

    /** Adds the products over all directions; at the end the value, and the error of its terms. */
    private static void mix(
            HostArray self,
            long[] at,
            List<List<Tap>> taps,
            int d,
            double weight,
            double error,
            int i,
            double[] values,
            double[] bounds) {
        if (d == taps.size()) {
            double x = self.real(Shapes.linear(at, self.shape()));
            double u = Rounded.unit(self.type());
            values[i] += weight * x;
            bounds[i] += (error + 24 * u * Math.abs(weight)) * Math.abs(x);
            return;
        }
        long old = at[d + 2];
        for (Tap tap : taps.get(d)) {
            at[d + 2] = tap.position();
            double next = weight * tap.weight();
            double moved =
                    error * (Math.abs(tap.weight()) + tap.error()) + Math.abs(weight) * tap.error();
            mix(self, at, taps, d + 1, next, moved, i, values, bounds);
        }
        at[d + 2] = old;
    }

    /** In single precision, as PyTorch defines it. */
    private static long nearest(long i, long in, long out, @Nullable Double given, Mode mode) {
        float scale = given != null ? (float) (1 / given) : (float) in / (float) out;
        float at = mode == Mode.EXACT ? (i + 0.5f) * scale : i * scale;
        return Math.min((long) Math.floor(at), in - 1);
    }

    private static double place(long i, long in, long out, boolean align, @Nullable Double given) {
        if (align) {
            return out > 1 ? i * (in - 1.0) / (out - 1.0) : 0;
        }
        double scale = given != null ? 1 / given : (double) in / out;
        return (i + 0.5) * scale - 0.5;
    }

    private static List<Tap> taps(double where, long size, Mode mode, double u) {
        double error = 8 * u * (Math.abs(where) + 1);
        List<Tap> taps = new ArrayList<>();
        if (mode == Mode.LINEAR) {
            double at = Math.max(0, where);
            long low = Math.min((long) at, size - 1);
            double part = Math.min(1, at - low);
            taps.add(new Tap(low, 1 - part, error));
            taps.add(new Tap(Math.min(low + 1, size - 1), part, error));
            return taps;
        }
        long low = (long) Math.floor(where);
        for (long k = low - 1; k <= low + 2; k++) {
            double weight = cubic(Math.abs(where - k));
            taps.add(new Tap(Math.max(0, Math.min(k, size - 1)), weight, 2 * error));
        }
        return taps;
    }

    /** Keys' kernel with a = -0.75. */
    private static double cubic(double x) {
        double a = -0.75;
        return x <= 1
                ? (a + 2) * x * x * x - (a + 3) * x * x + 1
                : a * x * x * x - 5 * a * x * x + 8 * a * x - 4 * a;
    }
}
