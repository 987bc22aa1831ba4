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

    /** Jobs so far; written by whoever holds {@code busy}. */
    private long jobs;

    WorkerPool(int threads) {
        workers = new Thread[Math.max(threads, 1) - 1];
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
        WorkerJob job = new WorkerJob(++jobs, threads(), total, chunk, task);
        TAKEN.getAndAdd(threads());
        try {
            current = job;
            if (parked.get() > 0) {
                for (Thread worker : workers) {
                    LockSupport.unpark(worker);
                }
            }
            job.work(0);
            job.await();
        } finally {
            current = null;
            TAKEN.getAndAdd(-threads());
            busy.set(false);
        }
        job.rethrow();
    }

    /** Whether jobs of other pools leave too few processors for all threads of this one. */
    private boolean isCrowded() {
        int others = TAKEN.get();
        return others > 0 && others + threads() > processors;
    }

    private void work(int self) {
        // Its number, not the job: a job holds a kernel, and an idle worker would keep its plugin.
        long last = 0;
        while (!closed) {
            WorkerJob job = await(last);
            if (job != null) {
                last = job.number();
                job.work(self);
            }
        }
    }

    private @Nullable WorkerJob await(long last) {
        for (int i = 0; i < SPINS; i++) {
            WorkerJob job = current;
            if (job != null && job.number() != last) {
                return job;
            }
            Thread.onSpinWait();
        }
        // Counted before the last look: who starts a job after it finds someone to wake.
        parked.getAndIncrement();
        WorkerJob job = current;
        if ((job == null || job.number() == last) && !closed) {
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
