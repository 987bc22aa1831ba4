// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import static dev.keyway.DType.BF16;
import static dev.keyway.DType.BOOL;
import static dev.keyway.DType.F32;
import static dev.keyway.DType.F64;
import static dev.keyway.DType.I32;
import static dev.keyway.DType.I64;

import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Functions of two and three tensors, element by element. */
final class BinaryPairs extends PairFamily {
    private static final List<DType> FLOATING = List.of(F32, F64);
    private static final List<DType> NUMBERS = List.of(F32, F64, I32, I64);

    BinaryPairs() {
        each("add", List.of(F32, F64, I32, I64, BF16), Ops::addOut, 1);
        each("sub", List.of(F32), Ops::subOut, 1);
        each("mul", List.of(F32, F64, I32, I64, BF16), Ops::mulOut);
        each("div", FLOATING, Ops::divOut);
        each("maximum", NUMBERS, Ops::maximumOut);
        each("fmax", FLOATING, Ops::fmaxOut);
        each("pow_Tensor_Tensor", FLOATING, Ops::powOut);
        each("atan2", FLOATING, Ops::atan2Out);
        each("hypot", FLOATING, Ops::hypotOut);
        each("copysign", FLOATING, Ops::copysignOut);
        each("fmod_Tensor", FLOATING, Ops::fmodOut);
        each("remainder_Tensor", FLOATING, Ops::remainderOut);
        each("floor_divide", FLOATING, Ops::floorDivideOut);
        each("logaddexp", FLOATING, Ops::logaddexpOut);
        each("bitwise_and_Tensor", List.of(I32, I64), Ops::bitwiseAndOut);
        each("bitwise_left_shift_Tensor", List.of(I32), Ops::bitwiseLeftShiftOut);
        each("lt_Tensor", NUMBERS, Ops::ltOut);
        each("eq_Tensor", List.of(F32, I64), Ops::eqOut);
        each("logical_and", List.of(BOOL, F32), Ops::logicalAndOut);
        power(2);
        power(3);
        power(0.5);
        power(2.5);
        scalar();
        broadcast();
        ternary();
    }

    private static String named(String operator) {
        return operator.replace("_Tensor", "");
    }

    private void each(
            String operator,
            List<DType> dtypes,
            BinaryOperator2 ours,
            @Nullable Object... further) {
        for (DType dtype : dtypes) {
            for (long count : new long[] {SMALL, LARGE}) {
                if (count == SMALL || dtype == F32 || dtype == I64) {
                    shape(operator, dtype, count, ours, further);
                }
            }
        }
    }

    /** Writes the first of the function of the others. */
    private interface BinaryOperator2 {
        Tensor apply(Tensor out, Tensor self, Tensor other);
    }

    private void shape(
            String operator,
            DType dtype,
            long count,
            BinaryOperator2 ours,
            @Nullable Object... further) {
        boolean truth =
                operator.startsWith("lt")
                        || operator.startsWith("eq")
                        || operator.startsWith("log") && operator.endsWith("and");
        row(
                named(operator) + " " + dtype + " " + count(count),
                data -> {
                    Operand x = numbers(data, dtype, count);
                    Operand y = numbers(data, dtype, count);
                    Operand out = data.result(truth ? BOOL : dtype, count);
                    @Nullable Object[] arguments = new Object[further.length + 3];
                    arguments[0] = x;
                    arguments[1] = y;
                    System.arraycopy(further, 0, arguments, 2, further.length);
                    arguments[further.length + 2] = out;
                    return data.pair(
                                    () -> ours.apply(out.ours(), x.ours(), y.ours()),
                                    operator + "_out",
                                    arguments)
                            .scale(1);
                });
    }

    private static Operand numbers(Data data, DType dtype, long... sizes) {
        return switch (dtype) {
            case BOOL -> data.normal(dtype, sizes);
            case I32, I64 -> data.integers(dtype, 1, 30, sizes);
            default -> data.uniform(dtype, 0.5, 4, sizes);
        };
    }

    private void power(double exponent) {
        Number number = exponent == Math.rint(exponent) ? (Number) (long) exponent : exponent;
        for (DType dtype : FLOATING) {
            row(
                    "pow " + number + " " + dtype + " " + count(SMALL),
                    data -> {
                        Operand x = data.uniform(dtype, 0.5, 4, SMALL);
                        Operand out = data.result(dtype, SMALL);
                        return data.pair(
                                        () -> Ops.powOut(out.ours(), x.ours(), exponent),
                                        "pow_Tensor_Scalar_out",
                                        x,
                                        number,
                                        out)
                                .scale(1);
                    });
        }
    }

