// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import org.junit.jupiter.api.Test;

/** Functions of three operands and a factor, bit by bit against one operation after another. */
class TernaryRowsTest {
    private static final double[] CORNERS = {
        Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.0, -0.0, 1e-30, 1e30, -3
    };

    private static double number(int i) {
        return i % 5 == 0
                ? CORNERS[i / 5 % CORNERS.length]
                : Math.floorMod(i * 7919, 101) / 7.0 - 6;
    }

    private enum Function {
        ADDCMUL(FloatTernary::addcmul, DoubleTernary::addcmul),
        ADDCDIV(FloatTernary::addcdiv, DoubleTernary::addcdiv),
        LERP(FloatTernary::lerp, DoubleTernary::lerp);

        private final TernaryRow single;
        private final TernaryRow twofold;

        Function(TernaryRow single, TernaryRow twofold) {
            this.single = single;
            this.twofold = twofold;
        }

        float apply(float a, float b, float c, double value) {
            float v = (float) value;
            return switch (this) {
                case ADDCMUL -> a + b * v * c;
                case ADDCDIV -> a + b * v / c;
                case LERP ->
                        Math.abs(value) < 0.5 ? a + (b - a) * v : b - (b - a) * (float) (1 - value);
            };
        }

        double apply(double a, double b, double c, double value) {
            return switch (this) {
                case ADDCMUL -> a + b * value * c;
                case ADDCDIV -> a + b * value / c;
                case LERP ->
                        Math.abs(value) < 0.5 ? a + (b - a) * value : b - (b - a) * (1 - value);
            };
        }
    }

    @Test
    void rows() {
        int length = FloatMath.LENGTH;
        for (Function function : Function.values()) {
            for (int count : new int[] {0, 1, length - 1, length, length + 1, 4 * length + 3}) {
                for (int steps = 0; steps < 8; steps++) {
                    check(function, count, steps & 1, steps >> 1 & 1, steps >> 2, 0.3);
                    check(function, count, steps & 1, steps >> 1 & 1, steps >> 2, -1.7);
                }
            }
        }
    }

    private static void check(
            Function f, int count, int stepA, int stepB, int stepC, double value) {
        try (KernelFixture fixture = new KernelFixture(1)) {
            long a = fixture.floats(count + 1, TernaryRowsTest::number);
            long b = fixture.floats(count + 1, i -> number(i + 3));
            long c = fixture.floats(count + 1, i -> number(i + 11));
            long out = fixture.allocate(4L * count);
            f.single.run(out, a, stepA, b, stepB, c, stepC, value, count);
            long d = fixture.doubles(count + 1, TernaryRowsTest::number);
            long e = fixture.doubles(count + 1, i -> number(i + 3));
            long g = fixture.doubles(count + 1, i -> number(i + 11));
            long wide = fixture.allocate(8L * count);
            f.twofold.run(wide, d, stepA, e, stepB, g, stepC, value, count);
            for (int i = 0; i < count; i++) {
                float x = KernelFixture.getFloat(a, i * stepA);
                float y = KernelFixture.getFloat(b, i * stepB);
                float z = KernelFixture.getFloat(c, i * stepC);
                assertEquals(f.apply(x, y, z, value), KernelFixture.getFloat(out, i), "" + f);
                double u = KernelFixture.getDouble(d, i * stepA);
                double v = KernelFixture.getDouble(e, i * stepB);
                double w = KernelFixture.getDouble(g, i * stepC);
                assertEquals(f.apply(u, v, w, value), KernelFixture.getDouble(wide, i), "" + f);
            }
        }
    }
}
