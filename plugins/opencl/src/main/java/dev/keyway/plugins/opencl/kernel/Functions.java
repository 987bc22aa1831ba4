// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import static java.util.Map.entry;

import dev.keyway.DType;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The opcodes in OpenCL C, over {@code x} and {@code y} of type {@code T}. What takes more than an
 * expression is in {@code arithmetic.cl}. They are found by name, so that an opcode of a newer API
 * is one that the plugin lacks, not an error.
 */
final class Functions {
    private static final Map<String, String> UNARY_FLOATING =
            Map.ofEntries(
                    entry("NEG", "-(x)"),
                    entry("ABS", "fabs(x)"),
                    entry("SIGN", "(T)((x) > 0 ? 1 : (x) < 0 ? -1 : 0)"),
                    entry("EXP", "exp(x)"),
                    entry("EXP2", "exp2(x)"),
                    entry("EXPM1", "(T)expm1((W)(x))"),
                    entry("LOG", "log(x)"),
                    entry("LOG2", "(T)log2((W)(x))"),
                    entry("LOG10", "(T)log10((W)(x))"),
                    entry("LOG1P", "(T)log1p((W)(x))"),
                    entry("SQRT", "sqrt(x)"),
                    entry("RSQRT", "(T)1 / sqrt(x)"),
                    entry("RECIPROCAL", "(T)1 / (x)"),
                    entry("SIN", "sin(x)"),
                    entry("COS", "cos(x)"),
                    entry("TAN", "(T)tan((W)(x))"),
                    entry("ASIN", "(T)asin((W)(x))"),
                    entry("ACOS", "(T)acos((W)(x))"),
                    entry("ATAN", "(T)atan((W)(x))"),
                    entry("SINH", "(T)sinh((W)(x))"),
                    entry("COSH", "(T)cosh((W)(x))"),
                    entry("TANH", "tanh(x)"),
                    entry("ASINH", "(T)asinh((W)(x))"),
                    entry("ACOSH", "(T)acosh((W)(x))"),
                    entry("ATANH", "(T)atanh((W)(x))"),
                    entry("ERF", "(T)erf((W)(x))"),
                    entry("ERFC", "(T)erfc((W)(x))"),
                    entry("GELU", "(T)((W)0.5f * (W)(x) * erfc(-(W)(x) * SQRT_HALF))"),
                    entry("SILU", "(x) / ((T)1 + exp(-(x)))"),
                    entry("SIGMOID", "(T)1 / ((T)1 + exp(-(x)))"),
                    entry("RELU", "(x) > 0 || isnan(x) ? (x) : (T)0"),
                    entry("FLOOR", "floor(x)"),
                    entry("CEIL", "ceil(x)"),
                    entry("ROUND", "rint(x)"),
                    entry("TRUNC", "trunc(x)"));

    private static final Map<String, String> UNARY_INTEGRAL =
            Map.ofEntries(
                    entry("NEG", "WRAP(-(UT)(x))"),
                    entry("ABS", "absolute(x)"),
                    entry("SIGN", "(x) > 0 ? 1 : (x) < 0 ? -1 : 0"),
                    entry("RELU", "(x) > 0 ? (x) : 0"),
                    entry("FLOOR", "x"),
                    entry("CEIL", "x"),
                    entry("ROUND", "x"),
                    entry("TRUNC", "x"),
                    entry("BITWISE_NOT", "~(x)"));

    /** Truth values are 0 and 1. */
    private static final Map<String, String> UNARY_BOOL =
            Map.ofEntries(
                    entry("NEG", "x"),
                    entry("ABS", "x"),
                    entry("SIGN", "x"),
                    entry("RELU", "x"),
                    entry("FLOOR", "x"),
                    entry("CEIL", "x"),
                    entry("ROUND", "x"),
                    entry("TRUNC", "x"),
                    entry("BITWISE_NOT", "1 - (x)"));

