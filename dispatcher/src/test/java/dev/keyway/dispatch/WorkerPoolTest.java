// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.keyway.spi.Workers.RangeTask;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every chunk is done once, whoever does it and whatever happens to the others. */
@Timeout(60)
class WorkerPoolTest {
    private static final int ROUNDS = 2000;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void everyChunkIsDoneOnceAndSeenByTheCaller(int threads) {
        try (WorkerPool pool = new WorkerPool(threads)) {
            assertEquals(threads, pool.threads());
            for (int round = 0; round < ROUNDS; round++) {
                int total = round % 53;
                int chunk = 1 + round % 5;
                int[] plain = new int[total];
                pool.parallel(
                        total,
                        chunk,
                        (start, end) -> {
                            assertEquals(0, start % chunk);
                            assertEquals(Math.min(total, start + chunk), end);
                            for (long i = start; i < end; i++) {
                                plain[(int) i]++;
                            }
                        });
                assertEquals(total, IntStream.of(plain).filter(n -> n == 1).count());
            }
        }
    }

    @Test
    void theFirstErrorIsThrownAndThePoolGoesOn() {
        try (WorkerPool pool = new WorkerPool(2)) {
            for (int round = 0; round < ROUNDS; round++) {
                IllegalStateException error = new IllegalStateException("chunk");
                IllegalStateException thrown =
                        assertThrows(
                                IllegalStateException.class,
                                () ->
                                        pool.parallel(
                                                16,
                                                1,
                                                (start, end) -> {
                                                    if (start == 7) {
                                                        throw error;
                                                    }
                                                }));
                assertSame(error, thrown);
            }
            count(pool, 100);
        }
    }

    @Test
    void interruptsOfCallerAndWorkersLeaveItUsable() throws InterruptedException {
        try (WorkerPool pool = new WorkerPool(2)) {
            for (int round = 0; round < 20; round++) {
                Thread.currentThread().interrupt();
                pool.parallel(64, 1, (start, end) -> Thread.currentThread().interrupt());
                assertTrue(Thread.interrupted());
                count(pool, 100);
                Thread.sleep(2);
            }
        }
    }

    @Test
    void aTaskThatCallsAgainDoesItAlone() {
        try (WorkerPool pool = new WorkerPool(2)) {
            AtomicLong sum = new AtomicLong();
            pool.parallel(
                    8, 1, (start, end) -> pool.parallel(10, 1, (s, e) -> sum.getAndAdd(e - s)));
            assertEquals(80, sum.get());
        }
    }

    @Test
    void twoPoolsWorkAtTheSameTime() throws InterruptedException {
        try (WorkerPool one = new WorkerPool(2);
                WorkerPool two = new WorkerPool(2)) {
            Thread other = new Thread(() -> IntStream.range(0, ROUNDS).forEach(i -> count(two, 9)));
            other.start();
            IntStream.range(0, ROUNDS).forEach(i -> count(one, 9));
            other.join();
        }
    }

    @Test
    void aClosedPoolStillDoesTheWork() {
        WorkerPool pool = new WorkerPool(2);
        pool.close();
        count(pool, 10);
    }

    /**
     * Callers in turn and at once use one job again and again, while workers come late to it: with
     * more threads than processors some lose theirs anywhere.
     */
    @Test
    void aJobThatIsUsedAgainMixesNoCalls() throws InterruptedException {
        int callers = 4;
        try (WorkerPool pool = new WorkerPool(5)) {
            AtomicIntegerArray wrong = new AtomicIntegerArray(callers);
            Thread[] threads = new Thread[callers];
            for (int caller = 0; caller < callers; caller++) {
                int self = caller;
                threads[caller] = new Thread(() -> wrong.set(self, callsGoneWrong(pool, self)));
                threads[caller].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            for (int caller = 0; caller < callers; caller++) {
                assertEquals(0, wrong.get(caller));
            }
        }
    }

    /** Calls of other lengths, of which every seventh fails. */
    private static int callsGoneWrong(WorkerPool pool, int caller) {
        int wrong = 0;
        for (int round = 0; round < ROUNDS; round++) {
            int total = 2 + (round * 31 + caller) % 41;
            AtomicIntegerArray seen = new AtomicIntegerArray(total);
            IllegalStateException error = round % 7 == 0 ? new IllegalStateException() : null;
            try {
                pool.parallel(
                        total,
                        1,
                        (start, end) -> {
                            seen.getAndIncrement((int) start);
                            if (error != null && start == total - 1) {
                                throw error;
                            }
                        });
                wrong += error == null ? 0 : 1;
            } catch (IllegalStateException e) {
                wrong += e == error ? 0 : 1;
            }
            for (int i = 0; i < total; i++) {
                boolean skipped = error != null && seen.get(i) == 0;
                wrong += skipped || seen.get(i) == 1 ? 0 : 1;
            }
        }
        return wrong;
    }

    @Test
    void anIdlePoolKeepsNoTask() throws InterruptedException {
        try (WorkerPool pool = new WorkerPool(2)) {
            WeakReference<Object> task = new WeakReference<>(calledTask(pool));
            for (int attempt = 0; task.get() != null && attempt < 100; attempt++) {
                System.gc();
                Thread.sleep(10);
            }
            assertNull(task.get());
        }
    }

    private static Object calledTask(WorkerPool pool) {
        AtomicLong sum = new AtomicLong();
        RangeTask task = (start, end) -> sum.getAndAdd(end - start);
        pool.parallel(64, 1, task);
        assertEquals(64, sum.get());
        return task;
    }

    @Test
    void callsLeaveNothingOnTheHeap() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        RangeTask task = (start, end) -> {};
        try (WorkerPool pool = new WorkerPool(2)) {
            long fewest = Long.MAX_VALUE;
            for (int round = 0; fewest > 0 && round < 1000; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 100; i++) {
                    pool.parallel(64, 1, task);
                }
                fewest = Math.min(fewest, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, fewest);
        }
    }

    private static void count(WorkerPool pool, int total) {
        AtomicIntegerArray seen = new AtomicIntegerArray(total);
        pool.parallel(total, 1, (start, end) -> seen.getAndIncrement((int) start));
        for (int i = 0; i < total; i++) {
            assertEquals(1, seen.get(i));
        }
    }
}
