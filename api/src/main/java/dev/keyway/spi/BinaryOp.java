// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

/**
 * Pointwise functions of two arguments of one dtype, defined as in {@link UnaryOp}. On bool, ADD,
 * MAXIMUM and FMAX are or, MUL, MINIMUM and FMIN are and.
 */
public enum BinaryOp {
    /** Sum; integers wrap around. */
    ADD,
    /** Difference. */
    SUB,
    /** Product. */
    MUL,
    /** Quotient; floating dtypes only. */
    DIV,
    /** Quotient rounded down; integer division by zero is an error. */
    FLOOR_DIVIDE,
    /** Remainder with the divisor's sign; integer division by zero is an error. */
    REMAINDER,
    /** Power; integers by repeated multiplication, negative exponents are an error. */
    POW,
    /** The larger; NaN wins. */
    MAXIMUM,
    /** The smaller; NaN wins. */
    MINIMUM,
    /** Bitwise and; integers and bool. */
    BITWISE_AND,
    /** Bitwise or; integers and bool. */
    BITWISE_OR,
    /** Bitwise exclusive or; integers and bool. */
    BITWISE_XOR,
    /** Bits moved up; by less than 0 or more than there are: 0; integers only. */
    LEFT_SHIFT,
    /** Bits moved down, the sign coming in; too far as by all bits; integers only. */
    RIGHT_SHIFT,
    /** Quotient rounded towards zero; integers only, division by zero is an error. */
    TRUNC_DIVIDE,
    /** Remainder with the dividend's sign; integer division by zero is an error. */
    FMOD,
    /** The larger; a number wins over NaN. */
    FMAX,
    /** The smaller; a number wins over NaN. */
    FMIN,
    /** Angle of the point with ordinate and abscissa; floating dtypes only. */
    ATAN2,
    /** Length of the hypotenuse; floating dtypes only. */
    HYPOT,
    /** The first's magnitude with the second's sign bit; floating dtypes only. */
    COPYSIGN;

    /** {@return whether floating dtypes have it} */
    public boolean isFloating() {
        return switch (this) {
            case BITWISE_AND, BITWISE_OR, BITWISE_XOR, LEFT_SHIFT, RIGHT_SHIFT, TRUNC_DIVIDE ->
                    false;
            default -> true;
        };
    }

    /** {@return whether integers have it} */
    public boolean isIntegral() {
        return switch (this) {
            case DIV, ATAN2, HYPOT, COPYSIGN -> false;
            default -> true;
        };
    }

    /** {@return whether bool has it} */
    public boolean isBool() {
        return switch (this) {
            case ADD, MUL, MAXIMUM, MINIMUM, FMAX, FMIN -> true;
            case BITWISE_AND, BITWISE_OR, BITWISE_XOR -> true;
            default -> false;
        };
    }

    /**
     * {@return the definition for floating dtypes}
     *
     * @param a the first operand
     * @param b the second operand
     */
    public double apply(double a, double b) {
        return switch (this) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case FLOOR_DIVIDE -> floorDivide(a, b);
            case REMAINDER -> remainder(a, b);
            case POW -> power(a, b);
            case MAXIMUM -> Math.max(a, b);
            case MINIMUM -> Math.min(a, b);
            case FMOD -> a % b;
            case FMAX -> Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.max(a, b);
            case FMIN -> Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.min(a, b);
            case ATAN2 -> StrictMath.atan2(a, b);
            case HYPOT -> StrictMath.hypot(a, b);
            case COPYSIGN -> StrictMath.copySign(a, b);
            default -> throw new IllegalArgumentException(this + " of floating-point numbers");
        };
    }

    /**
     * {@return the definition for integers; the caller narrows to its width}
     *
     * @param a the first operand
     * @param b the second operand
     * @throws ArithmeticException for division by zero and negative exponents
     */
    public long apply(long a, long b) {
        return switch (this) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case FLOOR_DIVIDE -> Math.floorDiv(a, nonZero(b));
            case REMAINDER -> Math.floorMod(a, nonZero(b));
            case POW -> power(a, b);
            case MAXIMUM, FMAX -> Math.max(a, b);
            case MINIMUM, FMIN -> Math.min(a, b);
            case LEFT_SHIFT -> b < 0 || b >= Long.SIZE ? 0 : a << b;
            case RIGHT_SHIFT -> a >> (b < 0 || b >= Long.SIZE ? Long.SIZE - 1 : b);
            case TRUNC_DIVIDE -> a / nonZero(b);
            case FMOD -> a % nonZero(b);
            case BITWISE_AND -> a & b;
            case BITWISE_OR -> a | b;
            case BITWISE_XOR -> a ^ b;
            default -> throw new IllegalArgumentException(this + " of integers");
        };
    }

    /**
     * {@return the definition for bool}
     *
     * @param a the first operand
     * @param b the second operand
     */
    public boolean apply(boolean a, boolean b) {
        return switch (this) {
            case ADD, MAXIMUM, FMAX, BITWISE_OR -> a | b;
            case MUL, MINIMUM, FMIN, BITWISE_AND -> a & b;
            case BITWISE_XOR -> a ^ b;
            default -> throw new IllegalArgumentException(this + " of bool");
        };
    }

    private static long nonZero(long divisor) {
        if (divisor == 0) {
            throw new ArithmeticException("integer division by zero");
        }
        return divisor;
    }

    private static double remainder(double a, double b) {
        double r = a % b;
        return r != 0 && (r < 0) != (b < 0) ? r + b : r;
    }

    private static double floorDivide(double a, double b) {
        if (b == 0) {
            return a / b;
        }
        double r = a % b;
        double quotient = (a - r) / b;
        if (r != 0 && (r < 0) != (b < 0)) {
            quotient -= 1;
        }
        if (quotient == 0) {
            return Math.copySign(0.0, a / b);
        }
        double floor = Math.floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }

    /** C's pow, which differs from Java's: 1 to any power and -1 to an infinite one are 1. */
    private static double power(double base, double exponent) {
        boolean one = base == 1.0 || (base == -1.0 && Double.isInfinite(exponent));
        return one ? 1.0 : StrictMath.pow(base, exponent);
    }

    private static long power(long base, long exponent) {
        if (exponent < 0) {
            throw new ArithmeticException("integers to negative integer powers are not allowed");
        }
        long result = 1;
        for (long e = exponent, b = base; e > 0; e >>= 1, b *= b) {
            if ((e & 1) == 1) {
                result *= b;
            }
        }
        return result;
    }
}
