// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fault;

import static dev.keyway.conformance.fault.Changes.after;
import static dev.keyway.conformance.fault.Changes.binary;
import static dev.keyway.conformance.fault.Changes.integers;
import static dev.keyway.conformance.fault.Changes.swapped;
import static dev.keyway.conformance.fault.Changes.unary;
import static dev.keyway.conformance.fault.Mutant.kernel;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.conformance.Form;
import dev.keyway.conformance.fault.FaultyRegistry.Change;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.CompareOp;
import dev.keyway.spi.UnaryOp;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Mistakes in pointwise kernels. */
final class PointwiseMutants {
    private PointwiseMutants() {}

    static List<Mutant> all() {
        return List.of(
                kernel(
                        "the tail after whole vectors is dropped",
                        "binary",
                        BinaryOp.ADD,
                        DType.F32,
                        droppedTail(),
                        "add.Tensor"),
                kernel(
                        "the arguments are swapped, integers",
                        "binary",
                        BinaryOp.SUB,
                        DType.I32,
                        swapped(),
                        "sub.Tensor"),
                kernel(
                        "the arguments are swapped, quotient",
                        "binary",
                        BinaryOp.DIV,
                        DType.F32,
                        swapped(),
                        "div.Tensor"),
                kernel(
                        "the arguments are swapped, power",
                        "binary",
                        BinaryOp.POW,
                        DType.F64,
                        swapped(),
                        "pow.Tensor"),
                kernel(
                        "NaN is lost in maximum",
                        "binary",
                        BinaryOp.MAXIMUM,
                        DType.F32,
                        binary((a, b) -> a > b ? a : b),
                        "maximum"),
                kernel(
                        "NaN is lost in minimum",
                        "binary",
                        BinaryOp.MINIMUM,
                        DType.F64,
                        binary((a, b) -> a < b ? a : b),
                        "minimum"),
                kernel(
                        "overflow saturates",
                        "binary",
                        BinaryOp.ADD,
                        DType.I32,
                        integers(PointwiseMutants::saturated),
                        "add.Tensor"),
                kernel(
                        "products go through double",
                        "binary",
                        BinaryOp.MUL,
                        DType.I64,
                        integers((a, b) -> (long) ((double) a * b)),
                        "mul.Tensor"),
                kernel(
                        "the quotient is cut, not floored",
                        "binary",
                        BinaryOp.FLOOR_DIVIDE,
                        DType.I32,
                        integers((a, b) -> a / b),
                        "floor_divide.Tensor"),
                kernel(
                        "the remainder has the dividend's sign",
                        "binary",
                        BinaryOp.REMAINDER,
                        DType.I64,
                        integers((a, b) -> a % b),
                        "remainder.Tensor"),
                kernel(
                                "division by zero is no error",
                                "binary",
                                BinaryOp.FLOOR_DIVIDE,
                                DType.I32,
                                nonZero(),
                                "floor_divide.Tensor")
                        .seenBy(Form.ERROR),
                kernel(
                                "in place it reads what it wrote",
                                "binary",
                                BinaryOp.MUL,
                                DType.F32,
                                clobbered(),
                                "mul.Tensor")
                        .seenBy(Form.IN_PLACE),
                kernel(
                        "a broadcast argument is read as dense",
                        "binary",
                        BinaryOp.ADD,
                        DType.F64,
                        dense(),
                        "add.Tensor"),
                kernel(
                        "ties are rounded up",
                        "unary",
                        UnaryOp.ROUND,
                        DType.F32,
                        unary(x -> Math.floor(x + 0.5)),
                        "round"),
                kernel(
                        "exp is computed in half precision",
                        "unary",
                        UnaryOp.EXP,
                        DType.F32,
                        unary(
                                x ->
                                        Float.float16ToFloat(
                                                Float.floatToFloat16((float) StrictMath.exp(x)))),
                        "exp"),
                kernel(
                        "sigmoid overflows",
                        "unary",
                        UnaryOp.SIGMOID,
                        DType.F32,
                        unary(x -> (float) StrictMath.exp(x) / (1 + (float) StrictMath.exp(x))),
                        "sigmoid"),
                kernel(
                        "tanh overflows",
                        "unary",
                        UnaryOp.TANH,
                        DType.F64,
                        unary(x -> (StrictMath.exp(2 * x) - 1) / (StrictMath.exp(2 * x) + 1)),
                        "tanh"),
                kernel(
                        "NaN becomes zero in relu",
                        "unary",
                        UnaryOp.RELU,
                        DType.F32,
                        unary(x -> x > 0 ? x : 0),
                        "relu"),
                kernel(
                        "the root of a negative number is zero",
                        "unary",
                        UnaryOp.SQRT,
                        DType.F32,
                        unary(x -> x < 0 ? 0 : Math.sqrt(x)),
                        "sqrt"),
                kernel(
                        "bool is complemented by bits",
                        "unary",
                        UnaryOp.BITWISE_NOT,
                        DType.BOOL,
                        after(out -> ones(out)),
                        "bitwise_not"),
                kernel(
                                "the input is changed",
                                "unary",
                                UnaryOp.ABS,
                                DType.F32,
                                inputChanged(),
                                "abs")
                        .seenBy(Form.VALUE),
                kernel(
                        "a result is kept for the next call of that size",
                        "unary",
                        UnaryOp.NEG,
                        DType.F32,
                        kept(),
                        "neg"),
                kernel(
                                "every other call rounds differently",
                                "unary",
                                UnaryOp.EXP,
                                DType.F32,
                                unsteady(),
                                "exp")
                        .seenBy(Form.DETERMINISM),
                kernel(
                        "less is true for NaN",
                        "compare",
                        CompareOp.LT,
                        DType.F32,
                        binary((a, b) -> a >= b ? 0 : 1),
                        "lt.Tensor"),
                kernel(
                        "greater or equal is greater",
                        "compare",
                        CompareOp.GE,
                        DType.I64,
                        integers((a, b) -> a > b ? 1 : 0),
                        "ge.Tensor"),
                kernel(
                        "integers are compared as f32",
                        "compare",
                        CompareOp.EQ,
                        DType.I32,
                        integers((a, b) -> (float) a == (float) b ? 1 : 0),
                        "eq.Tensor"),
                kernel(
                        "where takes the wrong side",
                        "where",
                        "where",
                        DType.F32,
                        (call, right, out, in) ->
                                right.run(call, out, Inputs.of(in.get(0), in.get(2), in.get(1))),
                        "where"));
    }

