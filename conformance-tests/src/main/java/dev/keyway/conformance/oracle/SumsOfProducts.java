// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Sums of products over named axes, one character an axis: each element of the result is the sum,
 * over all positions of the axes that it lacks, of the product of the operands' elements. An axis
 * on which an operand has size 1 broadcasts.
 */
final class SumsOfProducts {
    private final ElementType type;
    private final long[] shape;
    private final Accumulator[] sums;
    private final long[] integers;
    private final int factors;

    SumsOfProducts(List<HostArray> operands, List<String> axes, String result) {
        type = operands.getFirst().type();
        factors = operands.size();
        Map<Character, Long> sizes = new TreeMap<>();
        for (int o = 0; o < operands.size(); o++) {
            for (int d = 0; d < axes.get(o).length(); d++) {
                long size = operands.get(o).size(d);
                sizes.merge(axes.get(o).charAt(d), size, (a, b) -> a == 1 ? b : a);
            }
        }
        shape = result.chars().mapToLong(c -> sizes.get((char) c)).toArray();
        StringBuilder summed = new StringBuilder();
        sizes.keySet().stream().filter(c -> result.indexOf(c) < 0).forEach(summed::append);
        long[] inner = summed.chars().mapToLong(c -> sizes.get((char) c)).toArray();
        String all = result + summed;
        long[][] strides = new long[factors][];
        Arrays.setAll(strides, o -> strides(operands.get(o), axes.get(o), all));
        long[][] steps = new long[Shapes.numel(inner)][];
        Arrays.setAll(steps, j -> Shapes.coordinates(j, inner));
        int numel = Shapes.numel(shape);
        sums = new Accumulator[numel];
        integers = new long[numel];
        for (int i = 0; i < numel; i++) {
            sums[i] = new Accumulator();
            long[] at = Arrays.copyOf(Shapes.coordinates(i, shape), all.length());
            for (long[] step : steps) {
                System.arraycopy(step, 0, at, shape.length, inner.length);
                add(i, operands, strides, at);
            }
        }
    }

    /** How far an operand's elements are apart along each of all axes; 0 where it broadcasts. */
    private static long[] strides(HostArray operand, String axes, String all) {
        long[] strides = new long[all.length()];
        long stride = 1;
        for (int d = operand.rank() - 1; d >= 0; d--) {
            if (operand.size(d) != 1) {
                strides[all.indexOf(axes.charAt(d))] += stride;
            }
            stride *= operand.size(d);
        }
        return strides;
    }

    private static int position(long[] strides, long[] at) {
        long position = 0;
        for (int d = 0; d < at.length; d++) {
            position += at[d] * strides[d];
        }
        return Math.toIntExact(position);
    }

    private void add(int target, List<HostArray> operands, long[][] strides, long[] at) {
        double product = 1;
        long whole = 1;
        for (int o = 0; o < operands.size(); o++) {
            HostArray operand = operands.get(o);
            int from = position(strides[o], at);
            if (type.isFloating()) {
                double factor = operand.real(from);
                if (o == operands.size() - 1 && o > 0) {
                    sums[target].addProduct(product, factor);
                    return;
                }
                product *= factor;
            } else {
                whole *= operand.integer(from);
            }
        }
        if (type.isFloating()) {
            sums[target].add(product);
        }
        integers[target] += whole;
    }

    private double bound(int i) {
        Accumulator sum = sums[i];
        double allowed = sum.bound(type);
        return factors > 2
                ? allowed * 2 + factors * type.unitRoundoff() * sum.magnitude()
                : allowed;
    }

    /** The sums themselves; one product of one operand is exact. */
    Expected expected() {
        return expected(null, 0L, 1L);
    }

    /** {@code beta * self + alpha * sums}; self broadcasts, and is ignored where beta is 0. */
    Expected expected(@Nullable HostArray self, Object beta, Object alpha) {
        if (!type.isFloating()) {
            long[] values = new long[integers.length];
            if (type == ElementType.BOOL) {
                return truths(self, whole(beta) != 0, whole(alpha) != 0);
            }
            for (int i = 0; i < values.length; i++) {
                values[i] = whole(alpha) * integers[i];
                if (self != null) {
                    values[i] += whole(beta) * self.integer(position(self, i));
                }
            }
            return Expected.exactly(HostArray.ofIntegers(type, shape, i -> values[i]));
        }
        double[] values = new double[integers.length];
        double[] bounds = new double[integers.length];
        double a = Arguments.asReal(alpha);
        double b = Arguments.asReal(beta);
        for (int i = 0; i < values.length; i++) {
            values[i] = a == 1 ? sums[i].value() : a * sums[i].value();
            bounds[i] = Math.abs(a) * bound(i);
            if (self != null && b != 0) {
                double addend = b * self.real(position(self, i));
                double size = Math.abs(addend) + Math.abs(a) * sums[i].magnitude();
                values[i] += addend;
                bounds[i] = 2 * bounds[i] + 4 * type.unitRoundoff() * size + type.ulp(0);
            } else if (a != 1) {
                bounds[i] =
                        2 * bounds[i] + 2 * type.unitRoundoff() * Math.abs(values[i]) + type.ulp(0);
            }
        }
        return Expected.within(type, shape, i -> values[i], i -> bounds[i]);
    }

    /** The sum is "or", the product "and". */
    private Expected truths(@Nullable HostArray self, boolean beta, boolean alpha) {
        return Expected.exactly(
                HostArray.ofIntegers(
                        type,
                        shape,
                        i ->
                                alpha && integers[i] != 0
                                                || self != null
                                                        && beta
                                                        && self.integer(position(self, i)) != 0
                                        ? 1
                                        : 0));
    }

    private static long whole(Object scalar) {
        return scalar instanceof Boolean flag ? (flag ? 1 : 0) : ((Number) scalar).longValue();
    }

    private int position(HostArray self, int i) {
        return Shapes.broadcastLinear(Shapes.coordinates(i, shape), self.shape());
    }
}
