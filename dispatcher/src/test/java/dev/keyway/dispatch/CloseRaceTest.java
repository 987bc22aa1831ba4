// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ClosedException;
import dev.keyway.Device;
import dev.keyway.Tensor;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One thread closes a tensor while another computes with it. The closing thread takes the memory
 * again at once and writes something else into it, so that a computation that is not protected
 * would give a mixture.
 */
class CloseRaceTest extends DispatcherFixture {
    private static final int NUMEL = 64;
    private static final float GARBAGE = -7;

    /** How the races ended. */
    private record Ends(long computed, long refused) {}

    @ParameterizedTest
    @CsvSource({"reference, 100000", "simulated, 20000"})
    void aResultIsRightOrRefused(String name, int races) throws Exception {
        Device device = keyway.device(name);
        long before = live(device);
        AtomicReference<@Nullable Tensor> slot = new AtomicReference<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<Ends> computing = threads.submit(() -> compute(slot, races));
            Future<?> closing = threads.submit(() -> closeAgain(device, slot, races));
            closing.get();
            Ends ends = computing.get();
            assertEquals(races, ends.computed + ends.refused);
            assertTrue(ends.computed > 0 && ends.refused > 0, ends::toString);
        }
        assertEquals(before, live(device));
    }

    private static Ends compute(AtomicReference<@Nullable Tensor> slot, int races) {
        long computed = 0;
        long refused = 0;
        for (int race = 0; race < races; race++) {
            Tensor x = take(slot);
            try (Tensor sum = x.add(x)) {
                assertAll(2 * (race % 1000), sum);
                computed++;
            } catch (ClosedException e) {
                refused++;
            }
        }
        return new Ends(computed, refused);
    }

    private static Tensor take(AtomicReference<@Nullable Tensor> slot) {
        while (true) {
            Tensor x = slot.getAndSet(null);
            if (x != null) {
                return x;
            }
            Thread.onSpinWait();
        }
    }

    private static void assertAll(float expected, Tensor sum) {
        for (float value : sum.toFloatArray()) {
            assertEquals(expected, value);
        }
    }

    private static void closeAgain(
            Device device, AtomicReference<@Nullable Tensor> slot, int races) {
        for (int race = 0; race < races; race++) {
            Tensor x = constant(device, race % 1000, NUMEL);
            slot.set(x);
            while (slot.get() != null) {
                Thread.onSpinWait();
            }
            // The delay moves the close over the whole of the other thread's call.
            for (int spin = 0; spin < race * 31 % 600; spin++) {
                Thread.onSpinWait();
            }
            x.close();
            constant(device, GARBAGE, NUMEL).close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simulated"})
    void twoThreadsCloseTheSameHandle(String name) throws Exception {
        Device device = keyway.device(name);
        long before = live(device);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int race = 0; race < 5000; race++) {
                Tensor x = constant(device, 1, NUMEL);
                Tensor view = x.reshape(8, 8);
                Callable<Boolean> close =
                        () -> {
                            x.close();
                            return x.isClosed();
                        };
                Future<Boolean> one = threads.submit(close);
                Future<Boolean> two = threads.submit(close);
                assertTrue(one.get() && two.get());
                assertAll(1, view);
                view.close();
            }
        }
        assertEquals(before, live(device));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simulated"})
    void aViewMadeWhileItsTensorCloses(String name) throws Exception {
        Device device = keyway.device(name);
        long before = live(device);
        try (ExecutorService threads = Executors.newFixedThreadPool(1)) {
            for (int race = 0; race < 5000; race++) {
                Tensor x = constant(device, 5, NUMEL);
                Future<?> view = threads.submit(() -> sumOfView(x));
                for (int spin = 0; spin < race * 17 % 400; spin++) {
                    Thread.onSpinWait();
                }
                x.close();
                constant(device, GARBAGE, NUMEL).close();
                view.get();
            }
        }
        assertEquals(before, live(device));
    }

    private static void sumOfView(Tensor x) {
        try (Tensor view = x.reshape(8, 8);
                Tensor sum = view.sum()) {
            assertEquals(5 * NUMEL, sum.item());
        } catch (ClosedException e) {
            assertTrue(x.isClosed());
        }
    }
}
