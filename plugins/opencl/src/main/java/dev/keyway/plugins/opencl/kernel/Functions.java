// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.UnaryOp;
import org.jspecify.annotations.Nullable;

/**
 * The opcodes in OpenCL C, over {@code x} and {@code y} of type {@code T}; null where an opcode is
 * not defined. What takes more than an expression is in {@code arithmetic.cl}.
 */
final class Functions {
    private Functions() {}

    static @Nullable String floating(UnaryOp op) {
        return switch (op) {
            case NEG -> "-(x)";
            case ABS -> "fabs(x)";
            case SIGN -> "(T)((x) > 0 ? 1 : (x) < 0 ? -1 : 0)";
            case EXP -> "exp(x)";
            case LOG -> "log(x)";
            case SQRT -> "sqrt(x)";
            case RSQRT -> "(T)1 / sqrt(x)";
            case RECIPROCAL -> "(T)1 / (x)";
            case SIN -> "sin(x)";
            case COS -> "cos(x)";
            case TANH -> "tanh(x)";
            case SIGMOID -> "(T)1 / ((T)1 + exp(-(x)))";
            case RELU -> "(x) > 0 || isnan(x) ? (x) : (T)0";
            case FLOOR -> "floor(x)";
            case CEIL -> "ceil(x)";
            case ROUND -> "rint(x)";
            case TRUNC -> "trunc(x)";
            case EXP2 -> "exp2(x)";
            case EXPM1 -> "expm1(x)";
            case LOG2 -> "log2(x)";
            case LOG10 -> "log10(x)";
            case LOG1P -> "log1p(x)";
            case TAN -> "tan(x)";
            case ASIN -> "asin(x)";
            case ACOS -> "acos(x)";
            case ATAN -> "atan(x)";
            case SINH -> "sinh(x)";
            case COSH -> "cosh(x)";
            case ASINH -> "asinh(x)";
            case ACOSH -> "acosh(x)";
            case ATANH -> "atanh(x)";
            case ERF -> "erf(x)";
            case ERFC -> "erfc(x)";
            case GELU -> "(T)0.5 * (x) * erfc(-(x) * ROOT_HALF)";
            case SILU -> "(x) / ((T)1 + exp(-(x)))";
            case BITWISE_NOT -> null;
        };
    }

    static @Nullable String integral(UnaryOp op) {
        return switch (op) {
            case NEG -> "WRAP(-(UT)(x))";
            case ABS -> "absolute(x)";
            case SIGN -> "(x) > 0 ? 1 : (x) < 0 ? -1 : 0";
            case RELU -> "(x) > 0 ? (x) : 0";
            case FLOOR, CEIL, ROUND, TRUNC -> "x";
            case BITWISE_NOT -> "~(x)";
            default -> null;
        };
    }

    /** Truth values are 0 and 1. */
    static @Nullable String bool(UnaryOp op) {
        return switch (op) {
            case NEG, ABS, SIGN, RELU, FLOOR, CEIL, ROUND, TRUNC -> "x";
            case BITWISE_NOT -> "1 - (x)";
            default -> null;
        };
    }

    static @Nullable String floating(BinaryOp op) {
        return switch (op) {
            case ADD -> "(x) + (y)";
            case SUB -> "(x) - (y)";
            case MUL -> "(x) * (y)";
            case DIV -> "(x) / (y)";
            case FLOOR_DIVIDE -> "floor_divide(x, y)";
            case REMAINDER -> "remainder_of(x, y)";
            case POW -> "pow(x, y)";
            case MAXIMUM -> "LARGER(x, y)";
            case MINIMUM -> "SMALLER(x, y)";
            case FMOD -> "fmod(x, y)";
            case FMAX -> "fmax(x, y)";
            case FMIN -> "fmin(x, y)";
            case ATAN2 -> "atan2(x, y)";
            case HYPOT -> "hypot(x, y)";
            case COPYSIGN -> "copysign(x, y)";
            case BITWISE_AND, BITWISE_OR, BITWISE_XOR, LEFT_SHIFT, RIGHT_SHIFT, TRUNC_DIVIDE ->
                    null;
        };
    }

    static @Nullable String integral(BinaryOp op) {
        return switch (op) {
            case ADD -> "WRAP((UT)(x) + (UT)(y))";
            case SUB -> "WRAP((UT)(x) - (UT)(y))";
            case MUL -> "WRAP((UT)(x) * (UT)(y))";
            case DIV, ATAN2, HYPOT, COPYSIGN -> null;
            case FLOOR_DIVIDE -> "floor_divide(x, y, status, name)";
            case REMAINDER -> "remainder_of(x, y, status, name)";
            case POW -> "power(x, y, status, name)";
            case TRUNC_DIVIDE -> "trunc_divide(x, y, status, name)";
            case FMOD -> "rest_of(x, y, status, name)";
            case MAXIMUM, FMAX -> "max(x, y)";
            case MINIMUM, FMIN -> "min(x, y)";
            case LEFT_SHIFT -> "left_shift(x, y)";
            case RIGHT_SHIFT -> "right_shift(x, y)";
            case BITWISE_AND -> "(x) & (y)";
            case BITWISE_OR -> "(x) | (y)";
            case BITWISE_XOR -> "(x) ^ (y)";
        };
    }

    static @Nullable String bool(BinaryOp op) {
        return switch (op) {
            case ADD, MAXIMUM, FMAX, BITWISE_OR -> "(x) | (y)";
            case MUL, MINIMUM, FMIN, BITWISE_AND -> "(x) & (y)";
            case BITWISE_XOR -> "(x) ^ (y)";
            default -> null;
        };
    }

    /** Whether the integer function reports errors. */
    static boolean mayFail(BinaryOp op) {
        return switch (op) {
            case FLOOR_DIVIDE, REMAINDER, POW, TRUNC_DIVIDE, FMOD -> true;
            default -> false;
        };
    }
}