    private static long saturated(long a, long b) {
        return Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, a + b));
    }

    /** What the out tensor held before stays in the last {@code numel % 8} elements. */
    private static Change droppedTail() {
        return (call, right, out, in) -> {
            double[] before = new Elements(out[0]).doubles();
            right.run(call, out, in);
            Elements to = new Elements(out[0]);
            for (int i = before.length / 8 * 8; i < before.length; i++) {
                to.setDouble(i, out[0] == in.get(0) ? before[i] : 0);
            }
        };
    }

    private static Change nonZero() {
        return (call, right, out, in) -> {
            Elements divisors = new Elements(in.get(1));
            for (long divisor : divisors.longs()) {
                if (divisor == 0) {
                    return;
                }
            }
            right.run(call, out, in);
        };
    }

    private static Change clobbered() {
        return (call, right, out, in) -> {
            if (out[0].numel() > 0 && out[0].address() == in.get(0).address()) {
                Elements to = new Elements(out[0]);
                to.setDouble(out[0].numel() - 1, 0);
            }
            right.run(call, out, in);
        };
    }

    private static Change dense() {
        return (call, right, out, in) ->
                Fault.STRIDES.run((o, i) -> right.run(call, out, new Inputs(i)), out[0], in.list());
    }

    private static void ones(Tensor out) {
        Elements to = new Elements(out);
        for (long i = 0; i < out.numel(); i++) {
            to.setLong(i, 1);
        }
    }

    private static Change inputChanged() {
        return (call, right, out, in) -> {
            right.run(call, out, in);
            if (out[0].numel() > 0 && out[0] != in.get(0)) {
                Elements self = new Elements(in.get(0));
                self.setDouble(0, self.getDouble(0) + 1);
            }
        };
    }

    private static Change kept() {
        Map<Integer, double[]> results = new HashMap<>();
        return (call, right, out, in) -> {
            right.run(call, out, in);
            Elements to = new Elements(out[0]);
            double[] fresh = to.doubles();
            double[] old = results.putIfAbsent(fresh.length, fresh);
            for (int i = 0; old != null && i < fresh.length; i++) {
                to.setDouble(i, old[i]);
            }
        };
    }

    private static Change unsteady() {
        AtomicInteger calls = new AtomicInteger();
        return after(
                out -> {
                    if (out.numel() > 0 && calls.incrementAndGet() % 2 == 0) {
                        Elements to = new Elements(out);
                        to.setDouble(0, Math.nextUp((float) to.getDouble(0)));
                    }
                });
    }
}
