// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ClosedException;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Bounds of what kernels derive from tensors, and several threads that use and change it. */
class DerivedMemoryTest {
    private static final long LIMIT = 64L << 20;
    private static final int MEGABYTE = 1 << 18;

    private final DerivingBackend backend = new DerivingBackend();

    private Keyway open() {
        return Keyway.builder()
                .classPathBackends(false)
                .backend(backend)
                .memoryLimit(LIMIT)
                .threads(1)
                .open();
    }

    @Test
    void formsTakeAQuarterOfTheMemoryAndGiveWayToTensors() {
        try (Keyway keyway = open()) {
            Device device = keyway.device("reference");
            List<Tensor> tensors = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                tensors.add(Ops.full(device, DType.F32, (double) i, MEGABYTE));
            }
            long own = device.memory().allocated();
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < tensors.size(); i++) {
                    checkNegative(tensors.get(i), i);
                }
            }
            long kept = device.memory().allocated() - own;
            assertTrue(kept >= LIMIT / 8 && kept <= LIMIT / 4, () -> kept + " bytes kept");
            Tensor large = Ops.zeros(device, DType.F32, 36L * MEGABYTE);
            checkNegative(tensors.get(5), 5);
            large.close();
            tensors.forEach(Tensor::close);
            assertEquals(0, device.memory().liveBlocks());
        }
    }

    private static void checkNegative(Tensor x, double value) {
        try (Tensor negative = x.neg();
                Tensor least = negative.amin();
                Tensor most = negative.amax()) {
            assertEquals(-value, least.item(), 0.0);
            assertEquals(-value, most.item(), 0.0);
        }
    }

    @Test
    void idleFormsMakeRoomForNewOnes() {
        try (Keyway keyway = open()) {
            Device device = keyway.device("reference");
            List<Tensor> idle = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                Tensor x = Ops.full(device, DType.F32, 1.0, MEGABYTE);
                idle.add(x);
                checkNegative(x, 1);
                checkNegative(x, 1);
            }
            int before = backend.fills.get();
            try (Tensor x = Ops.full(device, DType.F32, 2.0, MEGABYTE)) {
                for (int i = 0; i < 1100; i++) {
                    x.neg().close();
                }
                assertEquals(before + 1, backend.fills.get());
            }
            idle.forEach(Tensor::close);
        }
    }

    @Test
    void threadsThatChangeAndReadInTurnSeeWhatIsThere() throws Exception {
        int readers = 3;
        int rounds = 300;
        try (Keyway keyway = open();
                ExecutorService threads = Executors.newFixedThreadPool(readers)) {
            Device device = keyway.device("reference");
            Tensor x = keyway.tensor(device, new float[300], 300);
            CyclicBarrier turn = new CyclicBarrier(readers + 1);
            List<Future<?>> all = new ArrayList<>();
            for (int reader = 0; reader < readers; reader++) {
                all.add(threads.submit(() -> read(x, turn, rounds)));
            }
            for (int round = 0; round < rounds; round++) {
                x.fill_((double) round);
                turn.await();
                turn.await();
            }
            for (Future<?> done : all) {
                done.get();
            }
            x.close();
            assertEquals(0, device.memory().liveBlocks());
        }
        assertTrue(backend.fills.get() > rounds / 2 && backend.fills.get() <= rounds);
        assertTrue(backend.uses.get() > 0);
    }

    private static Object read(Tensor x, CyclicBarrier turn, int rounds) throws Exception {
        float[] expected = new float[300];
        for (int round = 0; round < rounds; round++) {
            turn.await();
            Arrays.fill(expected, -round);
            for (int i = 0; i < 4; i++) {
                try (Tensor negative = x.neg()) {
                    assertArrayEquals(expected, negative.toFloatArray(), 0f);
                }
            }
            turn.await();
        }
        return turn;
    }

    @Test
    void aTensorMayBeClosedWhileItsFormIsReadOrMade() throws Exception {
        try (Keyway keyway = open();
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Device device = keyway.device("reference");
            for (int round = 0; round < 500; round++) {
                Tensor x = Ops.full(device, DType.F32, 3.0, 200);
                List<Future<?>> all = new ArrayList<>();
                for (int thread = 0; thread < 2; thread++) {
                    all.add(threads.submit(() -> useUntilClosed(x)));
                }
                Thread.onSpinWait();
                x.close();
                for (Future<?> done : all) {
                    done.get();
                }
            }
            assertEquals(0, device.memory().liveBlocks());
        }
    }

    /** As a call that was in flight when the tensor was closed does it. */
    @Test
    void nothingIsKeptOfAStorageThatIsGone() {
        try (Keyway keyway = open()) {
            Device device = keyway.device("reference");
            TensorImpl x = (TensorImpl) Ops.full(device, DType.F32, 3.0, 200);
            StreamImpl stream = x.deviceImpl().defaultStream();
            x.close();
            for (int i = 0; i < 3; i++) {
                assertNull(x.storage.derived().get(x, "form", 800, stream, memory -> {}));
            }
            assertEquals(0, device.memory().liveBlocks());
        }
    }

    private static void useUntilClosed(Tensor x) {
        for (int i = 0; i < 20; i++) {
            try (Tensor negative = x.neg()) {
                for (float value : negative.toFloatArray()) {
                    assertEquals(-3, value);
                }
            } catch (ClosedException e) {
                return;
            }
        }
    }
}
