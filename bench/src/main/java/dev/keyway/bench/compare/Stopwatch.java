// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.compare;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Times two things in turn, so that what else the machine does falls on both. Before each batch it
 * sleeps, so that threads of the other side that still spin for work have gone to rest.
 */
final class Stopwatch {
    /** OpenBLAS's threads look for work for 2^26 cycles before they sleep. */
    private static final long REST = 60_000_000;

    /** By how much a faster run must be faster. */
    private static final double IMPROVEMENT = 0.97;

    /**
     * The share of the time without a faster run that the compilers may take: on two threads they
     * work beside the runs, which are then slow though the fastest is not.
     */
    private static final double COMPILING = 0.1;

    /**
     * How long warming up may take, in times of {@code warmUp}: where the threads leave no
     * processor to the compilers, long. What took so long is not timed again.
     */
    private static final int PATIENCE = 16;

    /**
     * How often both are timed at most. A loop may be interpreted for longer than warming up lasts,
     * at one speed all the while: the compiler takes it after 600 calls only, later when its queue
     * is long.
     */
    private static final int ATTEMPTS = 4;

    private final long warmUp;
    private final long batch;
    private final int rounds;

    /**
     * Sets how long it takes.
     *
     * @param warmUp nanoseconds without a faster run and almost without compilation before the
     *     first measurement, for each side
     * @param batch nanoseconds of one measurement
     * @param rounds measurements of each side
     */
    Stopwatch(long warmUp, long batch, int rounds) {
        this.warmUp = warmUp;
        this.batch = batch;
        this.rounds = rounds;
    }

    /**
     * The medians of both, in nanoseconds a run. Times both again when code was compiled meanwhile,
     * or is still to be.
     */
    double[] time(Runnable ours, Runnable theirs) {
        double[] medians = {};
        long start = System.nanoTime();
        for (int attempt = 0;
                attempt < ATTEMPTS && System.nanoTime() - start < PATIENCE * warmUp;
                attempt++) {
            long oursRuns = runs(ours);
            long theirRuns = runs(theirs);
            long compiled = Compilers.spent();
            medians = rounds(ours, oursRuns, theirs, theirRuns);
            long spent = Compilers.spent() - compiled;
            if (spent <= COMPILING * batch * rounds && !Compilers.areBusy()) {
                break;
            }
        }
        return medians;
    }

    private double[] rounds(Runnable ours, long oursRuns, Runnable theirs, long theirRuns) {
        double[][] times = new double[2][rounds];
        for (int round = 0; round < rounds; round++) {
            times[0][round] = batch(ours, oursRuns);
            times[1][round] = batch(theirs, theirRuns);
        }
        return new double[] {median(times[0]), median(times[1])};
    }

    /**
     * Warms up until no run was noticeably faster than all before for a while in which the JVM's
     * compilers had little to do, then says how many runs fill a batch.
     */
    private long runs(Runnable work) {
        long runs = 1;
        long start = System.nanoTime();
        long calm = start;
        long compiled = Compilers.spent();
        long now = start;
        double best = Double.MAX_VALUE;
        while (now - calm < warmUp && now - start < PATIENCE * warmUp) {
            double time = once(work, runs);
            now = System.nanoTime();
            long spent = Compilers.spent();
            if (time < IMPROVEMENT * best || spent - compiled > COMPILING * warmUp) {
                calm = now;
                compiled = spent;
            }
            best = Math.min(best, time);
            runs = Math.max(1, (long) (batch / 4 / best));
        }
        return Math.max(1, (long) (batch / best));
    }

    private double batch(Runnable work, long runs) {
        LockSupport.parkNanos(REST);
        if (runs > 1) {
            once(work, Math.max(1, runs / 8));
        }
        return once(work, runs);
    }

    private static double once(Runnable work, long runs) {
        long start = System.nanoTime();
        for (long i = 0; i < runs; i++) {
            work.run();
        }
        return (double) (System.nanoTime() - start) / runs;
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
