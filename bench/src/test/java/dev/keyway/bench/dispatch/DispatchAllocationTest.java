// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls into a tensor that is there allocate nothing on the heap, once they are compiled. */
class DispatchAllocationTest {
    private static final int CALLS = 2_000;
    private static final long PATIENCE = 60_000_000_000L;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final DispatchBenchmark calls = new DispatchBenchmark();

    @AfterEach
    void close() {
        calls.close();
    }

    @Test
    void theSameOperator() {
        assertEquals(0, fewest(DispatchBenchmark::sameOperator));
        assertEquals(0, fewest(DispatchBenchmark::sameBinaryOperator));
    }

    @Test
    void operatorsInTurn() {
        assertEquals(0, fewest(DispatchBenchmark::mixedOperators));
    }

    @Test
    void throughTheAutogradLayer() {
        assertEquals(0, fewest(DispatchBenchmark::sameOperatorWithAutograd));
        assertEquals(0, fewest(DispatchBenchmark::mixedOperatorsWithAutograd));
    }

    /** Bytes of the best of many rounds: until the compilers are done, calls may allocate. */
    private long fewest(Consumer<DispatchBenchmark> call) {
        long start = System.nanoTime();
        long fewest = Long.MAX_VALUE;
        while (fewest > 0 && System.nanoTime() - start < PATIENCE) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                call.accept(calls);
            }
            fewest = Math.min(fewest, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return fewest;
    }
}
