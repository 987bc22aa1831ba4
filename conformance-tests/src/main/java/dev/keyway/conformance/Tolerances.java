// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.Expected;
import dev.keyway.conformance.sample.OperatorSamples;
import dev.keyway.conformance.sample.Sample;
import dev.keyway.conformance.sample.Samples;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far results may lie from the exact value, for each operator: the median and the largest bound
 * of all elements of its cases, in units in the last place of the exact value. A bound grows with
 * the length of what is summed, and where terms cancel each other.
 */
public final class Tolerances {
    private Tolerances() {}

    /**
     * The bounds of one operator.
     *
     * @param operator its qualified name
     * @param allowed by floating dtype: {@code exact}, or {@code 2.0 .. 31} for median and largest
     */
    public record Row(String operator, Map<String, String> allowed) {}

    /** One row for each operator that the options ask for and that has floating results. */
    public static List<Row> of(ConformanceOptions options) {
        List<Row> rows = new ArrayList<>();
        for (OperatorSamples operator : Samples.all().values()) {
            if (options.includes(operator)) {
                Map<String, String> allowed = new TreeMap<>();
                for (ElementType type : operator.types()) {
                    if (type.isFloating()) {
                        allowed.put(type.toString(), words(ulps(operator, type, options.seed())));
                    }
                }
                if (!allowed.isEmpty()) {
                    rows.add(new Row(operator.operator(), allowed));
                }
            }
        }
        return rows;
    }

    private static List<Double> ulps(OperatorSamples operator, ElementType type, long seed) {
        List<Double> ulps = new ArrayList<>();
        for (Sample sample : operator.samples(seed, type)) {
            for (Expected expected : sample.expected()) {
                if (expected.type() == type) {
                    for (int i = 0; i < expected.numel(); i++) {
                        double value = expected.value(i);
                        if (Double.isFinite(value) && Double.isFinite(expected.bound(i))) {
                            ulps.add(expected.bound(i) / type.ulp(value));
                        }
                    }
                }
            }
        }
        ulps.sort(null);
        return ulps;
    }

    private static String words(List<Double> ulps) {
        double largest = ulps.isEmpty() ? 0 : ulps.getLast();
        return largest == 0 ? "exact" : text(ulps.get(ulps.size() / 2)) + " .. " + text(largest);
    }

    private static String text(double ulps) {
        return String.format(Locale.ROOT, ulps < 100 ? "%.1f" : "%.0f", ulps);
    }
}