    private void scalar() {
        for (DType dtype : NUMBERS) {
            row(
                    "add scalar " + dtype + " " + count(SMALL),
                    data -> {
                        Operand x = data.normal(dtype, SMALL);
                        return data.returning(1, () -> x.ours().add(3), "add_Scalar", x, 3, 1);
                    });
        }
        row(
                "lt scalar f32 " + count(SMALL),
                data -> {
                    Operand x = data.normal(F32, SMALL);
                    Operand out = data.result(BOOL, SMALL);
                    return data.pair(
                            () -> Ops.ltOut(out.ours(), x.ours(), 0.5),
                            "lt_Scalar_out",
                            x,
                            0.5,
                            out);
                });
    }

    private void broadcast() {
        for (long size : new long[] {256, 2048}) {
            row("add row f32 " + shape(size, size), data -> sum(data, size, 1, size));
            row("add column f32 " + shape(size, size), data -> sum(data, size, size, 1));
        }
        row(
                "add channel f32 " + shape(8, 64, 56, 56),
                data -> {
                    Operand x = data.normal(F32, 8, 64, 56, 56);
                    Operand y = data.normal(F32, 64, 1, 1);
                    Operand out = data.result(F32, 8, 64, 56, 56);
                    return data.pair(
                            () -> Ops.addOut(out.ours(), x.ours(), y.ours()),
                            "add_out",
                            x,
                            y,
                            1,
                            out);
                });
        row(
                "add transposed f32 " + shape(1024, 1024),
                data -> {
                    Operand x = data.normal(F32, 1024, 1024);
                    Operand y = data.read(data.normal(F32, 1024, 1024).ours().t());
                    Operand out = data.result(F32, 1024, 1024);
                    return data.pair(
                            () -> Ops.addOut(out.ours(), x.ours(), y.ours()),
                            "add_out",
                            x,
                            y,
                            1,
                            out);
                });
    }

    private static Pair sum(Data data, long size, long rows, long columns) {
        Operand x = data.normal(F32, size, size);
        Operand y = data.normal(F32, rows, columns);
        Operand out = data.result(F32, size, size);
        return data.pair(() -> Ops.addOut(out.ours(), x.ours(), y.ours()), "add_out", x, y, 1, out);
    }

    private void ternary() {
        for (DType dtype : FLOATING) {
            for (long count : new long[] {SMALL, LARGE}) {
                String shape = " " + dtype + " " + count(count);
                row(
                        "where" + shape,
                        data -> {
                            Operand c = data.normal(BOOL, count);
                            Operand x = data.normal(dtype, count);
                            Operand y = data.normal(dtype, count);
                            Operand out = data.result(dtype, count);
                            return data.pair(
                                    () -> Ops.whereOut(out.ours(), c.ours(), x.ours(), y.ours()),
                                    "where_self_out",
                                    c,
                                    x,
                                    y,
                                    out);
                        });
                row(
                        "clamp" + shape,
                        data -> {
                            Operand x = data.normal(dtype, count);
                            Operand out = data.result(dtype, count);
                            return data.pair(
                                    () -> Ops.clampOut(out.ours(), x.ours(), -0.5, 0.5),
                                    "clamp_out",
                                    x,
                                    -0.5,
                                    0.5,
                                    out);
                        });
                row(
                        "lerp" + shape,
                        data -> {
                            Operand x = data.normal(dtype, count);
                            Operand y = data.normal(dtype, count);
                            Operand out = data.result(dtype, count);
                            return data.pair(
                                            () -> Ops.lerpOut(out.ours(), x.ours(), y.ours(), 0.3),
                                            "lerp_Scalar_out",
                                            x,
                                            y,
                                            0.3,
                                            out)
                                    .scale(1);
                        });
                three("addcmul", dtype, count, Ops::addcmulOut);
                three("addcdiv", dtype, count, Ops::addcdivOut);
            }
        }
    }

    /** Writes the first of the function of the others. */
    private interface Ternary {
        Tensor apply(Tensor out, Tensor self, Tensor first, Tensor second, double value);
    }

    private void three(String operator, DType dtype, long count, Ternary ours) {
        row(
                operator + " " + dtype + " " + count(count),
                data -> {
                    Operand x = data.uniform(dtype, 0.5, 4, count);
                    Operand y = data.uniform(dtype, 0.5, 4, count);
                    Operand z = data.uniform(dtype, 0.5, 4, count);
                    Operand out = data.result(dtype, count);
                    return data.pair(
                                    () -> ours.apply(out.ours(), x.ours(), y.ours(), z.ours(), 0.5),
                                    operator + "_out",
                                    x,
                                    y,
                                    z,
                                    0.5,
                                    out)
                            .scale(4);
                });
    }
}
