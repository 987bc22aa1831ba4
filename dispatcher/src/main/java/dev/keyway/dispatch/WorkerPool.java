// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.spi.Workers;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
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
        boolean alone = total <= chunk || workers.length == 0 || closed;
        if (alone || !busy.compareAndSet(false, true)) {
            for (long start = 0; start < total; start += chunk) {
                task.run(start, Math.min(total, start + chunk));
            }
            return;
        }
        Job job = new Job(++jobs, threads(), total, chunk, task);
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
            busy.set(false);
        }
        job.rethrow();
    }

    private void work(int self) {
        // Its number, not the job: a job holds a kernel, and an idle worker would keep its plugin.
        long last = 0;
        while (!closed) {
            Job job = await(last);
            if (job != null) {
                last = job.number;
                job.work(self);
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

    /**
     * One parallel call. Each thread first takes the chunks of its own part, so that in calls one
     * after the other it finds what it wrote in its cache, and then those that others have left.
     */
    private static final class Job {
        /** Longs from one part's counter to the next: a line of the cache, and its neighbour. */
        private static final int APART = 16;

        private final long number;
        private final long total;
        private final long chunk;
        private final long chunks;
        private final int parts;
        private final RangeTask task;
        private final AtomicLongArray taken;
        private final AtomicLong done = new AtomicLong();
        private final AtomicReference<@Nullable Throwable> error = new AtomicReference<>();

        Job(long number, int parts, long total, long chunk, RangeTask task) {
            this.number = number;
            this.total = total;
            this.chunk = chunk;
            this.chunks = (total + chunk - 1) / chunk;
            this.parts = parts;
            this.task = task;
            this.taken = new AtomicLongArray(parts * APART);
        }

        void work(int self) {
            long count = 0;
            for (int i = 0; i < parts; i++) {
                count += part((self + i) % parts);
            }
            done.getAndAdd(count);
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
