// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.spi.UnaryOp;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.stream.IntStream;

/** The gradient of gelu in f32 against its formula in f64, around vectors and blocks. */
class GeluGradientTest {
    private static final int LENGTH = FloatMath.LENGTH;

    /**
     * Of a gradient of 1: 1.5 ulp of the error function, 3 of the density, 2 of their arguments.
     */
    private static final double BOUND = 0x6p-24;

    private static final float[] CORNERS = {
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        0f,
        -0f,
        Float.MIN_VALUE,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        13.2f,
        -13.2f
    };

    static IntStream sizes() {
        return IntStream.of(
                0, 1, LENGTH - 1, LENGTH, LENGTH + 1, 4 * LENGTH + 3, 255, 256, 257, 512, 515);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void isTheFormulas(int size) {
        try (KernelFixture fixture = new KernelFixture(size)) {
            long a = fixture.floats(size);
            long grad = fixture.floats(size);
            long out = fixture.allocate(4L * size);
            FloatGeluGradient.run(out, grad, a, size);
            for (int i = 0; i < size; i++) {
                assertNear(
                        KernelFixture.getFloat(a, i),
                        KernelFixture.getFloat(grad, i),
                        KernelFixture.getFloat(out, i));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void mayOverwriteEitherOperand(int size) {
        try (KernelFixture fixture = new KernelFixture(size)) {
            long a = fixture.floats(size);
            long grad = fixture.floats(size);
            long first = fixture.floats(size, i -> KernelFixture.getFloat(a, i));
            long second = fixture.floats(size, i -> KernelFixture.getFloat(grad, i));
            long out = fixture.allocate(4L * size);
            FloatGeluGradient.run(out, grad, a, size);
            FloatGeluGradient.run(first, grad, first, size);
            FloatGeluGradient.run(second, second, a, size);
            for (int i = 0; i < size; i++) {
                float want = KernelFixture.getFloat(out, i);
                assertEquals(want, KernelFixture.getFloat(first, i));
                assertEquals(want, KernelFixture.getFloat(second, i));
            }
        }
    }

    @Test
    void cornersAreTheFormulas() {
        try (KernelFixture fixture = new KernelFixture(1)) {
            long a = fixture.floats(CORNERS.length, i -> CORNERS[i]);
            long grad = fixture.floats(CORNERS.length, i -> 1);
            long out = fixture.allocate(4L * CORNERS.length);
            FloatGeluGradient.run(out, grad, a, CORNERS.length);
            for (int i = 0; i < CORNERS.length; i++) {
                assertNear(CORNERS[i], 1, KernelFixture.getFloat(out, i));
            }
        }
    }

    private static void assertNear(float x, float grad, float got) {
        double below = 0.5 + 0.5 * UnaryOp.ERF.apply(x / Math.sqrt(2));
        double density = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
        double want = grad * (below + x * density);
        boolean near =
                Double.isNaN(want)
                        ? Float.isNaN(got)
                        : Math.abs(got - want) <= BOUND * Math.abs(grad);
        assertTrue(near, () -> x + " with " + grad + " gives " + got + ", expected " + want);
    }
}
