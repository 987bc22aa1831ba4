// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import static dev.keyway.DType.BF16;
import static dev.keyway.DType.F16;
import static dev.keyway.DType.F32;
import static dev.keyway.DType.F64;

import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Functions of one tensor, element by element. */
final class UnaryPairs extends PairFamily {
    /** Cheap and costly functions; out of cache the others of a kind behave like these. */
    private static final List<String> OUT_OF_CACHE =
            List.of(
                    "abs",
                    "square",
                    "sqrt",
                    "floor",
                    "exp",
                    "log",
                    "log1p",
                    "sin",
                    "tan",
                    "tanh",
                    "erf",
                    "sigmoid",
                    "gelu",
                    "silu",
                    "hardswish",
                    "softplus");

    UnaryPairs() {
        each("abs", -2, 2, Ops::absOut);
        each("neg", -2, 2, Ops::negOut);
        each("sign", -2, 2, Ops::signOut);
        each("square", -2, 2, Ops::squareOut);
        each("sqrt", 0, 9, Ops::sqrtOut);
        each("rsqrt", 0.1, 9, Ops::rsqrtOut);
        each("reciprocal", 0.1, 9, Ops::reciprocalOut);
        each("floor", -9, 9, Ops::floorOut);
        each("ceil", -9, 9, Ops::ceilOut);
        each("round", -9, 9, Ops::roundOut);
        each("trunc", -9, 9, Ops::truncOut);
        each("frac", -9, 9, Ops::fracOut);
        each("exp", -9, 9, Ops::expOut);
        each("exp2", -9, 9, Ops::exp2Out);
        each("expm1", -9, 9, Ops::expm1Out);
        each("log", 0.1, 9, Ops::logOut);
        each("log2", 0.1, 9, Ops::log2Out);
        each("log10", 0.1, 9, Ops::log10Out);
        each("log1p", -0.9, 9, Ops::log1pOut);
        each("sin", -9, 9, Ops::sinOut);
        each("cos", -9, 9, Ops::cosOut);
        each("tan", -1.4, 1.4, Ops::tanOut);
        each("asin", -1, 1, Ops::asinOut);
        each("acos", -1, 1, Ops::acosOut);
        each("atan", -9, 9, Ops::atanOut);
        each("sinh", -9, 9, Ops::sinhOut);
        each("cosh", -9, 9, Ops::coshOut);
        each("tanh", -4, 4, Ops::tanhOut);
        each("asinh", -9, 9, Ops::asinhOut);
        each("acosh", 1.1, 9, Ops::acoshOut);
        each("atanh", -0.9, 0.9, Ops::atanhOut);
        each("erf", -4, 4, Ops::erfOut);
        each("erfc", -3, 3, Ops::erfcOut);
        each("logit", 0.1, 0.9, Ops::logitOut, (Object) null);
        each("sinc", -4, 4, Ops::sincOut);
        each("nan_to_num", -9, 9, Ops::nanToNumOut, null, null, null);
        each("sigmoid", -9, 9, Ops::sigmoidOut);
        each("gelu", -4, 4, Ops::geluOut, "none");
        row(
                "gelu tanh",
                F32,
                SMALL,
                data ->
                        apply(
                                data,
                                F32,
                                SMALL,
                                -4,
                                4,
                                (out, x) -> Ops.geluOut(out, x, "tanh"),
                                "gelu_out",
                                "tanh"));
        each("silu", -9, 9, Ops::siluOut);
        each("mish", -9, 9, Ops::mishOut);
        each("hardswish", -4, 4, Ops::hardswishOut);
        each("hardsigmoid", -4, 4, Ops::hardsigmoidOut);
        each("hardtanh", -4, 4, Ops::hardtanhOut, -1.0, 1.0);
        each("leaky_relu", -4, 4, Ops::leakyReluOut, 0.01);
        each("elu", -4, 4, Ops::eluOut, 1.0, 1.0, 1.0);
        each("softplus", -9, 9, Ops::softplusOut, 1.0, 20.0);
        each("log_sigmoid", -9, 9, Ops::logSigmoidOut);
        returning("relu", Ops::relu);
        returning("relu6", Ops::relu6);
        returning("selu", Ops::selu);
        returning("isnan", Ops::isnan);
        returning("isfinite", Ops::isfinite);
    }

    private void row(String operator, DType dtype, long count, Function<Data, Pair> open) {
        row(operator + " " + dtype.toString() + " " + count(count), open);
    }

    private void each(
            String operator,
            double low,
            double high,
            BinaryOperator<Tensor> ours,
            @Nullable Object... further) {
        shape(operator, F32, SMALL, low, high, ours, further);
        if (OUT_OF_CACHE.contains(operator)) {
            shape(operator, F32, LARGE, low, high, ours, further);
        }
        shape(operator, F64, SMALL, low, high, ours, further);
        if (operator.equals("exp") || operator.equals("gelu") || operator.equals("abs")) {
            shape(operator, BF16, SMALL, low, high, ours, further);
            shape(operator, F16, SMALL, low, high, ours, further);
        }
    }

    private void shape(
            String operator,
            DType dtype,
            long count,
            double low,
            double high,
            BinaryOperator<Tensor> ours,
            @Nullable Object... further) {
        row(
                operator,
                dtype,
                count,
                data -> apply(data, dtype, count, low, high, ours, operator + "_out", further));
    }

    private static Pair apply(
            Data data,
            DType dtype,
            long count,
            double low,
            double high,
            BinaryOperator<Tensor> ours,
            String symbol,
            @Nullable Object... further) {
        Operand x = data.uniform(dtype, low, high, count);
        Operand out = data.result(dtype, count);
        @Nullable Object[] arguments = new Object[further.length + 2];
        arguments[0] = x;
        System.arraycopy(further, 0, arguments, 1, further.length);
        arguments[further.length + 1] = out;
        return data.pair(() -> ours.apply(out.ours(), x.ours()), symbol, arguments).scale(1);
    }

    private void returning(String operator, UnaryOperator<Tensor> ours) {
        for (long count : new long[] {SMALL, LARGE}) {
            row(
                    operator,
                    F32,
                    count,
                    data -> {
                        Operand x = data.normal(F32, count);
                        return data.returning(1, () -> ours.apply(x.ours()), operator, x)
                                .scale(0.1);
                    });
        }
    }
}
