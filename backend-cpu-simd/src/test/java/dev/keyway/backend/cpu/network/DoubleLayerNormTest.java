// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.network;

import static dev.keyway.backend.cpu.KernelFixture.getDouble;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.spi.Workers;

import org.junit.jupiter.api.Test;

/**
 * f64 layer and root mean square normalisation against loops in double. With n numbers in a row, of
 * magnitude up to 5, sums are off by n units in the last place; results of magnitude 5 by as much.
 */
final class DoubleLayerNormTest {
    private static final int[] WIDTHS = {1, 2, 15, 16, 17, 63, 64, 65, 67, 259};
    private static final double UNIT = Math.ulp(1.0) / 2;
    private static final double EPS = 0.01;

    private record Setting(KernelFixture memory, LayerNorm shape, boolean affine) {
        int numel() {
            return Math.toIntExact(shape.rows() * shape.width());
        }

        double tolerance() {
            return (shape.width() + shape.rows() + 16) * UNIT * 64;
        }
    }

    private interface Check {
        void run(Setting setting);
    }

    private static void each(Check check) {
        for (int width : WIDTHS) {
            for (long rows : new long[] {0, 1, 5}) {
                for (int kind = 0; kind < 4; kind++) {
                    try (KernelFixture memory = new KernelFixture(width + rows)) {
                        LayerNorm shape = new LayerNorm(rows, width, (kind & 1) != 0);
                        check.run(new Setting(memory, shape, (kind & 2) != 0));
                    }
                }
            }
        }
    }

    private static double[] statistics(LayerNorm shape, long input, long row) {
        double sum = 0;
        for (int i = 0; i < shape.width(); i++) {
            sum += getDouble(input, row * shape.width() + i);
        }
        double mean = shape.centred() ? sum / shape.width() : 0;
        double squares = 0;
        for (int i = 0; i < shape.width(); i++) {
            double distance = getDouble(input, row * shape.width() + i) - mean;
            squares += distance * distance;
        }
        return new double[] {mean, 1 / Math.sqrt(squares / shape.width() + EPS)};
    }

    @Test
    void normalizes() {
        each(
                s -> {
                    LayerNorm shape = s.shape();
                    long input = s.memory().doubles(s.numel());
                    long weight = s.affine() ? s.memory().doubles(shape.width()) : 0;
                    long bias = s.affine() ? s.memory().doubles(shape.width()) : 0;
                    long out = s.memory().allocate(8L * s.numel());
                    long mean = s.memory().allocate(8L * shape.rows());
                    long rstd = s.memory().allocate(8L * shape.rows());
                    DoubleLayerNorm.forward(
                            KernelFixture.TWO, shape, input, weight, bias, EPS, out, mean, rstd);
                    for (int i = 0; i < s.numel(); i++) {
                        int column = i % shape.width();
                        double[] row = statistics(shape, input, i / shape.width());
                        double unit = (getDouble(input, i) - row[0]) * row[1];
                        double expected =
                                s.affine()
                                        ? unit * getDouble(weight, column) + getDouble(bias, column)
                                        : unit;
                        assertEquals(expected, getDouble(out, i), s.tolerance(), shape::toString);
                        assertEquals(row[0], getDouble(mean, i / shape.width()), s.tolerance());
                        assertEquals(row[1], getDouble(rstd, i / shape.width()), s.tolerance());
                    }
                });
    }

