// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * Results that are computed in a type's compute type and rounded once to the type: f16 and bf16 in
 * f32. Bounds are errors in the compute type; half a unit in the last place is added where the
 * result is narrower.
 */
final class Rounded {
    private Rounded() {}

    /** The values, each within its bound and the last rounding. */
    static Expected of(ElementType type, long[] shape, double[] values, double[] bounds) {
        return Expected.within(
                type, shape, i -> values[i], i -> narrowed(type, values[i], bounds[i]));
    }

    /** As {@link #of}, element by element. */
    static Expected within(
            ElementType type, long[] shape, IntToDoubleFunction value, IntToDoubleFunction bound) {
        double[] values = new double[Shapes.numel(shape)];
        double[] bounds = new double[values.length];
        Arrays.setAll(values, value);
        Arrays.setAll(bounds, i -> Double.isFinite(values[i]) ? bound.applyAsDouble(i) : 0);
        return of(type, shape, values, bounds);
    }

    private static double narrowed(ElementType type, double value, double bound) {
        if (type == type.computeType() || !Double.isFinite(bound)) {
            return bound;
        }
        return bound + type.ulp(Math.min(Math.abs(value) + bound, type.largest())) / 2;
    }

    /** Sums, with the error of adding in the compute type and some more roundings. */
    static Expected sums(ElementType type, long[] shape, Accumulator[] sums) {
        double[] values = new double[sums.length];
        double[] bounds = new double[sums.length];
        for (int i = 0; i < sums.length; i++) {
            values[i] = sums[i].value();
            bounds[i] = sums[i].count() <= 1 ? 0 : sums[i].bound(type.computeType());
        }
        return of(type, shape, values, bounds);
    }

    /** Fresh sums. */
    static Accumulator[] accumulators(int count) {
        Accumulator[] result = new Accumulator[count];
        Arrays.setAll(result, i -> new Accumulator());
        return result;
    }

    /** The unit roundoff of the compute type. */
    static double unit(ElementType type) {
        return type.computeType().unitRoundoff();
    }
}
