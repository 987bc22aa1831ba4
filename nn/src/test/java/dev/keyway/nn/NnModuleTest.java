// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The tree of modules: names, modes, state. */
class NnModuleTest extends LayerFixture {
    private Sequential network() {
        return new Sequential(
                new Conv2d(device, 1, 2, 3, 1, 1, true, null),
                new BatchNorm2d(device, 2),
                new Sequential(new ReLU(), new MaxPool2d(2)),
                new Flatten(),
                new Linear(device, 8, 3, null));
    }

    @Test
    void namesFollowTheTree() {
        Sequential network = network();
        assertEquals(
                List.of("0.weight", "0.bias", "1.weight", "1.bias", "4.weight", "4.bias"),
                List.copyOf(network.namedParameters().keySet()));
        assertEquals(
                List.of("1.running_mean", "1.running_var"),
                network.stateDict().keySet().stream()
                        .filter(name -> !network.namedParameters().containsKey(name))
                        .toList());
        assertEquals(List.of("0", "1", "2", "3", "4"), List.copyOf(network.children().keySet()));
        network.namedParameters()
                .forEach((name, tensor) -> assertTrue(tensor.requiresGrad(), name));
        assertFalse(tensor(network, "1.running_mean").requiresGrad());
    }

    @Test
    void theModeReachesTheWholeTree() {
        Sequential network = network();
        NnModule inner = Objects.requireNonNull(network.children().get("2"));
        assertTrue(inner.isTraining());
        network.eval();
        assertFalse(inner.isTraining());
        assertFalse(Objects.requireNonNull(inner.children().get("1")).isTraining());
        network.train(true);
        assertTrue(Objects.requireNonNull(inner.children().get("1")).isTraining());
    }

    @Test
    void batchNormUpdatesItsStatisticsInTrainingOnly() {
        BatchNorm2d layer = new BatchNorm2d(device, 1);
        Tensor input = keyway.tensor(device, new float[] {1, 2, 3, 6}, 1, 1, 2, 2);
        layer.forward(input).close();
        Tensor mean = tensor(layer, "running_mean");
        Tensor variance = tensor(layer, "running_var");
        // 0.1 of the batch's mean 3 and variance 14/3.
        assertEquals(0.3, mean.item(), 1e-6);
        assertEquals(0.9 + 1.4 / 3, variance.item(), 1e-6);
        layer.eval();
        double result = layer.forward(input).toFloatArray()[3];
        assertEquals((6 - 0.3) / Math.sqrt(0.9 + 1.4 / 3 + 1e-5), result, 1e-5);
        assertEquals(0.3, mean.item(), 1e-6);
    }

    @Test
    void dropoutDropsInTrainingOnly() {
        Dropout layer = new Dropout(0.25);
        Tensor ones = Ops.ones(device, DType.F32, 4000);
        float[] kept = layer.forward(ones).toFloatArray();
        int zeros = 0;
        for (float value : kept) {
            assertTrue(value == 0 || Math.abs(value - 4 / 3.0) < 1e-6, () -> "got " + value);
            zeros += value == 0 ? 1 : 0;
        }
        // The mean is 1000, the standard deviation 27.
        assertTrue(zeros > 850 && zeros < 1150, zeros + " zeros");
        layer.eval();
        assertArrayEquals(ones.toFloatArray(), layer.forward(ones).toFloatArray());
    }

    @Test
    void aStateOfAnotherArchitectureChangesNothing() {
        Sequential network = network();
        Map<String, Tensor> state = new HashMap<>(network().stateDict());
        float[] before = tensor(network, "4.weight").toFloatArray();
        state.remove("0.bias");
        state.put("4.bias", Ops.ones(device, DType.F32, 4));
        state.put("9.weight", Ops.ones(device, DType.F32, 4));
        ArgumentException e =
                assertThrows(ArgumentException.class, () -> network.loadStateDict(state));
        for (String part :
                List.of(
                        "another architecture",
                        "'0.bias' is missing",
                        "'4.bias' is f32[4], expected f32[3]",
                        "'9.weight' is unknown")) {
            assertTrue(e.getMessage().contains(part), e.getMessage());
        }
        assertArrayEquals(before, tensor(network, "4.weight").toFloatArray());
    }

    @Test
    void aStateIsCopied() {
        Sequential one = network();
        Sequential two = network();
        one.loadStateDict(two.stateDict());
        Tensor input = Ops.rand(device, DType.F32, 2, 1, 4, 4);
        one.eval();
        two.eval();
        assertArrayEquals(two.forward(input).toFloatArray(), one.forward(input).toFloatArray());
        two.close();
        assertEquals(2 * 3, one.forward(input).numel());
    }

    @Test
    void zeroGradForgetsAndCloseReleases() {
        Sequential network = network();
        Tensor input = Ops.rand(device, DType.F32, 2, 1, 4, 4);
        CrossEntropyLoss loss = new CrossEntropyLoss();
        Tensor target = keyway.tensor(device, new long[] {0, 2}, 2);
        try (Tensor logits = network.forward(input);
                Tensor value = loss.forward(logits, target)) {
            value.backward();
        }
        network.parameters().forEach(tensor -> assertNotNull(tensor.grad()));
        network.zeroGrad();
        network.parameters().forEach(tensor -> assertNull(tensor.grad()));
        network.close();
        network.stateDict().values().forEach(tensor -> assertTrue(tensor.isClosed()));
    }
}
