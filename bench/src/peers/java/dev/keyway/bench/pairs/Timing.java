// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Times both sides of a pair in turn, so that what else the machine does falls on both. A side is
 * warm when it has stopped to become faster; before each batch there is a rest, in which spinning
 * threads of the other side go to sleep.
 */
final class Timing {
    private static final long WINDOW = 50_000_000;
    private static final long LONGEST = 3_000_000_000L;
    private static final long BATCH = 25_000_000;
    private static final long REST = 2_000_000;
    private static final int ROUNDS = 5;
    private static final double FASTER = 0.95;

    /** Windows without progress after which the peer, which is compiled, counts as warm. */
    private static final int PEER = 1;

    /** The same for us. */
    private static final int OURS = 4;

    /** As long as we take this many times as long, compilation may be under way. */
    private static final double SUSPICIOUS = 4;

    private Timing() {}

    /** Nanoseconds a run: the medians of both over several batches. */
    static double[] time(Runnable ours, Runnable theirs) {
        double peer = warm(theirs, PEER, 0);
        double own = warm(ours, OURS, SUSPICIOUS * peer);
        long oursRuns = Math.max(1, (long) (BATCH / own));
        long theirRuns = Math.max(1, (long) (BATCH / peer));
        double[][] times = new double[2][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            times[0][round] = batch(ours, oursRuns);
            times[1][round] = batch(theirs, theirRuns);
        }
        return new double[] {median(times[0]), median(times[1])};
    }

    /** Runs until several windows bring nothing; the best time. */
    private static double warm(Runnable work, int windows, double suspicious) {
        long start = System.nanoTime();
        double best = Double.MAX_VALUE;
        int steady = 0;
        while (System.nanoTime() - start < LONGEST
                && (steady < windows
                        || best > suspicious && suspicious > 0 && steady < 8 * windows)) {
            long from = System.nanoTime();
            long runs = 0;
            long now = from;
            while (now - from < WINDOW) {
                work.run();
                runs++;
                now = System.nanoTime();
            }
            double time = (double) (now - from) / runs;
            steady = time < FASTER * best ? 0 : steady + 1;
            best = Math.min(best, time);
        }
        return best;
    }

    private static double batch(Runnable work, long runs) {
        LockSupport.parkNanos(REST);
        for (long i = 0; i < (runs + 7) / 8 && runs > 1; i++) {
            work.run();
        }
        long start = System.nanoTime();
        for (long i = 0; i < runs; i++) {
            work.run();
        }
        return (double) (System.nanoTime() - start) / runs;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
