// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Device;
import dev.keyway.DeviceException;
import dev.keyway.Keyway;
import dev.keyway.KeywayException;
import dev.keyway.Tensor;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a kernel derives from a tensor stays while the tensor is as it was, and no longer. */
class DerivedFormsTest {
    private static final int COUNT = 1000;
    private static final long BYTES = 4096;

    private final DerivingBackend backend = new DerivingBackend();
    private final Keyway keyway =
            Keyway.builder().classPathBackends(false).backend(backend).threads(1).open();
    private final Device device = keyway.device("reference");

    @AfterEach
    void closeRuntime() {
        keyway.close();
    }

    private Tensor numbers() {
        float[] values = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            values[i] = i;
        }
        return keyway.tensor(device, values, COUNT);
    }

    private static void check(Tensor x) {
        float[] expected = x.toFloatArray();
        for (int i = 0; i < expected.length; i++) {
            expected[i] = -expected[i];
        }
        try (Tensor negative = x.neg()) {
            assertArrayEquals(expected, negative.toFloatArray());
        }
    }

    @Test
    void itIsMadeAtTheSecondCallAndGivenBackWithTheTensor() {
        long before = device.memory().allocated();
        Tensor x = numbers();
        long own = device.memory().allocated();
        check(x);
        assertEquals(0, backend.fills.get());
        assertEquals(own, device.memory().allocated());
        check(x);
        check(x);
        check(x);
        assertEquals(1, backend.fills.get());
        assertEquals(3, backend.uses.get());
        assertTrue(device.memory().allocated() >= own + BYTES - 96);
        x.close();
        assertEquals(before, device.memory().allocated());
    }

    @Test
    void aViewThatIsClosedLeavesItToTheStorage() {
        Tensor x = numbers();
        for (int i = 0; i < 4; i++) {
            try (Tensor part = x.narrow(0, 10, 500);
                    Tensor other = x.narrow(0, 20, 500)) {
                check(part);
                check(other);
            }
        }
        assertEquals(2, backend.fills.get());
        assertEquals(6, backend.uses.get());
        x.close();
        assertEquals(0, device.memory().allocated());
    }

    @Test
    void everyChangeInPlaceIsNoticed() {
        Map<String, Consumer<Tensor>> changes =
                Map.of(
                        "in-place operator", x -> x.add_(1.0),
                        "copy_", x -> copy(x, numbers()),
                        "fill_", x -> x.fill_(3.0),
                        "of a view", this::changeView,
                        "as out", x -> dev.keyway.Ops.add(x, x, dev.keyway.Scalar.of(1L)).close(),
                        "by address", DerivedFormsTest::changeByAddress,
                        "optimizer", x -> x.addcmul_(x, x, dev.keyway.Scalar.of(0.5)));
        changes.forEach(
                (name, change) -> {
                    try (Tensor x = numbers()) {
                        for (int i = 0; i < 3; i++) {
                            check(x);
                        }
                        change.accept(x);
                        for (int i = 0; i < 3; i++) {
                            check(x);
                        }
                    }
                });
    }

    private static void copy(Tensor x, Tensor from) {
        try (from;
                Tensor twice = from.add(from)) {
            x.copy_(twice);
        }
    }

    private void changeView(Tensor x) {
        try (Tensor part = x.narrow(0, 3, 7)) {
            part.mul_(5.0);
        }
    }

    private static void changeByAddress(Tensor x) {
        HostMemoryAccess.putFloat(x.address() + 8, 1234);
        x.incrementVersion();
    }

    @Test
    void whatIsUnusedGoesAtTheChange() {
        try (Tensor x = numbers()) {
            long own = device.memory().allocated();
            check(x);
            check(x);
            assertTrue(device.memory().allocated() > own);
            x.add_(1.0);
            assertTrue(device.memory().allocated() < own + BYTES / 2);
        }
    }

    @Test
    void whatChangesInEveryStepIsNotKept() {
        try (Tensor x = numbers()) {
            for (int i = 0; i < 10; i++) {
                check(x);
                x.add_(1.0);
            }
            assertEquals(0, backend.fills.get());
        }
    }

    @Test
    void aKernelThatFailsInPlaceCountsAsAChange() {
        try (Tensor x = numbers()) {
            check(x);
            check(x);
            assertThrows(DeviceException.class, x::relu_);
            assertEquals(77, x.toFloatArray()[0]);
            check(x);
            check(x);
        }
    }

    @Test
    void aFillThatFailsLeavesNothing() {
        try (Tensor x = numbers()) {
            check(x);
            long own = device.memory().allocated();
            backend.error = new IllegalStateException("no");
            KeywayException e = assertThrows(KeywayException.class, x::neg);
            assertTrue(String.valueOf(e.getMessage()).contains("no"), e.getMessage());
            assertEquals(own, device.memory().allocated());
            check(x);
            assertEquals(1, backend.fills.get());
        }
    }

    @Test
    void itHoldsNothingOfThePlugin() throws InterruptedException {
        try (Tensor x = numbers()) {
            check(x);
            check(x);
            WeakReference<Object> old = new WeakReference<>(backend.form);
            backend.form = new Object();
            for (int i = 0; i < 100 && old.get() != null; i++) {
                System.gc();
                TimeUnit.MILLISECONDS.sleep(10);
            }
            assertNull(old.get());
            check(x);
            check(x);
            assertEquals(2, backend.fills.get());
        }
    }

    @Test
    void emptyingTheCacheGivesItBack() {
        try (Tensor x = numbers()) {
            long own = device.memory().allocated();
            check(x);
            check(x);
            device.emptyCache();
            assertEquals(own, device.memory().allocated());
            check(x);
            assertEquals(2, backend.fills.get());
        }
    }
}
