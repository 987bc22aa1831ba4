// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each optimizer against its published algorithm in plain loops, on changing gradients. */
class OptimizerTest {
    private static final int STEPS = 25;
    private static final double LR = 0.05;
    private static final double[] START = {1, -2, 0.5};

    private final Keyway keyway = Keyway.builder().threads(1).open();
    private final Device device = keyway.device("reference");

    @AfterEach
    void close() {
        keyway.close();
    }

    /** One parameter by the formulas of the paper. */
    private interface Rule {
        double step(int step, double parameter, double grad, double[] memory);
    }

    /** An optimizer and what it must do. */
    private record Case(
            String name, Function<Map<String, Tensor>, Optimizer> optimizer, Rule rule) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() {
        return List.of(
                new Case("SGD", p -> new SGD(p, LR, 0, 0), (t, w, g, m) -> w - LR * g),
                new Case(
                        "SGD with momentum and decay",
                        p -> new SGD(p, LR, 0.9, 0.1),
                        (t, w, g, m) -> {
                            m[0] = t == 1 ? g + 0.1 * w : 0.9 * m[0] + g + 0.1 * w;
                            return w - LR * m[0];
                        }),
                new Case("Adam", p -> new Adam(p, LR), (t, w, g, m) -> adam(t, w, g, m, 0.999)),
                new Case(
                        "Adam with decay",
                        p -> new Adam(p, LR, 0.9, 0.99, 1e-8, 0.1),
                        (t, w, g, m) -> adam(t, w, g + 0.1 * w, m, 0.99)),
                new Case(
                        "AdamW",
                        p -> new AdamW(p, LR),
                        (t, w, g, m) -> adam(t, w - LR * 0.01 * w, g, m, 0.999)));
    }

    private static double adam(int t, double w, double g, double[] m, double beta2) {
        m[0] = 0.9 * m[0] + 0.1 * g;
        m[1] = beta2 * m[1] + (1 - beta2) * g * g;
        double first = m[0] / (1 - Math.pow(0.9, t));
        double second = m[1] / (1 - Math.pow(beta2, t));
        return w - LR * first / (Math.sqrt(second) + 1e-8);
    }

    /** The gradient of {@code sum(cos(w))} and a drift. */
    private static double slope(int step, double w) {
        return -Math.sin(w) + 0.1 * step;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void followsTheAlgorithm(Case given) {
        Tensor w = keyway.tensor(device, START, 3).requiresGrad_(true);
        double[] expected = START.clone();
        double[][] memory = new double[3][2];
        try (Optimizer optimizer = given.optimizer().apply(Map.of("w", w))) {
            for (int step = 1; step <= STEPS; step++) {
                step(optimizer, w, step);
                for (int i = 0; i < 3; i++) {
                    double grad = slope(step, expected[i]);
                    expected[i] = given.rule().step(step, expected[i], grad, memory[i]);
                }
                assertArrayEquals(expected, w.toDoubleArray(), 1e-12, "step " + step);
            }
        }
    }

    private void step(Optimizer optimizer, Tensor w, int step) {
        optimizer.zeroGrad();
        try (Tensor cosine = w.cos();
                Tensor drift = w.mul(0.1 * step);
                Tensor both = cosine.add(drift);
                Tensor sum = both.sum()) {
            sum.backward();
        }
        optimizer.step();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void goesOnFromASavedState(Case given) {
        Tensor w = keyway.tensor(device, START, 3).requiresGrad_(true);
        Tensor copy;
        Map<String, Tensor> saved = new HashMap<>();
        double[] whole;
        try (Optimizer optimizer = given.optimizer().apply(Map.of("w", w))) {
            step(optimizer, w, 1);
            step(optimizer, w, 2);
            copy = w.detach().clone().requiresGrad_(true);
            optimizer.state().forEach((name, tensor) -> saved.put(name, tensor.clone()));
            step(optimizer, w, 3);
            whole = w.toDoubleArray();
        }
        try (Optimizer resumed = given.optimizer().apply(Map.of("w", copy))) {
            resumed.loadState(saved);
            step(resumed, copy, 3);
            assertArrayEquals(whole, copy.toDoubleArray());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aParameterWithoutGradientStaysAndNothingLeaks(Case given) {
        Tensor w = keyway.tensor(device, START, 3).requiresGrad_(true);
        Tensor unused = keyway.tensor(device, START, 3).requiresGrad_(true);
        try (Optimizer optimizer = given.optimizer().apply(Map.of("w", w, "unused", unused))) {
            for (int step = 1; step < 4; step++) {
                step(optimizer, w, 1);
            }
            long before = device.memory().liveBlocks();
            for (int step = 1; step < 4; step++) {
                step(optimizer, w, 1);
            }
            assertArrayEquals(START, unused.toDoubleArray());
            // The numbers 1 - beta^t differ at each step, and the runtime keeps some of them.
            assertTrue(device.memory().liveBlocks() - before <= 3 * 4);
            assertEquals(3, w.numel());
        }
    }
}
