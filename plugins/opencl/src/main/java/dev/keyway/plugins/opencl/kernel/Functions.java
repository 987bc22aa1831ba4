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
            case BITWISE_NOT -> null;
        };
    }

    static @Nullable String integral(UnaryOp op) {
        return switch (op) {
            case NEG -> "WRAP(-(UT)(x))";
            case ABS -> "absolute(x)";
            case SIGN -> "(x) > 0 ? 1 : (x) < 0 ? -1 : 0";
            case RELU -> "(x) > 0 ? (x) : 0";
            case FLOOR, CEIL, ROUND -> "x";
            case BITWISE_NOT -> "~(x)";
            default -> null;
        };
    }

    /** Truth values are 0 and 1. */
    static @Nullable String bool(UnaryOp op) {
        return switch (op) {
            case NEG, ABS, SIGN, RELU, FLOOR, CEIL, ROUND -> "x";
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
            case BITWISE_AND, BITWISE_OR, BITWISE_XOR -> null;
        };
    }

    static @Nullable String integral(BinaryOp op) {
        return switch (op) {
            case ADD -> "WRAP((UT)(x) + (UT)(y))";
            case SUB -> "WRAP((UT)(x) - (UT)(y))";
            case MUL -> "WRAP((UT)(x) * (UT)(y))";
            case DIV -> null;
            case FLOOR_DIVIDE -> "floor_divide(x, y, status, name)";
            case REMAINDER -> "remainder_of(x, y, status, name)";
            case POW -> "power(x, y, status, name)";
            case MAXIMUM -> "max(x, y)";
            case MINIMUM -> "min(x, y)";
            case BITWISE_AND -> "(x) & (y)";
            case BITWISE_OR -> "(x) | (y)";
            case BITWISE_XOR -> "(x) ^ (y)";
        };
    }

    static @Nullable String bool(BinaryOp op) {
        return switch (op) {
            case ADD, MAXIMUM, BITWISE_OR -> "(x) | (y)";
            case MUL, MINIMUM, BITWISE_AND -> "(x) & (y)";
            case BITWISE_XOR -> "(x) ^ (y)";
            default -> null;
        };
    }

    /** Whether the integer function reports errors. */
    static boolean mayFail(BinaryOp op) {
        return op == BinaryOp.FLOOR_DIVIDE || op == BinaryOp.REMAINDER || op == BinaryOp.POW;
    }
}