    private static final Map<String, String> BINARY_FLOATING =
            Map.ofEntries(
                    entry("ADD", "(x) + (y)"),
                    entry("SUB", "(x) - (y)"),
                    entry("MUL", "(x) * (y)"),
                    entry("DIV", "(x) / (y)"),
                    entry("FLOOR_DIVIDE", "floor_divide(x, y)"),
                    entry("REMAINDER", "remainder_of(x, y)"),
                    entry("FMOD", "fmod(x, y)"),
                    entry("POW", "pow(x, y)"),
                    entry("MAXIMUM", "LARGER(x, y)"),
                    entry("MINIMUM", "SMALLER(x, y)"),
                    entry("FMAX", "isnan(x) ? (y) : isnan(y) ? (x) : LARGER(x, y)"),
                    entry("FMIN", "isnan(x) ? (y) : isnan(y) ? (x) : SMALLER(x, y)"),
                    entry("ATAN2", "(T)atan2((W)(x), (W)(y))"),
                    entry("HYPOT", "(T)hypot((W)(x), (W)(y))"),
                    entry("COPYSIGN", "copysign(x, y)"));

    private static final Map<String, String> BINARY_INTEGRAL =
            Map.ofEntries(
                    entry("ADD", "WRAP((UT)(x) + (UT)(y))"),
                    entry("SUB", "WRAP((UT)(x) - (UT)(y))"),
                    entry("MUL", "WRAP((UT)(x) * (UT)(y))"),
                    entry("FLOOR_DIVIDE", "floor_divide(x, y, status, name)"),
                    entry("TRUNC_DIVIDE", "trunc_divide(x, y, status, name)"),
                    entry("REMAINDER", "remainder_of(x, y, status, name)"),
                    entry("FMOD", "rest_of(x, y, status, name)"),
                    entry("POW", "power(x, y, status, name)"),
                    entry("MAXIMUM", "max(x, y)"),
                    entry("MINIMUM", "min(x, y)"),
                    entry("FMAX", "max(x, y)"),
                    entry("FMIN", "min(x, y)"),
                    entry("BITWISE_AND", "(x) & (y)"),
                    entry("BITWISE_OR", "(x) | (y)"),
                    entry("BITWISE_XOR", "(x) ^ (y)"),
                    entry("LEFT_SHIFT", "(y) < 0 || (y) >= BITS ? 0 : WRAP((UT)(x) << (y))"),
                    entry("RIGHT_SHIFT", "(x) >> ((y) < 0 || (y) >= BITS ? BITS - 1 : (y))"));

    private static final Map<String, String> BINARY_BOOL =
            Map.ofEntries(
                    entry("ADD", "(x) | (y)"),
                    entry("MAXIMUM", "(x) | (y)"),
                    entry("FMAX", "(x) | (y)"),
                    entry("BITWISE_OR", "(x) | (y)"),
                    entry("MUL", "(x) & (y)"),
                    entry("MINIMUM", "(x) & (y)"),
                    entry("FMIN", "(x) & (y)"),
                    entry("BITWISE_AND", "(x) & (y)"),
                    entry("BITWISE_XOR", "(x) ^ (y)"));

    private static final Set<String> FALLIBLE =
            Set.of("FLOOR_DIVIDE", "TRUNC_DIVIDE", "REMAINDER", "FMOD", "POW");

    private Functions() {}

    /** The function of one argument; null when there is none. */
    static @Nullable String unary(Enum<?> op, DType dtype) {
        return pick(op, dtype, UNARY_FLOATING, UNARY_INTEGRAL, UNARY_BOOL);
    }

    /** The function of two arguments; null when there is none. */
    static @Nullable String binary(Enum<?> op, DType dtype) {
        return pick(op, dtype, BINARY_FLOATING, BINARY_INTEGRAL, BINARY_BOOL);
    }

    private static @Nullable String pick(
            Enum<?> op,
            DType dtype,
            Map<String, String> floating,
            Map<String, String> integral,
            Map<String, String> bool) {
        if (!Types.computes(dtype)) {
            return null;
        }
        Map<String, String> table =
                dtype.isFloating() ? floating : dtype == DType.BOOL ? bool : integral;
        return table.get(op.name());
    }

    /** Whether the integer function reports errors. */
    static boolean mayFail(Enum<?> op) {
        return FALLIBLE.contains(op.name());
    }
}
