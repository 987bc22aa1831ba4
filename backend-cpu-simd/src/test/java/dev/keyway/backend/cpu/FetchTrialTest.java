// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;

/** Calls that time themselves with and without fetching, by a clock that the test moves. */
class FetchTrialTest {
    private static final int FIRST = 16;
    private static final int CALLS = 32;

    private final AtomicLong clock = new AtomicLong(1000);
    private final FetchTrial trial = new FetchTrial(clock::get);

    /** Makes a call that takes so long by its number, where it does not fetch ten more. */
    private boolean call(LongUnaryOperator nanos, long slower) {
        long call = trial.begin();
        boolean fetches = trial.isFetching(call);
        clock.addAndGet(nanos.applyAsLong(call) + (fetches ? 0 : slower));
        trial.end(call);
        return fetches;
    }

    private BitSet calls(int count, LongUnaryOperator nanos, long slower) {
        BitSet fetching = new BitSet();
        for (int i = 0; i < count; i++) {
            fetching.set(i, call(nanos, slower));
        }
        return fetching;
    }

    @Test
    void fetchesUntilItHasTriedBothEquallyOften() {
        assertEquals(FIRST, calls(FIRST, n -> 100, 10).cardinality());
        assertEquals(CALLS / 2, calls(CALLS, n -> 100, 10).cardinality());
    }

    @Test
    void takesTheFasterWay() {
        calls(FIRST + CALLS, n -> 100, 10);
        assertEquals(50, calls(50, n -> 100, 10).cardinality());
    }

    @Test
    void stopsFetchingWhereThatIsSlower() {
        calls(FIRST + CALLS, n -> 100, -10);
        assertEquals(0, calls(50, n -> 100, -10).cardinality());
    }

    @Test
    void callsThatRepeatInPatternsOrWereInterruptedDoNotDecide() {
        LongUnaryOperator layers = n -> 100 + 50 * (n & 3) + (n % 11 == 0 ? 5000 : 0);
        calls(FIRST + CALLS, layers, -3);
        assertEquals(0, calls(50, layers, -3).cardinality());
    }

    @Test
    void triesAgainAndChangesItsChoice() {
        calls(FIRST + CALLS, n -> 100, -10);
        int second = 8 * FIRST;
        assertEquals(0, calls(second - FIRST - CALLS, n -> 100, 10).cardinality());
        calls(CALLS, n -> 100, 10);
        assertEquals(50, calls(50, n -> 100, 10).cardinality());
    }

    @Test
    void callsMayOverlapAndStayWithoutAnEnd() {
        long first = trial.begin();
        calls(FIRST + CALLS, n -> 100, -10);
        trial.end(first);
        long open = trial.begin();
        assertEquals(0, calls(1, n -> 100, -10).cardinality());
        calls(10 * FIRST + CALLS, n -> 100, -10);
        trial.end(open);
        assertEquals(0, calls(50, n -> 100, -10).cardinality());
    }
}
