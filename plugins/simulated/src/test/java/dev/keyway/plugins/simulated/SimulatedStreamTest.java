// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.simulated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DeviceException;
import dev.keyway.spi.DeviceStream.DeviceEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Order, events and life of a stream. */
@Timeout(60)
class SimulatedStreamTest {
    private static void block(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("the device thread was interrupted", e);
        }
    }

    @Test
    void commandsRunInOrderOnTheStreamsThread() {
        List<String> seen = new ArrayList<>();
        try (SimulatedStream stream = SimulatedStream.start("keyway-simulated-test")) {
            for (int i = 0; i < 5000; i++) {
                String number = Integer.toString(i);
                stream.submit("add", () -> seen.add(number + Thread.currentThread().getName()));
            }
            stream.synchronize();
            assertEquals(5000, seen.size());
            for (int i = 0; i < 5000; i++) {
                assertEquals(i + "keyway-simulated-test", seen.get(i));
            }
        }
    }

    @Test
    void submittingDoesNotWaitForTheWork() {
        CountDownLatch gate = new CountDownLatch(1);
        try (SimulatedStream stream = SimulatedStream.start("keyway-simulated-test")) {
            assertTrue(stream.record().isComplete(), "an empty stream has nothing to wait for");
            stream.submit("add", () -> block(gate));
            DeviceEvent event = stream.record();
            assertFalse(event.isComplete());
            gate.countDown();
            event.synchronize();
            assertTrue(event.isComplete());
        }
    }

    @Test
    void anEventIsCompleteThoughLaterWorkIsNot() {
        CountDownLatch gate = new CountDownLatch(1);
        try (SimulatedStream stream = SimulatedStream.start("keyway-simulated-test")) {
            stream.submit("add", () -> {});
            DeviceEvent event = stream.record();
            stream.submit("mul", () -> block(gate));
            event.synchronize();
            assertFalse(stream.record().isComplete());
            gate.countDown();
        }
    }

    @Test
    void workWaitsForAnEventOfAnotherStream() {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger value = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger();
        try (SimulatedStream first = SimulatedStream.start("keyway-simulated-first");
                SimulatedStream second = SimulatedStream.start("keyway-simulated-second")) {
            first.submit("add", () -> block(gate));
            first.submit("add", () -> value.set(7));
            second.waitFor(first.record());
            second.submit("mul", () -> seen.set(value.get()));
            assertFalse(second.record().isComplete());
            gate.countDown();
            second.synchronize();
            assertEquals(7, seen.get());
        }
    }

    @Test
    void aFullQueueHoldsTheSubmitterBack() throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger accepted = new AtomicInteger();
        try (SimulatedStream stream = SimulatedStream.start("keyway-simulated-test")) {
            stream.submit("add", () -> block(gate));
            Thread submitter =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int i = 0; i < 3000; i++) {
                                            stream.submit("add", () -> {});
                                            accepted.incrementAndGet();
                                        }
                                    });
            while (submitter.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            assertTrue(accepted.get() < 3000, "the queue took everything");
            gate.countDown();
            submitter.join();
            assertEquals(3000, accepted.get());
        }
    }

    @Test
    void closeFinishesTheWorkAndEndsTheThread() throws InterruptedException {
        AtomicInteger done = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        SimulatedStream stream = SimulatedStream.start("keyway-simulated-test");
        stream.submit("add", () -> threads.add(Thread.currentThread()));
        for (int i = 0; i < 100; i++) {
            stream.submit("add", done::incrementAndGet);
        }
        stream.close();
        assertEquals(100, done.get());
        threads.getFirst().join();
        DeviceException late =
                assertThrows(DeviceException.class, () -> stream.submit("exp", () -> {}));
        assertEquals("exp: stream keyway-simulated-test is closed", late.getMessage());
    }
}
