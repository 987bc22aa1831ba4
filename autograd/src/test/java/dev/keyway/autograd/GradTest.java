// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ArgumentException;
import dev.keyway.KeywayException;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@code Autograd.grad}, detached tensors, hooks, and what a run that failed leaves. */
final class GradTest extends AutogradFixture {
    @Test
    void gradAccumulatesInNoLeaf() {
        Tensor x = leaf(new double[] {1, 2}, 2);
        Tensor w = leaf(new double[] {3, 4}, 2);
        Tensor middle = x.mul(w);
        List<Tensor> grads = Autograd.grad(middle.square().sum(), List.of(w, middle, x));
        assertArrayEquals(new double[] {6, 32}, grads.get(0).toDoubleArray());
        assertArrayEquals(new double[] {6, 16}, grads.get(1).toDoubleArray());
        assertArrayEquals(new double[] {18, 64}, grads.get(2).toDoubleArray());
        assertNull(x.grad());
        assertNull(w.grad());
    }

    @Test
    void anUnusedInputIsAnErrorOrNull() {
        Tensor x = leaf(new double[] {1, 2}, 2);
        Tensor unused = leaf(2);
        Tensor y = x.square().sum();
        ArgumentException e =
                assertThrows(
                        ArgumentException.class, () -> grad(y, List.of(x, unused), true, false));
        assertTrue(e.getMessage().contains("input 1"), e.getMessage());
        List<@Nullable Tensor> grads = grad(y, List.of(x, unused), false, true);
        assertNull(grads.get(1));
        assertThrows(ArgumentException.class, () -> Autograd.grad(y, List.of(x.detach())));
    }

    private static List<@Nullable Tensor> grad(
            Tensor output, List<Tensor> inputs, boolean retainGraph, boolean allowUnused) {
        return Autograd.grad(
                List.of(output),
                inputs,
                Collections.singletonList(null),
                retainGraph,
                false,
                allowUnused);
    }

    @Test
    void severalRootsShareAGraph() {
        Tensor x = leaf(new double[] {1, 2}, 2);
        Tensor shared = x.mul(3.0);
        Tensor one = shared.sum();
        Tensor two = shared.square();
        Tensor weights = keyway.tensor(device, new double[] {1, 10}, 2);
        List<@Nullable Tensor> gradients = new ArrayList<>();
        gradients.add(null);
        gradients.add(weights);
        Autograd.backward(List.of(one, two), gradients, false, false);
        assertArrayEquals(
                new double[] {3 + 18, 3 + 360}, Objects.requireNonNull(x.grad()).toDoubleArray());
    }

    @Test
    void nothingFlowsThroughADetachedTensor() {
        Tensor x = leaf(new double[] {1, 2}, 2);
        Tensor y = x.mul(3.0);
        Tensor detached = y.detach();
        y.mul(detached).sum().backward();
        assertArrayEquals(new double[] {9, 18}, Objects.requireNonNull(x.grad()).toDoubleArray());
        detached.zero_();
        assertArrayEquals(new double[] {0, 0}, y.toDoubleArray());
    }

    @Test
    void scopesOfGradModeNest() {
        Tensor x = leaf(2);
        try (Scope outer = keyway.noGrad()) {
            try (Scope inner = keyway.enableGrad()) {
                assertTrue(x.mul(2.0).requiresGrad());
            }
            assertTrue(!x.mul(2.0).requiresGrad() && !keyway.isGradEnabled());
        }
        assertTrue(keyway.isGradEnabled());
    }

    @Test
    void hooksRunInOrderUntilTheyAreRemoved() {
        Tensor x = leaf(new double[] {1, 2}, 2);
        List<String> calls = new ArrayList<>();
        Runnable remove =
                Autograd.registerHook(
                        x,
                        grad -> {
                            calls.add("first");
                            return grad.mul(2.0);
                        });
        Autograd.registerHook(
                x,
                grad -> {
                    calls.add("second " + grad.select(0, 0).item());
                    return grad;
                });
        x.mul(3.0).sum().backward();
        assertEquals(List.of("first", "second 6.0"), calls);
        assertArrayEquals(new double[] {6, 6}, Objects.requireNonNull(x.grad()).toDoubleArray());
        remove.run();
        x.setGrad(null);
        x.mul(3.0).sum().backward();
        assertArrayEquals(new double[] {3, 3}, Objects.requireNonNull(x.grad()).toDoubleArray());
        assertThrows(
                ArgumentException.class, () -> Autograd.registerHook(x.detach(), grad -> grad));
    }

    @Test
    void aHookThatThrowsLeavesNoGradientBehind() {
        Tensor x = leaf(4);
        backwardWithHook(x, grad -> grad); // fills the cache of numbers
        x.setGrad(null);
        long before = device.memory().liveBlocks();
        for (int i = 0; i < 3; i++) {
            assertThrows(
                    IllegalStateException.class,
                    () ->
                            backwardWithHook(
                                    x,
                                    grad -> {
                                        throw new IllegalStateException("no");
                                    }));
        }
        assertNull(x.grad());
        assertEquals(before, device.memory().liveBlocks());
    }

    private static void backwardWithHook(Tensor x, UnaryOperator<Tensor> hook) {
        try (Tensor y = x.mul(2.0);
                Tensor z = y.square();
                Tensor sum = z.sum()) {
            Autograd.registerHook(y, hook);
            sum.backward();
        }
    }

    @Test
    void aSavedArgumentThatChangedIsNamed() {
        Tensor x = leaf(2);
        Tensor w = keyway.tensor(device, new double[] {1, 2}, 2);
        Tensor sum = x.mul(w).sum();
        w.add_(1.0);
        KeywayException e = assertThrows(KeywayException.class, sum::backward);
        assertTrue(e.getMessage().startsWith("mul.Tensor: argument 'other' of shape [2]"));
        assertTrue(e.getMessage().contains("clone it before the change"), e.getMessage());
    }

    @Test
    void aSavedTensorThatChangedThroughAViewIsNamed() {
        Tensor x = leaf(2, 2);
        Tensor middle = x.mul(1.0);
        Tensor sum = middle.mul(middle).sum();
        middle.select(0, 1).zero_();
        KeywayException e = assertThrows(KeywayException.class, sum::backward);
        assertTrue(e.getMessage().startsWith("mul.Tensor: argument '"), e.getMessage());
        assertTrue(e.getMessage().contains("changed in place"), e.getMessage());
    }

    @Test
    void gradientsOfGradientsLeakNothing() {
        Tensor x = leaf(4);
        twice(x);
        long before = device.memory().liveBlocks();
        for (int i = 0; i < 10; i++) {
            twice(x);
        }
        assertEquals(before, device.memory().liveBlocks());
    }

    private static void twice(Tensor x) {
        try (Tensor y = x.pow(3.0);
                Tensor sum = y.sum()) {
            List<@Nullable Tensor> first =
                    Autograd.grad(
                            List.of(sum),
                            List.of(x),
                            Collections.singletonList(null),
                            true,
                            true,
                            false);
            try (Tensor grad = Objects.requireNonNull(first.getFirst());
                    Tensor total = grad.sum();
                    Tensor second = Autograd.grad(total, List.of(x)).getFirst()) {
                assertEquals(4, second.numel());
            }
        }
    }
}
