// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.spi.Workers.RangeTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One parallel call. Each thread first takes the chunks of its own part, so that in calls one after
 * the other it finds in its cache what it wrote, and then those that others have left.
 */
final class WorkerJob {
    /** Longs from one part's counter to the next: a line of the cache, and its neighbour. */
    private static final int APART = 16;

    /** Looks at the end of the work before the processor is offered to another thread. */
    private static final int SPINS = 1_000;

    private final long number;
    private final long total;
    private final long chunk;
    private final long chunks;
    private final int parts;
    private final RangeTask task;
    private final AtomicLongArray taken;
    private final AtomicLong done = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> error = new AtomicReference<>();

    WorkerJob(long number, int parts, long total, long chunk, RangeTask task) {
        this.number = number;
        this.total = total;
        this.chunk = chunk;
        this.chunks = (total + chunk - 1) / chunk;
        this.parts = parts;
        this.task = task;
        this.taken = new AtomicLongArray(parts * APART);
    }

    /** Which job of its pool. */
    long number() {
        return number;
    }

    /** Does chunks until all are taken: the thread's own part first. */
    void work(int self) {
        long count = 0;
        for (int i = 0; i < parts; i++) {
            count += part((self + i) % parts);
        }
        if (count > 0) {
            done.getAndAdd(count);
        }
    }

    private long part(int part) {
        long first = chunks * part / parts;
        long end = chunks * (part + 1) / parts;
        long count = 0;
        for (long k = next(part, first); k < end; k = next(part, first)) {
            count++;
            run(k);
        }
        return count;
    }

    private long next(int part, long first) {
        return first + taken.getAndIncrement(part * APART);
    }

    private void run(long k) {
        try {
            if (error.get() == null) {
                task.run(k * chunk, Math.min(total, (k + 1) * chunk));
            }
        } catch (Throwable e) {
            error.compareAndSet(null, e);
        }
    }

    /**
     * Waits until every chunk is done. A thread that still has one may have lost its processor, so
     * after a while the caller offers its own.
     */
    void await() {
        for (int i = 0; done.get() < chunks; i++) {
            if (i < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    /** Throws the first error of a chunk. */
    void rethrow() {
        Throwable failure = error.get();
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }
}
