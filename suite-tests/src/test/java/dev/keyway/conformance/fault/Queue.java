// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fault;

import dev.keyway.ArgumentException;
import dev.keyway.DeviceException;
import dev.keyway.KeywayException;
import dev.keyway.spi.DeviceStream;
import dev.keyway.spi.DeviceStream.DeviceEvent;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/** What a queue of {@link QueueBackend} is made of; the backend says how it is used. */
final class Queue {
    private final QueueBackend backend;
    private final int number;
    private final ExecutorService threads;
    private final AtomicReference<@Nullable KeywayException> failure = new AtomicReference<>();
    private final DeviceStream stream = new Steps(this);

    Queue(QueueBackend backend, int number, int threads) {
        this.backend = backend;
        this.number = number;
        this.threads =
                Executors.newFixedThreadPool(
                        threads, Thread.ofPlatform().daemon().name("queue-" + number).factory());
    }

    static Queue of(DeviceStream stream) {
        return ((Steps) stream).queue;
    }

    DeviceStream stream() {
        return stream;
    }

    /** The device's default stream is the first. */
    boolean isFurther() {
        return number > 0;
    }

    CompletableFuture<Void> submit(String operator, Runnable work) {
        return CompletableFuture.runAsync(() -> run(operator, work), threads);
    }

    private void run(String operator, Runnable work) {
        try {
            work.run();
        } catch (ArgumentException | ArithmeticException e) {
            failure.compareAndSet(null, new ArgumentException(operator + ": " + e.getMessage(), e));
        } catch (Throwable e) {
            failure.compareAndSet(null, new DeviceException(operator + ": failed: " + e, e));
        }
    }

    /** An event behind everything submitted so far. */
    DeviceEvent mark() {
        CompletableFuture<Void> marker = submit("record", () -> {});
        return new DeviceEvent() {
            @Override
            public boolean isComplete() {
                return marker.isDone();
            }

            @Override
            public void synchronize() {
                marker.join();
            }
        };
    }

    /** Takes no more work; what was submitted still runs. */
    void shutDown() {
        threads.shutdown();
    }

    void finish() {
        threads.close();
    }

    void rethrow(boolean once) {
        KeywayException seen = once ? failure.getAndSet(null) : failure.get();
        if (seen != null) {
            throw seen;
        }
    }

    /** The queue as the runtime sees it. */
    private static final class Steps implements DeviceStream {
        private final Queue queue;

        Steps(Queue queue) {
            this.queue = queue;
        }

        @Override
        public DeviceEvent record() {
            return queue.backend.record(queue);
        }

        @Override
        public void waitFor(DeviceEvent event) {
            queue.backend.waitFor(queue, event);
        }

        @Override
        public void synchronize() {
            queue.backend.synchronize(queue);
        }

        @Override
        public void close() {
            queue.backend.close(queue);
        }
    }
}
