// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.network;

import static dev.keyway.backend.cpu.KernelFixture.getDouble;
import static dev.keyway.backend.cpu.KernelFixture.getFloat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * Group normalisation against its definition in f64. Mean and variance of n numbers of about 1 are
 * off by at most n roundings, which the inverse deviation (2 here) and the weight enlarge.
 */
final class GroupNormTest {
    private static final double EPS = 1e-3;

    private static double expected(
            LongToDoubleFunction x,
            GroupNorm shape,
            long row,
            long at,
            double weight,
            double bias) {
        long width = shape.channels() * shape.plane();
        double sum = 0;
        for (long i = 0; i < width; i++) {
            sum += x.applyAsDouble(row * width + i);
        }
        double mean = sum / width;
        double squares = 0;
        for (long i = 0; i < width; i++) {
            double distance = x.applyAsDouble(row * width + i) - mean;
            squares += distance * distance;
        }
        double rstd = 1 / Math.sqrt(squares / width + EPS);
        return (x.applyAsDouble(row * width + at) - mean) * rstd * weight + bias;
    }

    private static void check(long images, long groups, long channels, long plane, boolean affine) {
        GroupNorm shape = new GroupNorm(images * groups, groups, channels, plane);
        long width = channels * plane;
        int count = (int) (images * groups * width);
        int all = (int) (groups * channels);
        try (KernelFixture memory = new KernelFixture(plane)) {
            long x = memory.floats(count);
            long w = memory.floats(all);
            long b = memory.floats(all);
            long out = memory.allocate(4L * count);
            long again = memory.allocate(4L * count);
            long weight = affine ? w : 0;
            long bias = affine ? b : 0;
            FloatGroupNorm.forward(KernelFixture.ONE, shape, x, weight, bias, EPS, out);
            FloatGroupNorm.forward(KernelFixture.TWO, shape, x, weight, bias, EPS, again);
            long wide = memory.doubles(count);
            long wideWeight = memory.doubles(all);
            long wideOut = memory.allocate(8L * count);
            DoubleGroupNorm.forward(
                    KernelFixture.ONE, shape, wide, affine ? wideWeight : 0, 0, EPS, wideOut);
            for (int i = 0; i < count; i++) {
                long row = i / width;
                long channel = row % groups * channels + i % width / plane;
                double scale = affine ? getFloat(w, channel) : 1;
                double shift = affine ? getFloat(b, channel) : 0;
                double want = expected(j -> getFloat(x, j), shape, row, i % width, scale, shift);
                double bound = 64 * (width + 8) * (1 + Math.abs(want));
                assertEquals(want, getFloat(out, i), bound * Math.ulp(1f), shape::toString);
                assertEquals(getFloat(out, i), getFloat(again, i));
                double factor = affine ? getDouble(wideWeight, channel) : 1;
                double fine = expected(j -> getDouble(wide, j), shape, row, i % width, factor, 0);
                assertEquals(fine, getDouble(wideOut, i), bound * Math.ulp(1.0), shape::toString);
            }
        }
    }

    @Test
    void shapes() {
        for (long plane : new long[] {1, 2, 7, 15, 16, 17, 67}) {
            check(2, 3, 2, plane, true);
            check(1, 1, 4, plane, false);
        }
    }

    @Test
    void nothingToDo() {
        FloatGroupNorm.forward(KernelFixture.ONE, new GroupNorm(0, 2, 2, 0), 0, 0, 0, EPS, 0);
        DoubleGroupNorm.forward(KernelFixture.ONE, new GroupNorm(0, 2, 2, 0), 0, 0, 0, EPS, 0);
    }
}
