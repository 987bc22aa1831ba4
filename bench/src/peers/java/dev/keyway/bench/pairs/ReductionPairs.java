// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import static dev.keyway.DType.BF16;
import static dev.keyway.DType.BOOL;
import static dev.keyway.DType.F32;
import static dev.keyway.DType.F64;
import static dev.keyway.DType.I32;
import static dev.keyway.DType.I64;

import dev.keyway.DType;
import dev.keyway.Tensor;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reductions along the last dimension, the first, and all. */
final class ReductionPairs extends PairFamily {
    ReductionPairs() {
        for (long size : new long[] {256, 2048}) {
            for (int dim = 0; dim < 2; dim++) {
                along(size, dim);
            }
            all(size);
        }
    }

    private void along(long size, int dim) {
        long[] dims = {dim};
        long d = dim;
        boolean small = size == 256;
        for (DType dtype : small ? List.of(F32, F64, I64, I32, BF16) : List.of(F32)) {
            DType sum = dtype == I32 ? I64 : dtype;
            add(
                    "sum",
                    dtype,
                    size,
                    dim,
                    sum,
                    x -> x.sum(dims),
                    "sum_IntList_out",
                    dims,
                    false,
                    null);
        }
        for (DType dtype : small ? List.of(F32, F64, I64) : List.of(F32)) {
            add("amax", dtype, size, dim, dtype, x -> x.amax(dims), "amax_out", dims, false);
            add("argmax", dtype, size, dim, I64, x -> x.argmax(d), "argmax_out", d, false);
        }
        for (DType dtype : small ? List.of(F32, F64) : List.of(F32)) {
            add("mean", dtype, size, dim, dtype, x -> x.mean(dims), "mean_out", dims, false, null);
            add(
                    "var",
                    dtype,
                    size,
                    dim,
                    dtype,
                    x -> x.var(dims, 1, false),
                    "var_correction_out",
                    dims,
                    1,
                    false);
            add("prod", dtype, size, dim, dtype, x -> x.prod(dims), "prod_int_out", d, false, null);
            add(
                    "norm 2",
                    dtype,
                    size,
                    dim,
                    dtype,
                    x -> x.norm(2, dims, false),
                    "linalg_vector_norm_out",
                    2.0,
                    dims,
                    false,
                    null);
            add(
                    "norm 1",
                    dtype,
                    size,
                    dim,
                    dtype,
                    x -> x.norm(1, dims, false),
                    "linalg_vector_norm_out",
                    1.0,
                    dims,
                    false,
                    null);
            add(
                    "norm 3",
                    dtype,
                    size,
                    dim,
                    dtype,
                    x -> x.norm(3, dims, false),
                    "linalg_vector_norm_out",
                    3.0,
                    dims,
                    false,
                    null);
            add(
                    "logsumexp",
                    dtype,
                    size,
                    dim,
                    dtype,
                    x -> x.logsumexp(dims),
                    "logsumexp_out",
                    dims,
                    false);
        }
        row(
                "max dim f32 " + shape(size, size) + " dim " + dim,
                data -> {
                    Operand x = data.normal(F32, size, size);
                    Operand values = data.result(F32, size);
                    Operand indices = data.result(I64, size);
                    return data.pair(
                                    () -> x.ours().max(d, false),
                                    "max_dim_max",
                                    x,
                                    d,
                                    false,
                                    values,
                                    indices)
                            .comparing(1);
                });
        add("any", BOOL, size, dim, BOOL, x -> x.any(dims), "any_out", d, false);
    }

    private void add(
            String operator,
            DType dtype,
            long size,
            int dim,
            DType result,
            Function<Tensor, Tensor> ours,
            String symbol,
            @Nullable Object... further) {
        row(
                operator + " " + dtype + " " + shape(size, size) + " dim " + dim,
                data -> {
                    boolean product = operator.equals("prod");
                    Operand x =
                            product
                                    ? data.uniform(dtype, 0.98, 1.02, size, size)
                                    : data.normal(dtype, size, size);
                    Operand out = data.result(result, size);
                    return pair(data, x, out, ours, symbol, further)
                            .scale(operator.equals("var") ? 1 : Math.sqrt(size))
                            .within(
                                    product || operator.equals("mean")
                                            ? 20 * rounding(result)
                                            : 4 * rounding(result));
                });
    }

