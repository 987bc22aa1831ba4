// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.Tensor;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.Expected;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.oracle.Shapes;
import dev.keyway.conformance.sample.Input;
import dev.keyway.conformance.sample.Layout;
import dev.keyway.conformance.sample.Sample;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The gradient that backward computes against central differences of the oracle in double
 * precision, so that a device without f64 is checked as sharply. Errors: the difference itself is
 * good to about 1e-9, the gradient to a few units of the dtype times the number of terms, so 1e-7
 * and 5e-4 of the largest derivative. In f16 and bf16 each tensor of the formula is rounded to the
 * dtype besides: the incoming gradient, what was saved, up to five steps between and the result.
 * Where an element's gradient is a sum, of the broadcast ones, that is of each term before they
 * cancel; so there the derivative is counted by its terms.
 */
final class GradientCases {
    private static final long LARGEST = 300;
    private static final int PER_OPERATOR = 8;
    private static final Set<String> SMOOTH_LABELS =
            Set.of(
                    "shape",
                    "broadcast",
                    "layout",
                    "layout of self",
                    "layout of other",
                    "alpha",
                    "number",
                    "all",
                    "dims",
                    "dim",
                    "last dim",
                    "size",
                    "batch",
                    "bias",
                    "no bias",
                    "factors",
                    "geometry",
                    "window",
                    "training",
                    "evaluation",
                    "no parameters",
                    "view",
                    "dim 1",
                    "one");

    private GradientCases() {}

    /** The first few samples that are small and away from kinks. */
    static List<Sample> choose(List<Sample> samples) {
        return samples.stream()
                .filter(GradientCases::isSmooth)
                .filter(sample -> ValueCases.size(sample) <= LARGEST)
                .filter(sample -> ValueCases.size(sample) > 0)
                .sorted(java.util.Comparator.comparingInt(GradientCases::shuffled))
                .filter(GradientCases::hasGradient)
                .limit(PER_OPERATOR)
                .toList();
    }

    private static boolean isSmooth(Sample sample) {
        return SMOOTH_LABELS.contains(sample.label()) || sample.label().startsWith("smooth");
    }

    /** Spreads the choice over the kinds of samples. */
    private static int shuffled(Sample sample) {
        return sample.id().index() * 7919 % 31;
    }

    private static boolean hasGradient(Sample sample) {
        Expected result = sample.expected().getFirst();
        boolean finite = true;
        for (int i = 0; i < result.numel(); i++) {
            finite &= Double.isFinite(result.value(i));
        }
        // The oracle of a cast to f32 rounds; its differences say nothing.
        boolean rounds = sample.operator().equals("_to_dtype") && result.type() != ElementType.F64;
        return finite
                && !rounds
                && result.numel() > 0
                && result.type() == sample.id().type()
                && sample.inputs().stream().noneMatch(i -> i.layout() == Layout.EXPANDED)
                && sample.arguments().values().stream()
                        .anyMatch(
                                value -> value instanceof Input input && isVariable(sample, input));
    }

    private static boolean isVariable(Sample sample, Input input) {
        return input.array().type() == sample.id().type();
    }

    static ConformanceCase of(Sample sample) {
        return new ConformanceCase(
                new ReplayLine(sample.id(), Form.GRADIENT),
                sample.label(),
                sample.describe(),
                ValueCases.size(sample),
                Watched.body((bench, digest) -> check(sample, bench)));
    }

    private static void check(Sample sample, Workbench bench) {
        Set<String> mutated = mutated(sample, bench);
        Map<String, Tensor> leaves = new LinkedHashMap<>();
        Map<String, @Nullable Object> tensors = bench.upload(sample);
        sample.arguments()
                .forEach(
                        (name, value) -> {
                            if (value instanceof Input input
                                    && isVariable(sample, input)
                                    && !mutated.contains(name)) {
                                Tensor leaf = bench.dense(Workbench.base(input));
                                leaf.requiresGrad_(true);
                                leaves.put(name, leaf);
                                tensors.put(name, bench.view(leaf, input));
                            }
                        });
        Tensor result = bench.call(sample, tensors).getFirst();
        HostArray weights = weights(sample.id().type(), result.sizes());
        result.backward(bench.dense(weights), false);
        leaves.forEach((name, leaf) -> compare(sample, bench, name, leaf, weights));
    }

    private static Set<String> mutated(Sample sample, Workbench bench) {
        return bench.keyway().operator(sample.operator()).schema().arguments().stream()
                .filter(argument -> argument.mutated())
                .map(argument -> argument.name())
                .collect(java.util.stream.Collectors.toSet());
    }

    /** Different for neighbours, so that a gradient at the wrong place is seen. */
    private static HostArray weights(ElementType type, long[] shape) {
        return HostArray.ofReals(type, shape, i -> 0.5 + (i * 37 % 11) / 8.0);
    }

    private static void compare(
            Sample sample, Workbench bench, String name, Tensor leaf, HostArray weights) {
        Input input = (Input) Objects.requireNonNull(sample.arguments().get(name));
        Slopes differences = Slopes.of(sample, name, weights);
        double[] slopes = differences.slopes();
        Tensor gradient = leaf.grad();
        if (gradient == null) {
            for (double slope : slopes) {
                if (Math.abs(slope) > 1e-6) {
                    throw new ConformanceFailure("argument '" + name + "' got no gradient");
                }
            }
            return;
        }
        HostArray actual = bench.download(bench.view(gradient, input));
        double largest = 1;
        boolean half = sample.id().type() != sample.id().type().computeType();
        for (double slope : half ? differences.terms() : slopes) {
            largest = Double.isNaN(slope) ? largest : Math.max(largest, Math.abs(slope));
        }
        double allowed = largest * tolerance(sample.id().type());
        for (int i = 0; i < slopes.length; i++) {
            // A slope beyond the largest number comes out as infinity of its sign.
            boolean beyond = Math.abs(slopes[i]) > sample.id().type().largest();
            boolean infinite = Double.isInfinite(actual.real(i)) && actual.real(i) * slopes[i] > 0;
            boolean smooth = !Double.isNaN(slopes[i]) && !(beyond && infinite);
            if (smooth && !(Math.abs(actual.real(i) - slopes[i]) <= allowed)) {
                throw new ConformanceFailure(
                        "gradient of '"
                                + name
                                + "' at "
                                + java.util.Arrays.toString(
                                        Shapes.coordinates(i, input.array().shape()))
                                + " is "
                                + actual.real(i)
                                + ", differences give "
                                + slopes[i]);
            }
        }
    }

    private static double tolerance(ElementType type) {
        return switch (type) {
            case F64 -> 1e-7;
            case F32 -> 5e-4;
            default -> 5e-4 + 8 * type.unitRoundoff();
        };
    }
}
