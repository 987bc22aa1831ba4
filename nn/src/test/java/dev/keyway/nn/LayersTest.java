// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ArgumentException;
import dev.keyway.Tensor;
import org.junit.jupiter.api.Test;

/** What single layers compute, on numbers worked out by hand. */
class LayersTest extends LayerFixture {
    private static final float EPS = 1e-6f;

    private float[] run(NnModule layer, float[] values, long... sizes) {
        try (layer;
                Tensor input = keyway.tensor(device, values, sizes);
                Tensor output = layer.forward(input)) {
            return output.toFloatArray();
        }
    }

    private static float[] of(double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    @Test
    void activations() {
        float[] x = of(-2, 0, 1);
        assertArrayEquals(of(0, 0, 1), run(new ReLU(), x, 3));
        assertArrayEquals(of(-0.9640276, 0, 0.7615942), run(new Tanh(), x, 3), EPS);
        assertArrayEquals(of(0.1192029, 0.5, 0.7310586), run(new Sigmoid(), x, 3), EPS);
        assertArrayEquals(of(0.0351190, 0.2594965, 0.7053845), run(new Softmax(-1), x, 3), EPS);
    }

    @Test
    void poolings() {
        float[] x = of(1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertArrayEquals(of(5), run(new MaxPool2d(2), x, 1, 1, 3, 3));
        assertArrayEquals(of(5, 6, 8, 9), run(new MaxPool2d(2, 1, 0), x, 1, 1, 3, 3));
        assertArrayEquals(of(1, 3, 7, 9), run(new MaxPool2d(2, 2, 1), x, 1, 1, 3, 3));
        assertArrayEquals(of(3), run(new AvgPool2d(2), x, 1, 1, 3, 3));
        assertArrayEquals(of(0.25, 1.25, 2.75, 7), run(new AvgPool2d(2, 2, 1), x, 1, 1, 3, 3));
        assertArrayEquals(of(5), run(new AdaptiveAvgPool2d(1, 1), x, 1, 1, 3, 3));
        assertArrayEquals(of(3, 4, 6, 7), run(new AdaptiveAvgPool2d(2, 2), x, 1, 1, 3, 3));
    }

    @Test
    void linearAndConvolution() {
        Linear linear = new Linear(device, 2, 1, null);
        Init.constant_(tensor(linear, "weight"), 2);
        Init.constant_(tensor(linear, "bias"), 0.5);
        assertArrayEquals(of(6.5, 14.5), run(linear, of(1, 2, 3, 4), 2, 2));
        Conv2d convolution = new Conv2d(device, 1, 1, 2, 1, 0, true, null);
        Init.constant_(tensor(convolution, "weight"), 1);
        Init.constant_(tensor(convolution, "bias"), -1);
        float[] x = of(1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertArrayEquals(of(11, 15, 23, 27), run(convolution, x, 1, 1, 3, 3));
    }

    @Test
    void crossEntropy() {
        Tensor logits = keyway.tensor(device, of(0, 0, 1, 3), 2, 2);
        Tensor target = keyway.tensor(device, new long[] {1, 0}, 2);
        double expected = (Math.log(2) + Math.log(1 + Math.exp(2))) / 2;
        assertEquals(expected, new CrossEntropyLoss().forward(logits, target).item(), 1e-6);
        Tensor reals = keyway.tensor(device, of(1, 0), 2);
        ArgumentException e =
                assertThrows(
                        ArgumentException.class,
                        () -> new CrossEntropyLoss().forward(logits, reals));
        assertTrue(e.getMessage().contains("target"), e.getMessage());
    }

    @Test
    void aWrongLabelNamesTheLoss() {
        Tensor logits = keyway.tensor(device, of(0, 0, 1, 3), 2, 2);
        Tensor target = keyway.tensor(device, new long[] {1, 2}, 2);
        ArgumentException e =
                assertThrows(
                        ArgumentException.class,
                        () -> new CrossEntropyLoss().forward(logits, target));
        assertTrue(e.getMessage().startsWith("cross_entropy: "), e.getMessage());
        assertTrue(e.getMessage().contains("index 2 is out of bounds"), e.getMessage());
    }
}