    /** Of f32 and f64 sums; 0, which means the default, for others. */
    private static double rounding(DType dtype) {
        return dtype == F32 ? 1e-6 : dtype == F64 ? 1e-14 : 0;
    }

    private static Pair pair(
            Data data,
            Operand x,
            Operand out,
            Function<Tensor, Tensor> ours,
            String symbol,
            @Nullable Object... further) {
        @Nullable Object[] arguments = new @Nullable Object[further.length + 2];
        arguments[0] = x;
        System.arraycopy(further, 0, arguments, 1, further.length);
        arguments[further.length + 1] = out;
        return data.pair(() -> ours.apply(x.ours()), symbol, arguments);
    }

    private void all(long size) {
        for (DType dtype : size == 256 ? List.of(F32, F64, I64) : List.of(F32)) {
            total("sum", dtype, size, dtype, Tensor::sum, "sum_IntList_out", null, false, null);
            total("amax", dtype, size, dtype, Tensor::amax, "amax_out", new long[0], false);
            total("argmax", dtype, size, I64, Tensor::argmax, "argmax_out", null, false);
        }
        total("mean", F32, size, F32, Tensor::mean, "mean_out", null, false, null);
        total("var", F32, size, F32, Tensor::var, "var_correction_out", null, 1, false);
        total(
                "norm 2",
                F32,
                size,
                F32,
                Tensor::norm,
                "linalg_vector_norm_out",
                2.0,
                null,
                false,
                null);
        row(
                "any bool " + shape(size, size) + " all",
                data -> {
                    Operand x = data.read(data.normal(BOOL, size, size).ours().zero_());
                    return data.returning(1, () -> x.ours().any(), "any", x);
                });
        row(
                "all bool " + shape(size, size) + " all",
                data -> {
                    Operand x = data.read(data.normal(BOOL, size, size).ours().fill_(1));
                    return data.returning(1, () -> x.ours().all(), "all", x);
                });
        row(
                "count_nonzero f32 " + shape(size, size) + " all",
                data -> {
                    Operand x = data.normal(F32, size, size);
                    return data.returning(
                            1, () -> x.ours().countNonzero(), "count_nonzero", x, null);
                });
        row(
                "nansum f32 " + shape(size, size) + " all",
                data -> {
                    Operand x = data.normal(F32, size, size);
                    return data.returning(
                                    1, () -> x.ours().nansum(), "nansum", x, null, false, null)
                            .scale(size);
                });
    }

    private void total(
            String operator,
            DType dtype,
            long size,
            DType result,
            Function<Tensor, Tensor> ours,
            String symbol,
            @Nullable Object... further) {
        row(
                operator + " " + dtype + " " + shape(size, size) + " all",
                data -> {
                    Operand x = data.normal(dtype, size, size);
                    Pair pair =
                            pair(data, x, data.result(result), ours, symbol, further)
                                    .scale(
                                            operator.equals("mean") || operator.equals("var")
                                                    ? 1
                                                    : size);
                    return switch (operator) {
                        case "var" -> pair.exactly(variance(x.ours()));
                        case "norm 2" -> pair.exactly(norm(x.ours()));
                        default -> pair;
                    };
                });
    }

    /** Of f32 numbers, in f64: libtorch's f32 sum of 4M squares is off by 1e-4 of it. */
    private static double norm(Tensor x) {
        double squares = 0;
        for (float number : x.toFloatArray()) {
            squares += (double) number * number;
        }
        return Math.sqrt(squares);
    }

    /** Of f32 numbers, in f64, about their mean. */
    private static double variance(Tensor x) {
        float[] numbers = x.toFloatArray();
        double sum = 0;
        for (float number : numbers) {
            sum += number;
        }
        double mean = sum / numbers.length;
        double squares = 0;
        for (float number : numbers) {
            squares += (number - mean) * (number - mean);
        }
        return squares / (numbers.length - 1);
    }
}
