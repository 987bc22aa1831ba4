// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.spi.Workers;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Fixed worker threads that spin briefly for the next job and then park. One job runs at a time; a
 * caller that finds the pool busy, or is itself a worker, does its chunks alone. Chunks are the
 * same either way.
 */
final class WorkerPool implements Workers, AutoCloseable {
    private static final int SPINS = 20_000;

    private final Thread[] workers;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicInteger parked = new AtomicInteger();
    private volatile @Nullable Job current;
    private volatile boolean closed;

    /** Jobs so far; written by whoever holds {@code busy}. */
    private long jobs;

    WorkerPool(int threads) {
        workers = new Thread[Math.max(threads, 1) - 1];
        for (int i = 0; i < workers.length; i++) {
            workers[i] =
                    Thread.ofPlatform().daemon().name("keyway-worker-" + i).unstarted(this::work);
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
        boolean alone = total <= chunk || workers.length == 0 || closed;
        if (alone || !busy.compareAndSet(false, true)) {
            for (long start = 0; start < total; start += chunk) {
                task.run(start, Math.min(total, start + chunk));
            }
            return;
        }
        Job job = new Job(++jobs, total, chunk, task);
        try {
            current = job;
            if (parked.get() > 0) {
                for (Thread worker : workers) {
                    LockSupport.unpark(worker);
                }
            }
            job.work();
            job.await();
        } finally {
            current = null;
            busy.set(false);
        }
        job.rethrow();
    }

    private void work() {
        // Its number, not the job: a job holds a kernel, and an idle worker would keep its plugin.
        long last = 0;
        while (!closed) {
            Job job = await(last);
            if (job != null) {
                last = job.number;
                job.work();
            }
        }
    }

    private @Nullable Job await(long last) {
        for (int i = 0; i < SPINS; i++) {
            Job job = current;
            if (job != null && job.number != last) {
                return job;
            }
            Thread.onSpinWait();
        }
        // Counted before the last look: who starts a job after it finds someone to wake.
        parked.getAndIncrement();
        Job job = current;
        if ((job == null || job.number == last) && !closed) {
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

    /** One parallel call. */
    private static final class Job {
        private final long number;
        private final long total;
        private final long chunk;
        private final long chunks;
        private final RangeTask task;
        private final AtomicLong next = new AtomicLong();
        private final AtomicLong done = new AtomicLong();
        private final AtomicReference<@Nullable Throwable> error = new AtomicReference<>();

        Job(long number, long total, long chunk, RangeTask task) {
            this.number = number;
            this.total = total;
            this.chunk = chunk;
            this.chunks = (total + chunk - 1) / chunk;
            this.task = task;
        }

        void work() {
            for (long k = next.getAndIncrement(); k < chunks; k = next.getAndIncrement()) {
                try {
                    if (error.get() == null) {
                        task.run(k * chunk, Math.min(total, (k + 1) * chunk));
                    }
                } catch (Throwable e) {
                    error.compareAndSet(null, e);
                } finally {
                    done.getAndIncrement();
                }
            }
        }

        void await() {
            while (done.get() < chunks) {
                Thread.onSpinWait();
            }
        }

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
}
