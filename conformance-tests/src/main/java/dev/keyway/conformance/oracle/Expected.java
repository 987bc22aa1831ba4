// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * What a result must be. Integral and bool results must be equal. A floating element must lie
 * within {@code bound} of the exact value, which is kept unrounded; {@code signedZero} also asks
 * for the sign of zeros.
 */
public final class Expected {
    private final ElementType type;
    private final long[] shape;
    private final @Nullable HostArray exact;
    private final double[] values;
    private final double[] bounds;
    private final boolean signedZero;

    private Expected(
            ElementType type,
            long[] shape,
            @Nullable HostArray exact,
            double[] values,
            double[] bounds,
            boolean signedZero) {
        this.type = type;
        this.shape = shape;
        this.exact = exact;
        this.values = values;
        this.bounds = bounds;
        this.signedZero = signedZero;
    }

    /** Exactly this array, the sign of zeros included. */
    public static Expected exactly(HostArray array) {
        double[] values = new double[array.numel()];
        Arrays.setAll(values, array::real);
        return new Expected(
                array.type(), array.shape(), array, values, new double[values.length], true);
    }

    /** These values, each within its bound; an exact result has the bound 0 after rounding. */
    public static Expected within(
            ElementType type, long[] shape, IntToDoubleFunction value, IntToDoubleFunction bound) {
        double[] values = new double[Shapes.numel(shape)];
        double[] bounds = new double[values.length];
        Arrays.setAll(values, value);
        // The rounding error of NaN and infinities has no size: they must come out as they are.
        Arrays.setAll(bounds, i -> Double.isFinite(values[i]) ? bound.applyAsDouble(i) : 0);
        for (double allowed : bounds) {
            if (!(allowed >= 0)) {
                throw new IllegalArgumentException("a bound is " + allowed);
            }
        }
        return new Expected(type, shape.clone(), null, values, bounds, false);
    }

    /** The same, or truth values written to another type, as an operator in place does. */
    public Expected as(ElementType other) {
        if (other == type) {
            return this;
        }
        if (exact == null || type != ElementType.BOOL) {
            throw new IllegalArgumentException(type + " results are not written to " + other);
        }
        return exactly(exact.cast(other));
    }

    /** The same with this share of each bound; the exact value, rounded, is still right. */
    public Expected tightened(double share) {
        double[] less = Arrays.stream(bounds).map(bound -> bound * share).toArray();
        return new Expected(type, shape, exact, values, less, signedZero);
    }

    /** The element type. */
    public ElementType type() {
        return type;
    }

    /** A copy of the shape. */
    public long[] shape() {
        return shape.clone();
    }

    /** The number of elements. */
    public int numel() {
        return values.length;
    }

    /** The unrounded value of an element. */
    public double value(int i) {
        return values[i];
    }

    /** How far from it a result may lie. */
    public double bound(int i) {
        return bounds[i];
    }

    /** The first difference in words, null when the result is right. */
    public @Nullable String difference(HostArray actual) {
        if (actual.type() != type) {
            return "dtype is " + actual.type() + ", expected " + type;
        }
        if (!Arrays.equals(actual.shape(), shape)) {
            return "shape is "
                    + Arrays.toString(actual.shape())
                    + ", expected "
                    + Arrays.toString(shape);
        }
        for (int i = 0; i < values.length; i++) {
            if (!accepts(i, actual)) {
                return "element "
                        + Arrays.toString(Shapes.coordinates(i, shape))
                        + " is "
                        + actual.text(i)
                        + ", expected "
                        + (exact != null ? exact.text(i) : values[i] + " within " + bounds[i]);
            }
        }
        return null;
    }

    private boolean accepts(int i, HostArray actual) {
        if (!type.isFloating()) {
            return exact != null && actual.integer(i) == exact.integer(i);
        }
        double want = values[i];
        double got = actual.real(i);
        double rounded = type.round(want);
        if (Double.isNaN(want)) {
            return Double.isNaN(got);
        }
        if (got == rounded) {
            return !signedZero || got != 0 || 1 / got == 1 / rounded;
        }
        if (Double.isInfinite(want) || Double.isNaN(got)) {
            return Double.isInfinite(bounds[i]);
        }
        if (Double.isInfinite(got)) {
            double reach = Math.copySign(Math.abs(want) + bounds[i], want);
            return Double.isInfinite(bounds[i]) || (type.round(reach) == got);
        }
        return Math.abs(got - want) <= bounds[i];
    }
}
