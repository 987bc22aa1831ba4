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

/** Recurrent layers against loops over steps and elements. */
final class RecurrentTest {
    private static final int STEPS = 3;
    private static final int BATCH = 2;
    private static final int FEATURES = 2;
    private static final int HIDDEN = 3;

    private final Keyway keyway = Keyway.builder().open();
    private final Device device = keyway.device("reference");

    @AfterEach
    void close() {
        keyway.close();
    }

    private static RecurrentOptions options(int layers, boolean bidirectional) {
        return new RecurrentOptions(layers, true, false, 0, bidirectional);
    }

    private static float[] values(NnModule module, String name) {
        return Objects.requireNonNull(module.stateDict().get(name)).toFloatArray();
    }

    /** {@code [steps, batch, hidden]} of one direction of an LSTM, by its definition. */
    private static double[] lstm(NnModule module, String suffix, double[] x, int width) {
        float[] ih = values(module, "weight_ih_" + suffix);
        float[] hh = values(module, "weight_hh_" + suffix);
        float[] bi = values(module, "bias_ih_" + suffix);
        float[] bh = values(module, "bias_hh_" + suffix);
        boolean reverse = suffix.endsWith("reverse");
        double[] out = new double[STEPS * BATCH * HIDDEN];
        double[] h = new double[BATCH * HIDDEN];
        double[] c = new double[BATCH * HIDDEN];
        for (int s = 0; s < STEPS; s++) {
            int t = reverse ? STEPS - 1 - s : s;
            double[] gates = new double[BATCH * 4 * HIDDEN];
            for (int i = 0; i < gates.length; i++) {
                int n = i / (4 * HIDDEN);
                int row = i % (4 * HIDDEN);
                gates[i] = bi[row] + bh[row];
                for (int k = 0; k < width; k++) {
                    gates[i] += ih[row * width + k] * x[(t * BATCH + n) * width + k];
                }
                for (int k = 0; k < HIDDEN; k++) {
                    gates[i] += hh[row * HIDDEN + k] * h[n * HIDDEN + k];
                }
            }
            for (int i = 0; i < h.length; i++) {
                int at = i / HIDDEN * 4 * HIDDEN + i % HIDDEN;
                double in = sigmoid(gates[at]);
                double forget = sigmoid(gates[at + HIDDEN]);
                double candidate = Math.tanh(gates[at + 2 * HIDDEN]);
                c[i] = forget * c[i] + in * candidate;
                h[i] = sigmoid(gates[at + 3 * HIDDEN]) * Math.tanh(c[i]);
                out[t * BATCH * HIDDEN + i] = h[i];
            }
        }
        return out;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double[] beside(double[] a, double[] b) {
        double[] both = new double[a.length + b.length];
        for (int i = 0; i < a.length; i++) {
            int row = i / HIDDEN * 2 * HIDDEN;
            both[row + i % HIDDEN] = a[i];
            both[row + HIDDEN + i % HIDDEN] = b[i];
        }
        return both;
    }

    @Test
    void twoLayersInBothDirections() {
        try (LSTM lstm = new LSTM(device, FEATURES, HIDDEN, options(2, true), new Generator(3));
                Tensor input = Ops.randn(device, DType.F32, STEPS, BATCH, FEATURES);
                Recurrent.Result result = lstm.run(input, null, null)) {
            double[] x = toDoubles(input.toFloatArray());
            double[] first =
                    beside(lstm(lstm, "l0", x, FEATURES), lstm(lstm, "l0_reverse", x, FEATURES));
            double[] second =
                    beside(
                            lstm(lstm, "l1", first, 2 * HIDDEN),
                            lstm(lstm, "l1_reverse", first, 2 * HIDDEN));
            assertArrayEquals(second, toDoubles(result.output().toFloatArray()), 1e-5);
            assertArrayEquals(new long[] {4, BATCH, HIDDEN}, result.hidden().sizes());
            assertArrayEquals(
                    new long[] {4, BATCH, HIDDEN}, assertNotNullTensor(result.cell()).sizes());
            float[] hidden = result.hidden().toFloatArray();
            int last = (STEPS - 1) * BATCH * 2 * HIDDEN;
            assertEquals(second[last], hidden[2 * BATCH * HIDDEN], 1e-5);
            assertEquals(second[HIDDEN], hidden[3 * BATCH * HIDDEN], 1e-5);
        }
    }

    private static Tensor assertNotNullTensor(@org.jspecify.annotations.Nullable Tensor tensor) {
        assertNotNull(tensor);
        return Objects.requireNonNull(tensor);
    }

    private static double[] toDoubles(float[] values) {
        double[] result = new double[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = values[i];
        }
        return result;
    }

    @Test
    void givenStatesGoOnWhereASequenceStopped() {
        try (GRU gru = new GRU(device, FEATURES, HIDDEN, options(1, false), new Generator(3));
                Tensor input = Ops.randn(device, DType.F32, STEPS, BATCH, FEATURES);
                Recurrent.Result whole = gru.run(input, null, null);
                Tensor start = input.narrow(0, 0, 1);
                Tensor rest = input.narrow(0, 1, STEPS - 1);
                Recurrent.Result first = gru.run(start, null, null);
                Recurrent.Result second = gru.run(rest, first.hidden(), null)) {
            assertArrayEquals(whole.hidden().toFloatArray(), second.hidden().toFloatArray(), 1e-6f);
        }
    }

    @Test
    void theBatchMayComeFirst() {
        RecurrentOptions first = new RecurrentOptions(1, true, true, 0, false);
        try (RNN plain =
                        new RNN(
                                device,
                                FEATURES,
                                HIDDEN,
                                false,
                                options(1, false),
                                new Generator(3));
                RNN turned = new RNN(device, FEATURES, HIDDEN, false, first, new Generator(3));
                Tensor input = Ops.randn(device, DType.F32, STEPS, BATCH, FEATURES);
                Tensor other = input.transpose(0, 1);
                Tensor expected = plain.forward(input);
                Tensor actual = turned.forward(other);
                Tensor back = actual.transpose(0, 1)) {
            assertArrayEquals(expected.toFloatArray(), back.toFloatArray(), 1e-6f);
        }
    }

    @Test
    void gradientsReachTheFirstLayer() {
        try (LSTM lstm = new LSTM(device, FEATURES, HIDDEN, options(2, true), new Generator(3));
                Tensor input = Ops.randn(device, DType.F32, STEPS, BATCH, FEATURES);
                Tensor output = lstm.forward(input);
                Tensor loss = output.square().sum()) {
            loss.backward();
            lstm.namedParameters()
                    .forEach((name, parameter) -> assertNotNull(parameter.grad(), name));
        }
    }

    @Test
    void aSequenceWithoutBatchIsRefused() {
        try (GRU gru = new GRU(device, FEATURES, HIDDEN, options(1, false), new Generator(3));
                Tensor input = Ops.randn(device, DType.F32, STEPS, FEATURES)) {
            ArgumentException problem =
                    assertThrows(ArgumentException.class, () -> gru.forward(input));
            assertEquals(
                    "GRU: argument 'input' has shape [3, 2], expected 3 dimensions; a sequence"
                            + " without batch needs unsqueeze",
                    problem.getMessage());
        }
    }
}
