// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.KeywayException;
import dev.keyway.Ops;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Backward runs: leaves, accumulation, repetition, hooks, depth, memory. */
final class BackwardTest extends AutogradFixture {
    private static double[] grad(Tensor tensor) {
        return Objects.requireNonNull(tensor.grad()).toDoubleArray();
    }

    @Test
    void gradientsAccumulate() {
        Tensor x = leaf(new double[] {1, 2}, 2);
        x.mul(3.0).sum().backward();
        x.square().sum().backward();
        assertArrayEquals(new double[] {5, 7}, grad(x));
        x.setGrad(null);
        assertNull(x.grad());
    }

    @Test
    void aGraphRunsTwiceOnlyWhenRetained() {
        Tensor x = leaf(new double[] {1, 2}, 2);
        Tensor y = x.square().sum();
        y.backward(null, true);
        y.backward();
        assertArrayEquals(new double[] {4, 8}, grad(x));
        KeywayException e = assertThrows(KeywayException.class, y::backward);
        assertTrue(e.getMessage().contains("retainGraph"), e.getMessage());
    }

    @Test
    void aRootOfSeveralElementsNeedsAGradient() {
        Tensor x = leaf(new double[] {1, 2}, 2);
        Tensor y = x.mul(2.0);
        ArgumentException e = assertThrows(ArgumentException.class, y::backward);
        assertTrue(e.getMessage().contains("shape [2]"), e.getMessage());
        y.backward(keyway.tensor(device, new double[] {1, 10}, 2), false);
        assertArrayEquals(new double[] {2, 20}, grad(x));
    }

    @Test
    void nothingIsRecordedInsideNoGrad() {
        Tensor x = leaf(2);
        try (Scope scope = keyway.noGrad()) {
            assertFalse(x.mul(2.0).requiresGrad());
        }
        assertTrue(x.mul(2.0).requiresGrad());
        assertFalse(x.detach().requiresGrad());
    }

    @Test
    void onlyFloatingLeavesRequireGradients() {
        Tensor integers = Ops.zeros(device, DType.I64, 2);
        assertThrows(ArgumentException.class, () -> integers.requiresGrad_(true));
        Tensor y = leaf(2).mul(2.0);
        assertThrows(ArgumentException.class, () -> y.requiresGrad_(false));
        assertFalse(y.isLeaf());
    }

    @Test
    void hooksSeeAndReplaceGradients() {
        Tensor x = leaf(new double[] {1, 2}, 2);
        Tensor y = x.mul(2.0);
        Autograd.retainGrad(y);
        Autograd.registerHook(y, grad -> grad.mul(10.0));
        y.sum().backward();
        assertArrayEquals(new double[] {20, 20}, grad(x));
        assertArrayEquals(new double[] {1, 1}, grad(y));
    }

    @Test
    void aDeepGraphNeitherOverflowsNorLeaks() {
        Tensor x = leaf(new double[] {1, 2}, 2);
        x.mul(1.0).close();
        x.mul(1.0001).close();
        long before = device.memory().liveBlocks();
        Tensor y = x.mul(1.0);
        for (int i = 0; i < 10_000; i++) {
            Tensor next = y.mul(1.0001);
            y.close();
            y = next;
        }
        try (Tensor last = y;
                Tensor sum = last.sum()) {
            sum.backward();
        }
        assertEquals(Math.pow(1.0001, 10_000), grad(x)[0], 1e-9);
        x.setGrad(null);
        assertEquals(before, device.memory().liveBlocks());
    }

    @Test
    void aGraphThatNeverRunsIsFreedWithItsTensors() {
        Tensor x = leaf(4);
        x.mul(2.0).close();
        long before = device.memory().liveBlocks();
        for (int i = 0; i < 20; i++) {
            try (Tensor a = x.mul(2.0);
                    Tensor b = a.sigmoid();
                    Tensor c = b.sum()) {
                assertTrue(c.requiresGrad());
            }
        }
        assertEquals(before, device.memory().liveBlocks());
    }

    @Test
    void gradientsOfGradients() {
        Tensor x = leaf(new double[] {0.5, 2}, 2);
        Tensor y = x.pow(3.0).sum();
        Tensor first = single(y, x, true);
        assertArrayEquals(new double[] {0.75, 12}, first.toDoubleArray(), 1e-12);
        Tensor second = single(first.sum(), x, false);
        assertArrayEquals(new double[] {3, 12}, second.toDoubleArray(), 1e-12);
        assertNull(x.grad());
    }

    private static Tensor single(Tensor output, Tensor input, boolean createGraph) {
        Tensor grad =
                Autograd.grad(
                                List.of(output),
                                List.of(input),
                                Collections.singletonList(null),
                                createGraph,
                                createGraph,
                                false)
                        .getFirst();
        assertNotNull(grad);
        return Objects.requireNonNull(grad);
    }
}
