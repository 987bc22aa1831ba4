// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.compare;

/**
 * What one process measured of one contest.
 *
 * @param name of the contest
 * @param peer what the peer is
 * @param ours median time of one run, in nanoseconds
 * @param theirs the peer's
 * @param amount of work in a run, see {@link Contest#amount}
 * @param unit of the amount a second
 */
public record Sample(
        String name, String peer, double ours, double theirs, double amount, String unit) {
    /** The peer's time by our time: above 1 we are ahead. */
    public double ratio() {
        return theirs / ours;
    }
}
