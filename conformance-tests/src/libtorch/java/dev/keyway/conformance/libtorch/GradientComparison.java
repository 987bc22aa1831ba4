// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.conformance.OwnGradient;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.sample.Input;
import dev.keyway.conformance.sample.OperatorSamples;
import dev.keyway.conformance.sample.Sample;

import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The gradients, and gradients of gradients, of one operator in f64, in libtorch and here. */
final class GradientComparison {
    /** Cases of an operator; each kind of case comes once. */
    private static final int CASES = 5;

    /** Both compute in f64, though in other orders. */
    private static final double TOLERANCE = 1e-7;

    private static final long LARGEST = 300;

    private final Keyway keyway;
    private final Device device;

    private int compared;
    private int twice;

    GradientComparison(Keyway keyway, Device device) {
        this.keyway = keyway;
        this.device = device;
    }

    /** Gradients that were compared. */
    int compared() {
        return compared;
    }

    /** Gradients of gradients that were compared. */
    int twice() {
        return twice;
    }

    /** What differs: {@code OPERATOR ARGUMENT KIND} with the case in which it does. */
    Map<String, String> differences(OperatorSamples operator) {
        Map<String, String> differences = new TreeMap<>();
        if (!operator.types().contains(ElementType.F64)) {
            return differences;
        }
        Map<String, Integer> labels = new HashMap<>();
        for (Sample sample : operator.samples(1, ElementType.F64)) {
            long size = sample.inputs().stream().mapToLong(i -> i.array().numel()).sum();
            boolean small = size > 0 && size <= LARGEST && labels.size() < CASES;
            boolean ordinary = !sample.label().contains("extreme");
            if (small && ordinary && labels.merge(sample.label(), 1, Integer::sum) == 1) {
                compare(sample, differences);
            }
        }
        return differences;
    }

    /** A scope keeps what native memory a call still reads from being freed by the collector. */
    private void compare(Sample sample, Map<String, String> differences) {
        Set<String> mutated = OwnGradient.mutated(keyway, sample);
        for (Map.Entry<String, @Nullable Object> entry : sample.arguments().entrySet()) {
            HostArray array = first(entry.getValue());
            if (array == null
                    || array.type() != ElementType.F64
                    || mutated.contains(entry.getKey())) {
                continue;
            }
            String name = entry.getKey();
            String kind;
            try (PointerScope scope = new PointerScope()) {
                kind = compare(sample, name, array);
            } catch (RuntimeException e) {
                kind = "failed: " + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            }
            if (!kind.isEmpty()) {
                int colon = kind.indexOf(':');
                differences.putIfAbsent(
                        sample.operator() + " " + name + " " + kind.substring(0, colon),
                        sample.label() + " " + sample.describe() + kind.substring(colon));
            }
        }
    }

    private static @Nullable HostArray first(@Nullable Object value) {
        Object first = value instanceof List<?> list && !list.isEmpty() ? list.getFirst() : value;
        return first instanceof Input input ? input.array() : null;
    }

    /** Empty where nothing differs. */
    private String compare(Sample sample, String name, HostArray array) {
        LibtorchGradient theirs;
        try {
            theirs = new LibtorchGradient(sample, name);
        } catch (RuntimeException e) {
            return ""; // libtorch refuses the call, or a gradient of this argument
        }
        try (OwnGradient ours = new OwnGradient(keyway, device, sample, name)) {
            List<Integer> both = new ArrayList<>();
            List<Integer> onlyTheirs = new ArrayList<>();
            List<Integer> onlyOurs = new ArrayList<>();
            for (int r = 0; r < theirs.count(); r++) {
                if (theirs.carries(r)) {
                    (ours.carries(r) ? both : onlyTheirs).add(r);
                } else if (ours.carries(r)) {
                    onlyOurs.add(r);
                }
            }
            if (!onlyTheirs.isEmpty()) {
                String zeros = difference(theirs(theirs, onlyTheirs, array).getFirst(), null);
                if (!zeros.isEmpty()) {
                    return "missing: results " + onlyTheirs + " carry no gradient";
                }
            }
            if (!onlyOurs.isEmpty()) {
                List<@Nullable HostArray> slopes =
                        ours.slopes(onlyOurs, GradientComparison::weights, second(array));
                if (!difference(slopes.getFirst(), null).isEmpty()) {
                    return "extra: results " + onlyOurs + " carry a gradient";
                }
            }
            return both.isEmpty() ? "" : compare(theirs, ours, both, array);
        }
    }

    /** Nulls where libtorch has a formula that only says it is missing. */
    private static List<@Nullable HostArray> theirs(
            LibtorchGradient theirs, List<Integer> of, HostArray array) {
        try {
            return theirs.slopes(of, GradientComparison::weights, second(array));
        } catch (RuntimeException e) {
            return Arrays.asList(null, null);
        }
    }

    private static HostArray second(HostArray array) {
        return HostArray.ofReals(ElementType.F64, array.shape(), i -> 0.75 - (i * 29 % 13) / 16.0);
    }

    private String compare(
            LibtorchGradient theirs, OwnGradient ours, List<Integer> both, HostArray array) {
        List<@Nullable HostArray> expected = theirs(theirs, both, array);
        if (expected.getFirst() == null) {
            return "";
        }
        List<@Nullable HostArray> actual =
                ours.slopes(both, GradientComparison::weights, second(array));
        compared++;
        String first = difference(expected.get(0), actual.get(0));
        if (!first.isEmpty()) {
            return "first: " + first;
        }
        HostArray theirSecond = expected.get(1);
        if (theirSecond == null) {
            return "";
        }
        twice++;
        String next = difference(theirSecond, actual.get(1));
        return next.isEmpty() ? "" : "second: " + next;
    }

    private static HostArray weights(long[] shape) {
        return HostArray.ofReals(ElementType.F64, shape, i -> 0.5 + (i * 37 % 11) / 8.0);
    }

    /** No gradient is one of zeros. */
    private static String difference(@Nullable HostArray expected, @Nullable HostArray actual) {
        HostArray some = expected == null ? actual : expected;
        for (int i = 0; some != null && i < some.numel(); i++) {
            double theirs = expected == null ? 0 : expected.real(i);
            double ours = actual == null ? 0 : actual.real(i);
            boolean equal =
                    Double.isNaN(theirs)
                            ? Double.isNaN(ours)
                            : theirs == ours
                                    || Math.abs(theirs - ours)
                                            <= TOLERANCE * (1 + Math.abs(theirs));
            if (!equal) {
                return "element " + i + " is " + ours + ", libtorch has " + theirs;
            }
        }
        return "";
    }
}
