// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fuse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ArgumentException;
import dev.keyway.Attributes;
import dev.keyway.ClosedException;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.KeywayException;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What code inside fuse may do, and what becomes of the tensors that it makes. */
class FuseTest {
    private static final int COUNT = 20_000;

    private final Keyway keyway = Keyway.builder().threads(2).open();
    private final Device cpu = keyway.device("cpu");

    @AfterEach
    void close() {
        keyway.close();
    }

    private Tensor ramp(Device device) {
        float[] data = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            data[i] = i * 0.25f - 2_000;
        }
        return keyway.tensor(device, data, COUNT);
    }

    private static float[] expected(Map map) {
        float[] data = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            data[i] = map.of(i * 0.25f - 2_000);
        }
        return data;
    }

    /** A function of a number. */
    private interface Map {
        float of(float x);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference", "simulated"})
    void everyDeviceComputesTheSame(String name) {
        try (Tensor x = ramp(keyway.device(name));
                Tensor y = keyway.fuse(() -> x.mul(2).add(x).relu())) {
            assertArrayEquals(expected(v -> Math.max(v * 2 + v, 0)), y.toFloatArray());
        }
    }

    @Test
    void whatIsNotReturnedIsClosedAndTakesNoMemory() {
        try (Tensor x = ramp(cpu)) {
            x.mul(2).close(); // numbers stay with the device
            long before = cpu.memory().liveBlocks();
            List<Tensor> seen = new ArrayList<>();
            try (Tensor y =
                    keyway.fuse(
                            () -> {
                                seen.add(x.mul(2));
                                seen.add(seen.getFirst().add(x));
                                assertEquals(before, cpu.memory().liveBlocks());
                                return seen.get(1).neg();
                            })) {
                assertEquals(before + 1, cpu.memory().liveBlocks());
                seen.forEach(t -> assertTrue(t.isClosed()));
                assertThrows(ClosedException.class, () -> seen.getFirst().relu());
                assertArrayEquals(expected(v -> -(v * 2 + v)), y.toFloatArray());
            }
            assertEquals(before, cpu.memory().liveBlocks());
        }
    }

    @Test
    void codeMayReadElementsAndBranch() {
        try (Tensor x = ramp(cpu);
                Tensor y =
                        keyway.fuse(
                                () -> {
                                    Tensor twice = x.mul(2);
                                    double first = twice.narrow(0L, 0L, 1L).item();
                                    return first < 0 ? twice.neg() : twice;
                                })) {
            assertArrayEquals(expected(v -> -(v * 2)), y.toFloatArray());
        }
    }

    @Test
    void changesInPlaceKeepTheirOrder() {
        try (Tensor x = ramp(cpu);
                Tensor y =
                        keyway.fuse(
                                () -> {
                                    Tensor before = x.mul(2);
                                    x.add_(1);
                                    return before.add_(x).mul_(before);
                                })) {
            assertArrayEquals(
                    expected(v -> (v * 2 + (v + 1)) * (v * 2 + (v + 1))), y.toFloatArray());
            assertArrayEquals(expected(v -> v + 1), x.toFloatArray());
        }
    }

    @Test
    void theResultMayGoToATensorThatIsThere() {
        try (Tensor x = ramp(cpu);
                Tensor out = x.clone()) {
            assertSame(out, keyway.fuse(() -> Ops.reluOut(out, x.mul(2).add(1))));
            assertArrayEquals(expected(v -> Math.max(v * 2 + 1, 0)), out.toFloatArray());
            assertThrows(
                    IllegalStateException.class,
                    () ->
                            keyway.fuse(
                                    () -> {
                                        Ops.negOut(out, x.mul(3));
                                        throw new IllegalStateException();
                                    }));
            assertArrayEquals(expected(v -> -(v * 3)), out.toFloatArray());
        }
    }

    @Test
    void aTensorThatIsReadIsWrittenAfterwards() {
        try (Tensor x = ramp(cpu);
                Tensor y =
                        keyway.fuse(
                                () -> {
                                    Tensor before = x.neg();
                                    Ops.reluOut(x, before);
                                    return before.add(x);
                                })) {
            assertArrayEquals(expected(v -> -v + Math.max(-v, 0)), y.toFloatArray());
            assertArrayEquals(expected(v -> Math.max(-v, 0)), x.toFloatArray());
        }
    }

    @Test
    void inputsMayBeClosedByTheCode() {
        try (Tensor x = ramp(cpu);
                Tensor y =
                        keyway.fuse(
                                () -> {
                                    Tensor result;
                                    try (Tensor copy = x.clone()) {
                                        result = copy.mul(3);
                                    }
                                    try (Tensor other = x.clone()) {
                                        other.fill_(7);
                                    }
                                    return result;
                                })) {
            assertArrayEquals(expected(v -> v * 3), y.toFloatArray());
        }
    }

    @Test
    void viewsOfWhatIsPutOffAndArgumentsMayBeReturned() {
        try (Tensor x = ramp(cpu);
                Tensor view = keyway.fuse(() -> x.neg().reshape(100, COUNT / 100).t())) {
            assertEquals(100, view.size(1));
            assertSame(x, keyway.fuse(() -> x));
            try (Tensor back = view.t().reshape(COUNT)) {
                assertArrayEquals(expected(v -> -v), back.toFloatArray());
            }
        }
    }

    @Test
    void callsNest() {
        try (Tensor x = ramp(cpu);
                Tensor y = keyway.fuse(() -> keyway.fuse(() -> x.mul(2).add(1)).relu())) {
            assertArrayEquals(expected(v -> Math.max(v * 2 + 1, 0)), y.toFloatArray());
        }
    }

    @Test
    void aChangePastTheOperatorsIsAnError() {
        try (Tensor x = ramp(cpu)) {
            KeywayException error =
                    assertThrows(
                            KeywayException.class,
                            () ->
                                    keyway.fuse(
                                            () -> {
                                                Tensor y = x.mul(2);
                                                x.incrementVersion();
                                                return y;
                                            }));
            assertTrue(error.getMessage().contains("changed past the operators"));
        }
    }

    @Test
    void otherThreadsWaitForTheResult() {
        try (Tensor x = ramp(cpu)) {
            CompletionException error =
                    assertThrows(
                            CompletionException.class,
                            () ->
                                    keyway.fuse(
                                            () -> {
                                                Tensor y = x.mul(2);
                                                return CompletableFuture.supplyAsync(y::neg).join();
                                            }));
            String message = String.valueOf(error.getMessage());
            assertTrue(message.contains("was made inside fuse on thread"), message);
        }
    }

    @Test
    void failingCodeLeavesNothingBehind() {
        try (Tensor x = ramp(cpu)) {
            x.mul(2).close();
            long before = cpu.memory().liveBlocks();
            int[] zeros = new int[COUNT];
            Tensor[] made = new Tensor[1];
            ArgumentException error =
                    assertThrows(
                            ArgumentException.class,
                            () ->
                                    keyway.fuse(
                                            () -> {
                                                made[0] = x.mul(2);
                                                Tensor zero = keyway.tensor(cpu, zeros, COUNT);
                                                return zero.remainder(zero);
                                            }));
            assertTrue(error.getMessage().startsWith("remainder.Tensor"), error.getMessage());
            assertTrue(made[0].isClosed());
            assertEquals(before, cpu.memory().liveBlocks());
        }
    }

    @Test
    void gradientsAreThoseOutside() {
        try (Tensor x = ramp(cpu).requiresGrad_(true)) {
            float[] plain = gradient(x, x.mul(x).mul(0.5).sigmoid().mul(x));
            float[] fused = gradient(x, keyway.fuse(() -> x.mul(x).mul(0.5).sigmoid().mul(x)));
            assertTrue(Arrays.equals(plain, fused));
        }
    }

    private static float[] gradient(Tensor x, Tensor y) {
        x.setGrad(null);
        try (y;
                Tensor sum = y.sum()) {
            sum.backward();
        }
        return assertNotNullGrad(x).toFloatArray();
    }

    private static Tensor assertNotNullGrad(Tensor x) {
        Tensor gradient = x.grad();
        assertNotNull(gradient);
        return gradient;
    }

    @Test
    void explainSaysWhatIsPutOff() {
        try (Tensor x = ramp(cpu);
                Tensor few = x.narrow(0L, 0L, 10L);
                Tensor far = ramp(keyway.device("reference"));
                Tensor whole = keyway.tensor(cpu, new int[COUNT], COUNT)) {
            keyway.fuse(
                    () -> {
                        assertEquals(
                                "fuse: put off and computed with its neighbours", line("relu", x));
                        assertEquals(
                                "fuse: runs by itself, as it has too few elements",
                                line("relu", few));
                        assertEquals(
                                "fuse: runs by itself, as the plugin whose kernel serves it"
                                        + " computes no chains",
                                line("relu", far));
                        assertEquals(
                                "fuse: runs by itself, as it can fail for some elements",
                                line("remainder.Tensor", whole, whole));
                        assertEquals(
                                "fuse: runs by itself, as no kernel serves it", line("t", few));
                        return x;
                    });
            assertTrue(
                    keyway.explain("relu", Attributes.NONE, x).candidates().stream()
                            .noneMatch(line -> line.startsWith("fuse")));
        }
    }

    private String line(String operator, Tensor... arguments) {
        return keyway.explain(operator, Attributes.NONE, arguments).candidates().getLast();
    }
}
