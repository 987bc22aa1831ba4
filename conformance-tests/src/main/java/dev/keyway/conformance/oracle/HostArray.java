// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;

/**
 * A dense row-major array of any element type: floating values as doubles, all others as longs.
 * Immutable by convention: nobody writes to it once it is handed over.
 */
public final class HostArray {
    private static final double[] NO_REALS = {};
    private static final long[] NO_INTEGERS = {};

    private final ElementType type;
    private final long[] shape;
    private final double[] reals;
    private final long[] integers;

    private HostArray(ElementType type, long[] shape, double[] reals, long[] integers) {
        this.type = type;
        this.shape = shape.clone();
        this.reals = reals;
        this.integers = integers;
    }

    /** Floating values, each rounded to the type. */
    public static HostArray ofReals(ElementType type, long[] shape, IntToDoubleFunction value) {
        double[] reals = new double[Shapes.numel(shape)];
        Arrays.setAll(reals, i -> type.round(value.applyAsDouble(i)));
        return new HostArray(type, shape, reals, NO_INTEGERS);
    }

    /** Integers or truth values, each wrapped to the type. */
    public static HostArray ofIntegers(ElementType type, long[] shape, IntToLongFunction value) {
        long[] integers = new long[Shapes.numel(shape)];
        Arrays.setAll(integers, i -> type.wrap(value.applyAsLong(i)));
        return new HostArray(type, shape, NO_REALS, integers);
    }

    /** Numbers of the type, taken over. */
    static HostArray of(ElementType type, long[] shape, double[] reals) {
        return new HostArray(type, shape, reals, NO_INTEGERS);
    }

    /** Integers or truth values of the type, taken over. */
    static HostArray of(ElementType type, long[] shape, long[] integers) {
        return new HostArray(type, shape, NO_REALS, integers);
    }

    /** Elements picked from this array by position. */
    public HostArray pick(long[] newShape, java.util.function.IntUnaryOperator position) {
        return type.isFloating()
                ? ofReals(type, newShape, i -> reals[position.applyAsInt(i)])
                : ofIntegers(type, newShape, i -> integers[position.applyAsInt(i)]);
    }

    /** The same elements in another shape. */
    public HostArray reshape(long... newShape) {
        return pick(newShape, i -> i);
    }

    /** Converted: floats to integers truncate and saturate, to bool is "not zero". */
    public HostArray cast(ElementType to) {
        if (to.isFloating()) {
            return ofReals(to, shape, this::real);
        }
        return type.isFloating()
                ? ofIntegers(to, shape, i -> to.saturate(reals[i]))
                : ofIntegers(to, shape, i -> integers[i]);
    }

    /** The element type. */
    public ElementType type() {
        return type;
    }

    /** A copy of the shape. */
    public long[] shape() {
        return shape.clone();
    }

    /** The number of dimensions. */
    public int rank() {
        return shape.length;
    }

    /** The size of a dimension, counted from the front. */
    public int size(int dim) {
        return Math.toIntExact(shape[dim]);
    }

    /** The number of elements. */
    public int numel() {
        return type.isFloating() ? reals.length : integers.length;
    }

    /** Element {@code i} as a double. */
    public double real(int i) {
        return type.isFloating() ? reals[i] : (double) integers[i];
    }

    /** Element {@code i} of an integral or bool array. */
    public long integer(int i) {
        return integers[i];
    }

    /** The element at these coordinates as a double. */
    public double realAt(long... coordinates) {
        return real(Shapes.linear(coordinates, shape));
    }

    /** The element at these coordinates of an integral or bool array. */
    public long integerAt(long... coordinates) {
        return integer(Shapes.linear(coordinates, shape));
    }

    /** Whether the elements are those of an array of this type and shape; a NaN is any other. */
    public boolean hasElementsOf(HostArray other) {
        return Arrays.equals(reals, other.reals) && Arrays.equals(integers, other.integers);
    }

    /** Element {@code i} for people. */
    public String text(int i) {
        return type.isFloating()
                ? type == ElementType.F64
                        ? Double.toString(reals[i])
                        : Float.toString((float) reals[i])
                : type == ElementType.BOOL
                        ? Boolean.toString(integers[i] != 0)
                        : Long.toString(integers[i]);
    }

    @Override
    public String toString() {
        return type + Arrays.toString(shape);
    }
}
