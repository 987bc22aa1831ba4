// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.spi.Workers;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Fixed worker threads that spin briefly for the next job and then park. One job runs at a time; a
 * caller that finds the pool busy, is itself a worker, or finds the processors taken by the jobs of
 * other pools does its chunks alone. Chunks are the same either way.
 */
final class WorkerPool implements Workers, AutoCloseable {
    private static final int SPINS = 20_000;

    /** Threads of the jobs that run now, in all pools of the process. */
    private static final AtomicInteger TAKEN = new AtomicInteger();

    private final Thread[] workers;
    private final int processors = Runtime.getRuntime().availableProcessors();
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicInteger parked = new AtomicInteger();
    private volatile @Nullable WorkerJob current;
    private volatile boolean closed;

    /** Calls so far; written by whoever holds {@code busy}, as is the job. */
    private long calls;

    /** Of the last call, for the next one. */
    private WorkerJob job;

    WorkerPool(int threads) {
        workers = new Thread[Math.max(threads, 1) - 1];
        job = new WorkerJob(threads());
        for (int i = 0; i < workers.length; i++) {
            int self = i + 1;
            workers[i] =
                    Thread.ofPlatform()
                            .daemon()
                            .name("keyway-worker-" + i)
                            .unstarted(() -> work(self));
        }
        for (Thread worker : workers) {
            worker.start();
        }
    }

    @Override
    public int threads() {
        return workers.length + 1;
    }

    @Override
    public void parallel(long total, long chunk, RangeTask task) {
        if (chunk <= 0) {
            throw new IllegalArgumentException("chunk must be positive, got " + chunk);
        }
        boolean alone = total <= chunk || workers.length == 0 || closed || isCrowded();
        if (alone || !busy.compareAndSet(false, true)) {
            for (long start = 0; start < total; start += chunk) {
                task.run(start, Math.min(total, start + chunk));
            }
            return;
        }
        WorkerJob running = job(total, chunk, task);
        Throwable failure = null;
        TAKEN.getAndAdd(threads());
        try {
            current = running;
            if (parked.get() > 0) {
                for (Thread worker : workers) {
                    LockSupport.unpark(worker);
                }
            }
            running.work(0);
            running.await();
        } finally {
            current = null;
            failure = running.end();
            TAKEN.getAndAdd(-threads());
            busy.set(false);
        }
        rethrow(failure);
    }

    private static void rethrow(@Nullable Throwable failure) {
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }

    /** The job for the next call: the last one's, unless a worker came too late to have left it. */
    private WorkerJob job(long total, long chunk, RangeTask task) {
        if (!job.isLeft()) {
            job = new WorkerJob(threads());
        }
        job.begin(++calls, total, chunk, task);
        return job;
    }

    /** Whether jobs of other pools leave too few processors for all threads of this one. */
    private boolean isCrowded() {
        int others = TAKEN.get();
        return others > 0 && others + threads() > processors;
    }

    private void work(int self) {
        long last = 0;
        while (!closed) {
            WorkerJob entered = await(last);
            if (entered != null) {
                last = entered.number();
                entered.work(self);
                entered.leave();
            }
        }
    }

    /** A job that runs, entered; null after a pause in which there was none. */
    private @Nullable WorkerJob await(long last) {
        for (int i = 0; i < SPINS; i++) {
            WorkerJob found = current;
            if (found != null && found.number() != last) {
                found.enter();
                if (current == found) {
                    return found;
                }
                found.leave();
            }
            Thread.onSpinWait();
        }
        // Counted before the last look: who starts a job after it finds someone to wake.
        parked.getAndIncrement();
        WorkerJob found = current;
        if ((found == null || found.number() == last) && !closed) {
            // A task may have interrupted its thread; interrupted, it would never park.
            Thread.interrupted();
            LockSupport.park(this);
        }
        parked.getAndDecrement();
        return null;
    }

    @Override
    public void close() {
        closed = true;
        for (Thread worker : workers) {
            LockSupport.unpark(worker);
        }
        for (Thread worker : workers) {
            join(worker);
        }
    }

    private static void join(Thread worker) {
        boolean interrupted = false;
        while (worker.isAlive()) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
