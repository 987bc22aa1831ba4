// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Attributes;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import dev.keyway.schema.Schemas;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of several threads, and what belongs to one thread. */
class ThreadsTest extends DispatcherFixture {
    private static final int THREADS = 4;

    private static float[] chain(Tensor x, Tensor y) {
        try (Tensor product = x.mm(y);
                Tensor shifted = product.add(1.5);
                Tensor wave = shifted.sin();
                Tensor soft = wave.softmax(1);
                Tensor turned = soft.t();
                Tensor sum = turned.sum(0L)) {
            return sum.toFloatArray();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simulated"})
    void theSameOperatorsAtOnceGiveTheSame(String name) throws Exception {
        for (int round = 0; round < 5; round++) {
            // A runtime of its own each time: all threads resolve the slots at once.
            try (Keyway fresh = Keyway.builder().threads(2).seed(round).open();
                    ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
                Device device = fresh.device(name);
                Tensor x = Ops.randn(device, dev.keyway.DType.F32, 9, 7);
                Tensor y = Ops.randn(device, dev.keyway.DType.F32, 7, 5);
                CountDownLatch start = new CountDownLatch(1);
                Callable<float[]> work =
                        () -> {
                            start.await();
                            float[] result = chain(x, y);
                            for (int i = 0; i < 200; i++) {
                                assertArrayEquals(result, chain(x, y));
                            }
                            return result;
                        };
                List<Future<float[]>> running = new ArrayList<>();
                for (int t = 0; t < THREADS; t++) {
                    running.add(pool.submit(work));
                }
                start.countDown();
                float[] expected = running.getFirst().get();
                for (Future<float[]> result : running) {
                    assertArrayEquals(expected, result.get());
                }
                assertEquals(2, live(device) - cached(device));
            }
        }
    }

    /** Numbers that the runtime keeps on the device: 1.5 alone here. */
    private static long cached(Device device) {
        return live(device) > 2 ? 1 : 0;
    }

    @Test
    void theGradModeIsTheThreadsOwn() throws Exception {
        try (Scope scope = keyway.noGrad();
                ExecutorService other = Executors.newFixedThreadPool(1)) {
            assertFalse(keyway.isGradEnabled());
            assertTrue(other.submit(keyway::isGradEnabled).get());
        }
        assertTrue(keyway.isGradEnabled());
    }

    @Test
    void boxedCallsAreTheSameCalls() {
        Device device = keyway.device("reference");
        Tensor x = constant(device, 3, 4);
        Tensor y = constant(device, 2, 4);
        Tensor typed = keyway.operator(Schemas.Index.MUL_TENSOR).call(Attributes.NONE, null, x, y);
        Tensor[] boxed =
                keyway.operator("mul.Tensor").callBoxed(Attributes.NONE, new Tensor[] {x, y});
        assertEquals(1, boxed.length);
        assertArrayEquals(typed.toFloatArray(), boxed[0].toFloatArray());
        Tensor[] negated = keyway.operator("neg").callBoxed(Attributes.NONE, new Tensor[] {x});
        assertArrayEquals(new float[] {-3, -3, -3, -3}, negated[0].toFloatArray());
    }
}
