// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.compare;

import java.util.List;

/**
 * A line of the table: the medians over all processes that measured it.
 *
 * @param name of the contest
 * @param threads both sides had
 * @param ratio the peer's time by our time; above 1 we are ahead
 * @param lowest ratio of a process
 * @param highest ratio of a process
 * @param ours our time of a run, in microseconds
 * @param theirs the peer's
 * @param rate ours in {@code unit}; 0 where none says much
 * @param theirRate the peer's
 * @param unit GFLOP/s or GB/s
 * @param peer version, kernel, threads and flags
 * @param valid whether the peer reached 80% of its committed speed on this CPU model, or none is
 *     committed; otherwise the ratio says nothing
 */
public record Row(
        String name,
        int threads,
        double ratio,
        double lowest,
        double highest,
        double ours,
        double theirs,
        double rate,
        double theirRate,
        String unit,
        String peer,
        boolean valid) {
    /** The row of what several processes measured. */
    public static Row of(List<Sample> samples, int threads) {
        Sample first = samples.getFirst();
        double[] ratios = samples.stream().mapToDouble(Sample::ratio).sorted().toArray();
        double ours = median(samples.stream().mapToDouble(Sample::ours).toArray());
        double theirs = median(samples.stream().mapToDouble(Sample::theirs).toArray());
        return new Row(
                first.name(),
                threads,
                round(median(ratios), 3),
                round(ratios[0], 3),
                round(ratios[ratios.length - 1], 3),
                round(ours / 1e3, 4),
                round(theirs / 1e3, 4),
                round(first.amount() / ours, 2),
                round(first.amount() / theirs, 2),
                first.unit(),
                first.peer(),
                true);
    }

    /** This row, marked as one that says nothing. */
    Row invalid() {
        return new Row(
                name, threads, ratio, lowest, highest, ours, theirs, rate, theirRate, unit, peer,
                false);
    }

    /** Name and threads, which tell rows apart. */
    String key() {
        return name + ", " + threads + (threads == 1 ? " thread" : " threads");
    }

    private static double median(double[] values) {
        return Stopwatch.median(values);
    }

    private static double round(double value, int digits) {
        double scale = Math.pow(10, digits);
        return Math.round(value * scale) / scale;
    }
}
