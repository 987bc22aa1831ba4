// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.conformance.oracle.Arguments;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.Expected;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.oracle.Oracle;
import dev.keyway.conformance.oracle.Oracles;
import dev.keyway.conformance.sample.CaseId;
import dev.keyway.conformance.sample.Input;
import dev.keyway.conformance.sample.Sample;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The derivative of the weighted sum of a sample's first result, by central differences of the
 * oracle in double precision.
 *
 * @param slopes by element of the argument; NaN at kinks and jumps
 * @param terms of the sums that the slopes are, without their signs
 */
record Slopes(double[] slopes, double[] terms) {
    private static final double STEP = 1e-5;

    /**
     * They are half of the work of a run and the same on every device, so a process that checks
     * several computes them once. The samples are small; other seeds' are forgotten in time.
     */
    private static final Map<Key, Slopes> KEPT = new ConcurrentHashMap<>();

    /** More than a whole run with one seed has. */
    private static final int MOST = 50_000;

    /** A case made smaller has the number of the whole one, but other sizes. */
    private record Key(CaseId id, String call, String argument) {}

    /**
     * The slopes of a sample.
     *
     * @param sample the call
     * @param name the argument that moves
     * @param weights of the result's elements, which its id and its shape determine
     * @throws ConformanceFailure when there is no derivative anywhere
     */
    static Slopes of(Sample sample, String name, HostArray weights) {
        if (KEPT.size() >= MOST) {
            KEPT.clear();
        }
        Key key = new Key(sample.id(), sample.describe(), name);
        return KEPT.computeIfAbsent(key, _ -> new Differences(sample, name, weights).slopes());
    }

    /** The oracle of the sample with one argument in other places. */
    private static final class Differences {
        private final Oracle oracle;
        private final String name;
        private final HostArray weights;
        private final HostArray at;
        private final Map<String, @Nullable Object> arguments;

        Differences(Sample sample, String name, HostArray weights) {
            oracle = Oracles.of(sample.operator());
            this.name = name;
            this.weights = weights;
            arguments = wideArguments(sample);
            at = (HostArray) Objects.requireNonNull(arguments.get(name));
        }

        private static Map<String, @Nullable Object> wideArguments(Sample sample) {
            Map<String, @Nullable Object> wide = new LinkedHashMap<>();
            sample.arguments()
                    .forEach(
                            (key, value) -> {
                                if (value instanceof Input input) {
                                    HostArray array = input.array();
                                    boolean real = array.type().isFloating();
                                    wide.put(key, real ? array.cast(ElementType.F64) : array);
                                } else if (!(value instanceof List<?>)) {
                                    wide.put(key, value);
                                } else {
                                    wide.put(key, sample.oracleArguments().get(key));
                                }
                            });
            return wide;
        }

        private Slopes slopes() {
            Expected here = evaluate(at);
            double[] slopes = new double[at.numel()];
            double[] terms = new double[at.numel()];
            boolean any = false;
            for (int i = 0; i < slopes.length; i++) {
                double step = STEP * Math.max(0.0625, Math.abs(at.real(i)));
                Expected up = evaluate(moved(i, step));
                Expected down = evaluate(moved(i, -step));
                double right = difference(up, here) / step;
                double left = difference(here, down) / step;
                boolean smooth = Math.abs(right - left) <= 0.01 * (1 + Math.abs(right + left));
                slopes[i] = smooth ? difference(up, down) / (2 * step) : Double.NaN;
                terms[i] = smooth ? terms(up, down) / (2 * step) : Double.NaN;
                any |= smooth;
            }
            // One element alone may happen to be at a kink; many only where the samples are wrong.
            if (!any && slopes.length > 1) {
                throw new ConformanceFailure("the case has no derivative for '" + name + "'");
            }
            return new Slopes(slopes, terms);
        }

        private Expected evaluate(HostArray place) {
            arguments.put(name, place);
            return oracle.compute(new Arguments(arguments)).getFirst();
        }

        private HostArray moved(int element, double by) {
            return HostArray.ofReals(
                    ElementType.F64, at.shape(), i -> at.real(i) + (i == element ? by : 0));
        }

        /** Element by element, so that what does not change leaves no rounding error. */
        private double difference(Expected to, Expected from) {
            double sum = 0;
            for (int i = 0; i < to.numel(); i++) {
                sum += weights.real(i) * (to.value(i) - from.value(i));
            }
            return sum;
        }

        private double terms(Expected to, Expected from) {
            double sum = 0;
            for (int i = 0; i < to.numel(); i++) {
                sum += Math.abs(weights.real(i) * (to.value(i) - from.value(i)));
            }
            return sum;
        }
    }
}
