// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

/** A number given to an operator; it promotes by category only, as in PyTorch. Immutable. */
public final class Scalar {
    /** The integer 0. */
    public static final Scalar ZERO = new Scalar(DType.I64, 0, 0.0);

    /** The integer 1. */
    public static final Scalar ONE = new Scalar(DType.I64, 1, 1.0);

    private final DType dtype;
    private final long integer;
    private final double floating;

    private Scalar(DType dtype, long integer, double floating) {
        this.dtype = dtype;
        this.integer = integer;
        this.floating = floating;
    }

    /**
     * An integer.
     *
     * @param value the number
     * @return the scalar
     */
    public static Scalar of(long value) {
        return value == 1 ? ONE : value == 0 ? ZERO : new Scalar(DType.I64, value, (double) value);
    }

    /**
     * A floating-point number.
     *
     * @param value the number
     * @return the scalar
     */
    public static Scalar of(double value) {
        return new Scalar(DType.F64, (long) value, value);
    }

    /**
     * A truth value.
     *
     * @param value the number
     * @return the scalar
     */
    public static Scalar of(boolean value) {
        return new Scalar(DType.BOOL, value ? 1 : 0, value ? 1.0 : 0.0);
    }

    /**
     * {@code bool}, {@code i64} or {@code f64}.
     *
     * @return {@code bool}, {@code i64} or {@code f64}
     */
    public DType dtype() {
        return dtype;
    }

    /** {@return the value as a long; a floating value is truncated and saturated} */
    public long longValue() {
        return integer;
    }

    /** {@return the value as a double} */
    public double doubleValue() {
        return floating;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Scalar s
                && s.dtype == dtype
                && s.integer == integer
                && Double.doubleToLongBits(s.floating) == Double.doubleToLongBits(floating);
    }

    @Override
    public int hashCode() {
        return dtype.hashCode() * 31 + Double.hashCode(floating) + Long.hashCode(integer);
    }

    @Override
    public String toString() {
        return dtype == DType.F64
                ? Double.toString(floating)
                : dtype == DType.BOOL ? Boolean.toString(integer != 0) : Long.toString(integer);
    }
}
