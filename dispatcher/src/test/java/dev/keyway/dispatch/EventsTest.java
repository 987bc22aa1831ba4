// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ClosedException;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Event;
import dev.keyway.Keyway;
import dev.keyway.Scope;
import dev.keyway.Stream;
import dev.keyway.Tensor;
import dev.keyway.plugins.reference.ReferenceBackend;
import dev.keyway.spi.Backend;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.DeviceMemory;
import dev.keyway.spi.DeviceStream;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Services;
import dev.keyway.spi.toolkit.PlainKernels;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The runtime closes each event of a plugin once, and asks none that it closed. */
@Timeout(60)
class EventsTest {
    private static final AtomicInteger RECORDED = new AtomicInteger();
    private static final AtomicInteger CLOSED = new AtomicInteger();
    private final Keyway keyway =
            Keyway.builder().classPathBackends(false).backend(new Counting()).open();
    private final Device device = keyway.device("counting");

    private static final class Counting implements Backend {
        private final ReferenceBackend reference = new ReferenceBackend();

        @Override
        public String deviceType() {
            return "counting";
        }

        @Override
        public List<DeviceDescription> probe(Services services) {
            return List.of(DeviceDescription.usable(0, "counts events", ""));
        }

        @Override
        public DeviceDriver open(int index, Services services) {
            return new Driver(services.hostMemory());
        }

        @Override
        public void register(KernelRegistry registry) {
            PlainKernels.register(registry, reference);
        }
    }

    private record Driver(DeviceMemory memory) implements DeviceDriver {
        @Override
        public boolean computes(DType dtype) {
            return true;
        }

        @Override
        public DeviceStream newStream() {
            return new Queue();
        }

        @Override
        public void close() {}
    }

    private static final class Queue implements DeviceStream {
        @Override
        public DeviceEvent record() {
            RECORDED.incrementAndGet();
            return new Point(new AtomicInteger());
        }

        @Override
        public void waitFor(DeviceEvent event) {
            event.synchronize();
        }

        @Override
        public void synchronize() {}

        @Override
        public void close() {}
    }

    private static CountDownLatch waiting = new CountDownLatch(0);
    private static CountDownLatch goOn = new CountDownLatch(0);
    private static volatile boolean complete = true;

    private record Point(AtomicInteger closes) implements DeviceStream.DeviceEvent {
        @Override
        public boolean isComplete() {
            assertEquals(0, closes.get(), "asked after close");
            return complete;
        }

        @Override
        public void synchronize() {
            waiting.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            assertEquals(0, closes.get(), "closed while somebody waits");
        }

        @Override
        public void close() {
            assertEquals(1, closes.incrementAndGet(), "closed twice");
            CLOSED.incrementAndGet();
        }
    }

    private static int open() {
        return RECORDED.get() - CLOSED.get();
    }

    @AfterEach
    void close() {
        keyway.close();
        assertEquals(0, open(), "events that are open after their device");
    }

    @Test
    void anApplicationsEventIsClosedByItAndFailsThen() {
        Event event = device.currentStream().record();
        assertTrue(event.isComplete());
        assertEquals(1, open());
        event.close();
        event.close();
        assertEquals(0, open());
        assertThrows(ClosedException.class, event::isComplete);
        assertThrows(ClosedException.class, event::synchronize);
    }

    @Test
    void droppedEventsAreClosedWhenAnotherIsRecorded() throws InterruptedException {
        for (int i = 0; i < 10; i++) {
            device.currentStream().record();
        }
        while (open() > 5) {
            System.gc();
            Thread.sleep(10);
            device.currentStream().record();
        }
        assertFalse(open() > 5);
    }

    @Test
    void eventsThatGuardMemoryAreClosedWithIt() {
        try (Stream other = device.newStream()) {
            Tensor x = keyway.tensor(device, new float[] {1}, 1);
            try (Scope _ = other.use();
                    Tensor y = x.add(x)) {
                assertEquals(2, y.item());
            }
            int before = RECORDED.get();
            x.close();
            assertEquals(before + 1, RECORDED.get());
            assertEquals(0, open());
        }
    }

    /** The collector takes a segment whose tensors were dropped; this one was closed. */
    @Test
    void memoryThatAnEventGuardsIsNotReclaimed() throws InterruptedException {
        try (Stream other = device.newStream()) {
            complete = false;
            closeWhileUsedOn(other);
            for (int i = 0; i < 20; i++) {
                System.gc();
                Thread.sleep(10);
            }
            assertEquals(1, device.memory().liveBlocks());
            complete = true;
            device.emptyCache();
            assertEquals(0, device.memory().liveBlocks());
        } finally {
            complete = true;
        }
    }

    private void closeWhileUsedOn(Stream other) {
        try (Tensor x = keyway.tensor(device, new float[] {1}, 1)) {
            try (Scope _ = other.use();
                    Tensor y = x.add(x)) {
                assertEquals(2, y.item());
            }
        }
    }

    @Test
    void oneThatSomebodyWaitsForIsClosedAfterwards() throws InterruptedException {
        waiting = new CountDownLatch(1);
        goOn = new CountDownLatch(1);
        Event event = device.currentStream().record();
        Thread waiter = Thread.ofPlatform().start(event::synchronize);
        waiting.await();
        event.close();
        assertEquals(1, open());
        goOn.countDown();
        waiter.join();
        assertEquals(0, open());
    }
}
