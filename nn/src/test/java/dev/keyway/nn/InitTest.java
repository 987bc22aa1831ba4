// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.Generator;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import org.junit.jupiter.api.Test;

/** The distributions of initial values: bounds, moments, and the generator alone decides. */
class InitTest extends LayerFixture {
    /** The fan-in is 8 · 9 = 72, the fan-out 64 · 9 = 576. */
    private final Tensor weight = Ops.zeros(device, DType.F32, 64, 8, 3, 3).requiresGrad_(true);

    private static final int COUNT = 64 * 8 * 9;

    private void assertUniform(double bound) {
        double largest = 0;
        double sum = 0;
        double squares = 0;
        for (float value : weight.toFloatArray()) {
            largest = Math.max(largest, Math.abs(value));
            sum += value;
            squares += value * (double) value;
        }
        assertTrue(largest <= bound && largest > 0.99 * bound, largest + " of " + bound);
        // Five standard deviations of the mean, and of the mean of squares.
        assertEquals(0, sum / COUNT, 5 * bound / Math.sqrt(3.0 * COUNT));
        double variance = bound * bound / 3;
        assertEquals(variance, squares / COUNT, 5 * variance * Math.sqrt(0.8 / COUNT));
        assertTrue(weight.requiresGrad() && weight.isLeaf());
    }

    private void assertNormal(double mean, double std) {
        double sum = 0;
        double squares = 0;
        for (float value : weight.toFloatArray()) {
            sum += value;
            squares += (value - mean) * (value - mean);
        }
        assertEquals(mean, sum / COUNT, 5 * std / Math.sqrt(COUNT));
        assertEquals(std * std, squares / COUNT, 5 * std * std * Math.sqrt(2.0 / COUNT));
    }

    @Test
    void uniformDistributions() {
        Init.uniform_(weight, -2, 2, null);
        assertUniform(2);
        Init.xavierUniform_(weight, 1, null);
        assertUniform(Math.sqrt(6.0 / (72 + 576)));
        Init.kaimingUniform_(weight, 0, Init.Fan.IN, null);
        assertUniform(Math.sqrt(6.0 / 72));
        Init.kaimingUniform_(weight, Math.sqrt(5), Init.Fan.OUT, null);
        assertUniform(1 / Math.sqrt(576));
    }

    @Test
    void normalDistributions() {
        Init.normal_(weight, 1, 0.5, null);
        assertNormal(1, 0.5);
        Init.xavierNormal_(weight, 2, null);
        assertNormal(0, 2 * Math.sqrt(2.0 / (72 + 576)));
        Init.kaimingNormal_(weight, 0, Init.Fan.OUT, null);
        assertNormal(0, Math.sqrt(2.0 / 576));
    }

    @Test
    void layersStartAsInPyTorch() {
        try (Linear linear = new Linear(device, 100, 300, null)) {
            for (Tensor parameter : linear.parameters()) {
                double largest = parameter.abs().amax().item();
                assertTrue(largest <= 0.1 && largest > 0.095, () -> "the largest is " + largest);
            }
        }
        try (BatchNorm2d norm = new BatchNorm2d(device, 2)) {
            assertArrayEquals(new float[] {1, 1}, tensor(norm, "weight").toFloatArray());
            assertArrayEquals(new float[] {0, 0}, tensor(norm, "bias").toFloatArray());
        }
    }

    @Test
    void theGeneratorDecides() {
        float[] one = Init.normal_(weight, 0, 1, new Generator(4)).toFloatArray();
        float[] same = Init.normal_(weight, 0, 1, new Generator(4)).toFloatArray();
        assertArrayEquals(one, same);
        float[] other = Init.normal_(weight, 0, 1, new Generator(5)).toFloatArray();
        assertFalse(java.util.Arrays.equals(one, other));
    }

    @Test
    void aVectorHasNoFan() {
        Tensor vector = Ops.zeros(device, DType.F32, 5);
        ArgumentException e =
                assertThrows(ArgumentException.class, () -> Init.xavierUniform_(vector, 1, null));
        assertTrue(e.getMessage().contains("shape [5]"), e.getMessage());
    }
}
