// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.spi.Workers.RangeTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One parallel call, and after it others: its counters stay. Each thread first takes the chunks of
 * its own part, so that in calls one after the other it finds in its cache what it wrote, and then
 * those that others have left. A worker may come late to a call that has ended; until it has left
 * again, the job is not used for another one.
 */
final class WorkerJob {
    /** Longs from one part's counter to the next: a line of the cache, and its neighbour. */
    private static final int APART = 16;

    /** Looks at the end of the work before the processor is offered to another thread. */
    private static final int SPINS = 1_000;

    private final int parts;
    private final AtomicLongArray taken;
    private final AtomicLong done = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> error = new AtomicReference<>();

    /** Workers between {@link #enter} and {@link #leave}. */
    private final AtomicInteger inside = new AtomicInteger();

    private volatile long number;
    private long total;
    private long chunk;
    private long chunks;

    /** Null between calls: a task holds a kernel, and an idle pool would keep its plugin. */
    private @Nullable RangeTask task;

    WorkerJob(int parts) {
        this.parts = parts;
        this.taken = new AtomicLongArray(parts * APART);
    }

    /** Describes a call; whoever calls has seen that the job {@link #isLeft}. */
    void begin(long newNumber, long newTotal, long newChunk, RangeTask newTask) {
        total = newTotal;
        chunk = newChunk;
        chunks = (newTotal + newChunk - 1) / newChunk;
        task = newTask;
        for (int part = 0; part < parts; part++) {
            taken.setPlain(part * APART, 0);
        }
        done.setPlain(0);
        number = newNumber;
    }

    /** Which call of its pool. */
    long number() {
        return number;
    }

    /** Whether no worker is inside, so that the job may be used again. */
    boolean isLeft() {
        return inside.get() == 0;
    }

    /** From now on the job stays what it is; whether it still runs is to be seen after that. */
    void enter() {
        inside.getAndIncrement();
    }

    /** The worker reads the job no more. */
    void leave() {
        inside.getAndDecrement();
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
            RangeTask work = task;
            if (work != null && error.get() == null) {
                work.run(k * chunk, Math.min(total, (k + 1) * chunk));
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

    /**
     * Forgets the task.
     *
     * @return the first error of a chunk; null for none
     */
    @Nullable Throwable end() {
        task = null;
        Throwable first = error.get();
        if (first != null) {
            error.set(null);
        }
        return first;
    }
}