    @Test
    void differentiates() {
        each(
                s -> {
                    LayerNorm shape = s.shape();
                    int width = shape.width();
                    long input = s.memory().doubles(s.numel());
                    long grad = s.memory().doubles(s.numel());
                    long weight = s.affine() ? s.memory().doubles(width) : 0;
                    long mean =
                            shape.centred()
                                    ? s.memory().doubles((int) shape.rows(), i -> 0.25 * i)
                                    : 0;
                    long rstd = s.memory().doubles((int) shape.rows(), i -> 0.5 + 0.25 * i);
                    long out = s.memory().allocate(8L * s.numel());
                    DoubleLayerNorm.backwardInput(
                            KernelFixture.TWO, shape, grad, input, weight, mean, rstd, out);
                    for (long row = 0; row < shape.rows(); row++) {
                        double average = mean == 0 ? 0 : getDouble(mean, row);
                        double inverse = getDouble(rstd, row);
                        double sum = 0;
                        double products = 0;
                        for (int i = 0; i < width; i++) {
                            double g = g(grad, weight, row * width + i, i);
                            sum += g;
                            products += g * (getDouble(input, row * width + i) - average) * inverse;
                        }
                        for (int i = 0; i < width; i++) {
                            double g = g(grad, weight, row * width + i, i);
                            double x = (getDouble(input, row * width + i) - average) * inverse;
                            double share = shape.centred() ? sum / width : 0;
                            double expected = (g - share - x * products / width) * inverse;
                            assertEquals(
                                    expected,
                                    getDouble(out, row * width + i),
                                    s.tolerance() * 16,
                                    shape::toString);
                        }
                    }
                });
    }

    private static double g(long grad, long weight, long at, int column) {
        return getDouble(grad, at) * (weight == 0 ? 1 : getDouble(weight, column));
    }

    @Test
    void differentiatesParameters() {
        each(
                s -> {
                    LayerNorm shape = s.shape();
                    long input = s.memory().doubles(s.numel());
                    long grad = s.memory().doubles(s.numel());
                    long mean = shape.centred() ? s.memory().doubles((int) shape.rows()) : 0;
                    long rstd = s.memory().doubles((int) shape.rows());
                    long weight = s.memory().allocate(8L * shape.width());
                    long bias = s.memory().allocate(8L * shape.width());
                    DoubleLayerNorm.backwardParameters(
                            KernelFixture.TWO, shape, grad, input, mean, rstd, weight, bias);
                    for (int c = 0; c < shape.width(); c++) {
                        double scale = 0;
                        double sum = 0;
                        for (long row = 0; row < shape.rows(); row++) {
                            long at = row * shape.width() + c;
                            double average = mean == 0 ? 0 : getDouble(mean, row);
                            double unit = (getDouble(input, at) - average) * getDouble(rstd, row);
                            scale += unit * getDouble(grad, at);
                            sum += getDouble(grad, at);
                        }
                        assertEquals(scale, getDouble(weight, c), s.tolerance());
                        assertEquals(sum, getDouble(bias, c), s.tolerance());
                    }
                });
    }

    @Test
    void bitsDoNotDependOnThreads() {
        each(
                s -> {
                    long input = s.memory().doubles(s.numel());
                    long one = run(s, input, KernelFixture.ONE);
                    long two = run(s, input, KernelFixture.TWO);
                    for (int i = 0; i < s.numel(); i++) {
                        assertEquals(getDouble(one, i), getDouble(two, i));
                    }
                });
    }

    private static long run(Setting s, long input, Workers workers) {
        long out = s.memory().allocate(8L * s.numel());
        long rstd = s.memory().allocate(8L * s.shape().rows());
        DoubleLayerNorm.forward(workers, s.shape(), input, 0, 0, EPS, out, 0, rstd);
        return out;
    }

    @Test
    void notANumberStaysInItsRow() {
        try (KernelFixture memory = new KernelFixture(1)) {
            LayerNorm shape = new LayerNorm(2, 67, true);
            long input = memory.doubles(134, i -> i == 3 ? Double.NaN : i % 7);
            long out = memory.allocate(8L * 134);
            long rstd = memory.allocate(16);
            DoubleLayerNorm.forward(KernelFixture.ONE, shape, input, 0, 0, EPS, out, 0, rstd);
            for (int i = 0; i < 134; i++) {
                assertEquals(i < 67, Double.isNaN(getDouble(out, i)));
            }
        }
    }
}
