// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

/** Pointwise comparisons; every comparison with NaN but NE is false. */
public enum CompareOp {
    /** Equal. */
    EQ,
    /** Not equal. */
    NE,
    /** Less than. */
    LT,
    /** Less or equal. */
    LE,
    /** Greater than. */
    GT,
    /** Greater or equal. */
    GE;

    /**
     * {@return the definition for floating dtypes}
     *
     * @param a the first operand
     * @param b the second operand
     */
    public boolean apply(double a, double b) {
        return switch (this) {
            case EQ -> a == b;
            case NE -> a != b;
            case LT -> a < b;
            case LE -> a <= b;
            case GT -> a > b;
            case GE -> a >= b;
        };
    }

    /**
     * {@return the definition for integers and bool}
     *
     * @param a the first operand
     * @param b the second operand
     */
    public boolean apply(long a, long b) {
        return switch (this) {
            case EQ -> a == b;
            case NE -> a != b;
            case LT -> a < b;
            case LE -> a <= b;
            case GT -> a > b;
            case GE -> a >= b;
        };
    }
}
