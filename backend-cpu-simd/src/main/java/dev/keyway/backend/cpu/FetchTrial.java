// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Whether calls of one shape fetch their weights ({@link CacheLines}) before they compute. Where a
 * processor brings the next lines of memory by itself, or the weights are in a cache, fetching them
 * takes time for nothing; where it does not, computing waits for each line. So calls themselves are
 * timed both ways, in trials ever further apart, and the medians decide. No bit of a result depends
 * on it. Thread-safe; calls at the same time may lengthen each other's times.
 *
 * <p>A call has a number, from {@link #begin}, which it gives to the other methods.
 */
public final class FetchTrial {
    /** Calls in a trial, half of them each way. */
    private static final int CALLS = 32;

    /** The call with which the first trial begins: the first ones are not compiled yet. */
    private static final long FIRST = 16;

    /** How much later the next trial begins. */
    private static final int LATER = 8;

    private final LongSupplier clock;
    private final AtomicLong calls = new AtomicLong();
    private final long[] times = new long[CALLS];
    private volatile long trial = FIRST;
    private volatile boolean chosen = true;

    /** Fetches, up to the first trial. */
    public FetchTrial() {
        this(System::nanoTime);
    }

    /** With a clock, in nanoseconds. */
    FetchTrial(LongSupplier clock) {
        this.clock = clock;
    }

    /** The number of a call that begins. */
    public long begin() {
        long call = calls.getAndIncrement();
        int turn = turn(call);
        if (turn >= 0) {
            times[turn] = -clock.getAsLong();
        }
        return call;
    }

    /** Whether the call fetches. */
    public boolean isFetching(long call) {
        int turn = turn(call);
        return turn >= 0 ? isFetchingTurn(turn) : chosen;
    }

    /** The call ends. */
    public void end(long call) {
        int turn = turn(call);
        if (turn >= 0) {
            times[turn] += clock.getAsLong();
        }
        if (turn == CALLS - 1) {
            chosen = median(true) < median(false);
            trial = LATER * (call - turn);
        }
    }

    /** Which call of the trial it is; -1 for none. Another call may end the trial meanwhile. */
    private int turn(long call) {
        long turn = call - trial;
        return turn >= 0 && turn < CALLS ? (int) turn : -1;
    }

    /**
     * Turns after the sequence of Thue and Morse: whatever calls repeat in twos, fours or eights,
     * as the layers of a network do, falls on both ways alike.
     */
    private static boolean isFetchingTurn(int turn) {
        return (Integer.bitCount(turn) & 1) == 0;
    }

    private long median(boolean fetching) {
        long[] sorted = new long[CALLS / 2];
        int count = 0;
        for (int turn = 0; turn < CALLS; turn++) {
            if (isFetchingTurn(turn) == fetching) {
                sorted[count++] = times[turn];
            }
        }
        Arrays.sort(sorted);
        return sorted[CALLS / 4];
    }
}
