// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Event;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.OutOfMemoryException;
import dev.keyway.Scope;
import dev.keyway.Stream;
import dev.keyway.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Queues, events, transfers and errors that come later. */
@Tag("opencl")
@Timeout(120)
class OpenClStreamTest {
    private static final int LARGE = 3_000_001;

    private Keyway keyway;
    private Device device;

    @BeforeEach
    void open() {
        keyway = Keyway.builder().classPathBackends(false).backend(new OpenClBackend()).open();
        device = keyway.device("opencl");
    }

    @AfterEach
    void close() {
        keyway.close();
    }

    private static float[] ramp(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = i % 1000;
        }
        return values;
    }

    @Test
    void transfersLargerThanAPinnedPieceArriveInNativeAndInHeapMemory() {
        float[] values = ramp(LARGE);
        try (Tensor tensor = keyway.tensor(device, values, LARGE)) {
            assertArrayEquals(values, tensor.toFloatArray());
            float[] heap = new float[LARGE];
            tensor.copyTo(MemorySegment.ofArray(heap));
            assertArrayEquals(values, heap);
        }
    }

    @Test
    void theSourceOfATransferMayChangeAtOnce() {
        float[] values = {1, 2, 3};
        try (Tensor tensor = keyway.tensor(device, values, 3)) {
            values[0] = 9;
            assertArrayEquals(new float[] {1, 2, 3}, tensor.toFloatArray());
        }
    }

    @Test
    void anotherStreamWaitsForAnEvent() {
        try (Stream second = device.newStream();
                Tensor a = keyway.tensor(device, ramp(LARGE), LARGE)) {
            for (int round = 0; round < 20; round++) {
                try (Tensor b = a.add(1).mul(2).sub(3)) {
                    Event done = device.currentStream().record();
                    second.waitFor(done);
                    try (Scope _ = second.use();
                            Tensor c = b.add(round)) {
                        second.synchronize();
                        assertTrue(done.isComplete());
                        float[] found = c.toFloatArray();
                        assertEquals(2 * 999 - 1 + round, found[999]);
                        assertEquals(2 * ((LARGE - 1) % 1000) - 1 + round, found[LARGE - 1]);
                    }
                }
            }
        }
    }

    @Test
    void eventsCompleteInOrder() {
        try (Tensor a = keyway.tensor(device, ramp(LARGE), LARGE)) {
            List<Event> events = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                a.mul_(1.0);
                events.add(device.currentStream().record());
            }
            events.get(49).synchronize();
            for (Event event : events) {
                assertTrue(event.isComplete());
            }
        }
    }

    @Test
    void anErrorOfAsynchronousWorkComesOnceAndNamesItsOperator() {
        try (Tensor a = keyway.tensor(device, new float[] {1, 2, 3}, 3);
                Tensor index = keyway.tensor(device, new long[] {0, 7}, 2);
                Tensor picked = a.indexSelect(0, index);
                Tensor later = a.exp()) {
            ArgumentException e = assertThrows(ArgumentException.class, () -> device.synchronize());
            assertEquals(
                    "index_select: index 7 is out of bounds for a dimension of size 3",
                    e.getMessage());
            device.synchronize();
            assertEquals(3, later.numel());
            assertEquals(2, picked.numel());
            assertArrayEquals(new float[] {1, 2, 3}, a.toFloatArray());
        }
    }

    @Test
    void aBufferLargerThanTheDeviceAllowsIsOutOfMemory() {
        long elements = 1L << 38;
        OutOfMemoryException e =
                assertThrows(
                        OutOfMemoryException.class, () -> Ops.zeros(device, DType.F32, elements));
        assertTrue(String.valueOf(e.getMessage()).contains("opencl:0"), e::getMessage);
        try (Tensor a = keyway.tensor(device, new float[] {1}, 1)) {
            assertEquals(1, a.item());
        }
    }

    @Test
    void manyThreadsShareAStream() throws InterruptedException {
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            int own = t;
            threads.add(
                    Thread.ofPlatform()
                            .uncaughtExceptionHandler((_, e) -> failures.add(e))
                            .start(() -> multiply(own)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), failures);
    }

    /** Kernels of several launches over one scratch buffer, at the same time. */
    private void multiply(int factor) {
        int n = 40;
        float[] values = new float[n * n];
        java.util.Arrays.fill(values, factor);
        for (int i = 0; i < 50; i++) {
            try (Tensor a = keyway.tensor(device, values, n, n);
                    Tensor b = a.mm(a)) {
                float[] found = b.toFloatArray();
                for (float x : found) {
                    assertEquals((float) factor * factor * n, x);
                }
            }
        }
    }
}
