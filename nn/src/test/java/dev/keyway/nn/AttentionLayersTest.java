// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Attention of several heads against loops, and what is built of it. */
final class AttentionLayersTest {
    private static final int STEPS = 3;
    private static final int WIDTH = 4;
    private static final int HEADS = 2;

    private final Keyway keyway = Keyway.builder().open();
    private final Device device = keyway.device("reference");

    @AfterEach
    void close() {
        keyway.close();
    }

    private static double[][] map(double[][] x, float[] weight, float[] bias, int first) {
        double[][] result = new double[x.length][WIDTH];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < WIDTH; o++) {
                result[t][o] = bias[first + o];
                for (int k = 0; k < WIDTH; k++) {
                    result[t][o] += weight[(first + o) * WIDTH + k] * x[t][k];
                }
            }
        }
        return result;
    }

    private static float[] values(NnModule module, String name) {
        return Objects.requireNonNull(module.stateDict().get(name)).toFloatArray();
    }

    @Test
    void severalHeads() {
        try (MultiheadAttention layer =
                        new MultiheadAttention(device, WIDTH, HEADS, 0, new Generator(5));
                Tensor input = Ops.randn(device, DType.F32, 1, STEPS, WIDTH);
                Tensor output = layer.forward(input)) {
            float[] flat = input.toFloatArray();
            double[][] x = new double[STEPS][WIDTH];
            for (int i = 0; i < flat.length; i++) {
                x[i / WIDTH][i % WIDTH] = flat[i];
            }
            float[] weight = values(layer, "in_proj_weight");
            float[] bias = values(layer, "in_proj_bias");
            double[][] joined =
                    heads(
                            map(x, weight, bias, 0),
                            map(x, weight, bias, WIDTH),
                            map(x, weight, bias, 2 * WIDTH));
            double[][] expected =
                    map(
                            joined,
                            values(layer, "out_proj.weight"),
                            values(layer, "out_proj.bias"),
                            0);
            float[] actual = output.toFloatArray();
            for (int i = 0; i < actual.length; i++) {
                assertEquals(expected[i / WIDTH][i % WIDTH], actual[i], 1e-5);
            }
        }
    }

    private static double[][] heads(double[][] q, double[][] k, double[][] v) {
        int size = WIDTH / HEADS;
        double[][] result = new double[STEPS][WIDTH];
        for (int head = 0; head < HEADS; head++) {
            for (int t = 0; t < STEPS; t++) {
                double[] weights = new double[STEPS];
                double sum = 0;
                for (int s = 0; s < STEPS; s++) {
                    double score = 0;
                    for (int e = head * size; e < (head + 1) * size; e++) {
                        score += q[t][e] * k[s][e];
                    }
                    weights[s] = Math.exp(score / Math.sqrt(size));
                    sum += weights[s];
                }
                for (int s = 0; s < STEPS; s++) {
                    for (int e = head * size; e < (head + 1) * size; e++) {
                        result[t][e] += weights[s] / sum * v[s][e];
                    }
                }
            }
        }
        return result;
    }

    @Test
    void laterStepsDoNotChangeEarlierOnesWhereCausal() {
        try (TransformerEncoderLayer layer =
                        new TransformerEncoderLayer(
                                device, WIDTH, HEADS, 8, 0, true, new Generator(5));
                Tensor input = Ops.randn(device, DType.F32, 1, STEPS, WIDTH);
                Tensor start = input.narrow(1, 0, 2);
                Tensor whole = layer.forward(input, null, true);
                Tensor part = layer.forward(start, null, true);
                Tensor same = whole.narrow(1, 0, 2);
                Tensor dense = same.contiguous()) {
            assertArrayEquals(part.toFloatArray(), dense.toFloatArray(), 1e-6f);
        }
    }

    @Test
    void gradientsReachEveryParameter() {
        try (TransformerEncoderLayer layer =
                        new TransformerEncoderLayer(
                                device, WIDTH, HEADS, 8, 0.5, false, new Generator(5));
                Tensor input = Ops.randn(device, DType.F32, 2, STEPS, WIDTH);
                Tensor output = layer.forward(input);
                Tensor loss = output.square().sum()) {
            loss.backward();
            layer.namedParameters()
                    .forEach((name, parameter) -> assertNotNull(parameter.grad(), name));
        }
    }

    @Test
    void headsMustDivideTheFeatures() {
        ArgumentException problem =
                assertThrows(
                        ArgumentException.class,
                        () -> new MultiheadAttention(device, 5, 2, 0, null));
        assertEquals("MultiheadAttention: 2 heads do not divide 5", problem.getMessage());
    }

    @Test
    void paddingHasARowOfZerosThatIsNotTrained() {
        try (Embedding embedding = new Embedding(device, 4, 3, 1, new Generator(5));
                Tensor numbers = keyway.tensor(device, new long[] {1, 2, 1}, 3);
                Tensor rows = embedding.forward(numbers);
                Tensor loss = rows.sum()) {
            loss.backward();
            Tensor weight = Objects.requireNonNull(embedding.stateDict().get("weight"));
            float[] grad = Objects.requireNonNull(weight.grad()).toFloatArray();
            assertArrayEquals(new float[] {0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0}, grad);
            assertEquals(0, rows.toFloatArray()[0]);
        }
    }
}
