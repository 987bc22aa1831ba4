// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

/**
 * Pointwise functions of one argument. {@link #apply(double)} is the definition for floating dtypes
 * (f32 results are the double result rounded once), {@link #apply(long)} for integers and bool.
 */
public enum UnaryOp {
    /** {@code -x}. */
    NEG,
    /** {@code |x|}. */
    ABS,
    /** -1, 0 or 1; 0 for NaN, as in PyTorch. */
    SIGN,
    /** {@code e^x}. */
    EXP,
    /** Natural logarithm. */
    LOG,
    /** Square root. */
    SQRT,
    /** {@code 1/sqrt(x)}. */
    RSQRT,
    /** {@code 1/x}. */
    RECIPROCAL,
    /** Sine. */
    SIN,
    /** Cosine. */
    COS,
    /** Hyperbolic tangent. */
    TANH,
    /** {@code 1/(1+e^-x)}. */
    SIGMOID,
    /** {@code max(x, 0)}; NaN stays. */
    RELU,
    /** Largest integer not above. */
    FLOOR,
    /** Smallest integer not below. */
    CEIL,
    /** Nearest integer, ties to even. */
    ROUND,
    /** Nearest integer towards zero. */
    TRUNC,
    /** {@code 2^x}. */
    EXP2,
    /** {@code e^x - 1}. */
    EXPM1,
    /** Binary logarithm. */
    LOG2,
    /** Decimal logarithm. */
    LOG10,
    /** {@code log(1+x)}. */
    LOG1P,
    /** Tangent. */
    TAN,
    /** Inverse sine. */
    ASIN,
    /** Inverse cosine. */
    ACOS,
    /** Inverse tangent. */
    ATAN,
    /** Hyperbolic sine. */
    SINH,
    /** Hyperbolic cosine. */
    COSH,
    /** Inverse hyperbolic sine. */
    ASINH,
    /** Inverse hyperbolic cosine. */
    ACOSH,
    /** Inverse hyperbolic tangent. */
    ATANH,
    /** Error function. */
    ERF,
    /** {@code 1 - erf(x)}. */
    ERFC,
    /** {@code x} times the normal distribution's probability of a number below {@code x}. */
    GELU,
    /** {@code x sigmoid(x)}. */
    SILU,
    /** Logical or bitwise complement: bool negates, integers complement their bits. */
    BITWISE_NOT;

    /**
     * {@return whether integers are computed as integers; otherwise the core converts them to f32
     * first}
     */
    public boolean isIntegral() {
        return switch (this) {
            case NEG, ABS, SIGN, RELU, FLOOR, CEIL, ROUND, TRUNC, BITWISE_NOT -> true;
            default -> false;
        };
    }

    /**
     * {@return the definition for floating dtypes}
     *
     * @param x the argument
     */
    public double apply(double x) {
        return switch (this) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case SIGN -> x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0;
            case EXP -> StrictMath.exp(x);
            case LOG -> StrictMath.log(x);
            case SQRT -> Math.sqrt(x);
            case RSQRT -> 1.0 / Math.sqrt(x);
            case RECIPROCAL -> 1.0 / x;
            case SIN -> StrictMath.sin(x);
            case COS -> StrictMath.cos(x);
            case TANH -> StrictMath.tanh(x);
            case SIGMOID -> 1.0 / (1.0 + StrictMath.exp(-x));
            case RELU -> x > 0 || Double.isNaN(x) ? x : 0.0;
            case FLOOR -> Math.floor(x);
            case CEIL -> Math.ceil(x);
            case ROUND -> Math.rint(x);
            case TRUNC -> x < 0 ? Math.ceil(x) : Math.floor(x);
            case EXP2 -> StrictMath.pow(2, x);
            case EXPM1 -> StrictMath.expm1(x);
            case LOG2 -> SpecialFunctions.log2(x);
            case LOG10 -> StrictMath.log10(x);
            case LOG1P -> StrictMath.log1p(x);
            case TAN -> StrictMath.tan(x);
            case ASIN -> StrictMath.asin(x);
            case ACOS -> StrictMath.acos(x);
            case ATAN -> StrictMath.atan(x);
            case SINH -> StrictMath.sinh(x);
            case COSH -> StrictMath.cosh(x);
            case ASINH -> SpecialFunctions.asinh(x);
            case ACOSH -> SpecialFunctions.acosh(x);
            case ATANH -> SpecialFunctions.atanh(x);
            case ERF -> ErrorFunction.erf(x);
            case ERFC -> ErrorFunction.erfc(x);
            case GELU -> SpecialFunctions.gelu(x);
            case SILU -> SpecialFunctions.silu(x);
            case BITWISE_NOT -> throw new IllegalArgumentException("bitwise_not of " + x);
        };
    }

    /**
     * {@return the definition for integers; the caller narrows to its width}
     *
     * @param x the argument
     */
    public long apply(long x) {
        return switch (this) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case SIGN -> Long.signum(x);
            case RELU -> Math.max(x, 0);
            case FLOOR, CEIL, ROUND, TRUNC -> x;
            case BITWISE_NOT -> ~x;
            default -> throw new IllegalArgumentException(this + " of an integer");
        };
    }
}
