// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Tensor;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** On the CPU an element's bits do not depend on the strides with which it is read or written. */
class LayoutBitsTest {
    private static final List<UnaryOperator<Tensor>> FUNCTIONS =
            List.of(
                    Tensor::exp,
                    Tensor::expm1,
                    x -> x.abs().log(),
                    x -> x.abs().rsqrt(),
                    Tensor::sin,
                    Tensor::tanh,
                    Tensor::sigmoid,
                    Tensor::erf,
                    Ops::gelu,
                    Ops::silu,
                    Tensor::exp2,
                    Tensor::asinh,
                    x -> x.abs().add(1L).acosh(),
                    Tensor::atanh,
                    x -> x.atan2(x.exp()),
                    x -> x.hypot(x.exp()),
                    x -> x.floorDivide(x.exp()),
                    x -> x.abs().pow(x));

    private static final List<BinaryOperator<Tensor>> OPERATIONS =
            List.of(Tensor::add, Tensor::sub, Tensor::atan2, Tensor::lt);

    /** A transposed operand is copied by blocks where matrices are large enough. */
    @Test
    void bitsDoNotDependOnATransposedOperand() {
        try (Keyway keyway = Keyway.builder().threads(2).open()) {
            Device device = keyway.device("cpu");
            for (long rows : new long[] {63, 64, 65, 130}) {
                Tensor x = Ops.randn(device, DType.F32, rows, 97).mul(4.0);
                Tensor y = Ops.randn(device, DType.F32, 97, rows).t();
                Tensor row = Ops.randn(device, DType.F32, 97);
                Tensor column = Ops.randn(device, DType.F32, rows, 1);
                for (BinaryOperator<Tensor> operation : OPERATIONS) {
                    for (Tensor other : List.of(x, row, column)) {
                        same(operation, other, y);
                        same(operation, y, other);
                    }
                }
            }
        }
    }

    private static void same(BinaryOperator<Tensor> operation, Tensor a, Tensor b) {
        double[] dense = operation.apply(a.contiguous(), b.contiguous()).toDoubleArray();
        assertArrayEquals(dense, operation.apply(a, b).toDoubleArray());
    }

    @Test
    void bitsDoNotDependOnTheLayout() {
        try (Keyway keyway = Keyway.builder().threads(2).open()) {
            Device device = keyway.device("cpu");
            for (DType dtype : new DType[] {DType.F32, DType.F64}) {
                Tensor x = Ops.randn(device, dtype, 37, 19).mul(4.0);
                for (UnaryOperator<Tensor> function : FUNCTIONS) {
                    double[] dense = function.apply(x).toDoubleArray();
                    double[] read = function.apply(x.t()).t().contiguous().toDoubleArray();
                    assertArrayEquals(dense, read);
                    Tensor spread = Ops.zeros(device, dtype, 37, 38).slice(1, 0L, null, 2);
                    spread.copy_(x);
                    assertArrayEquals(dense, function.apply(spread).toDoubleArray());
                }
                Tensor written = Ops.zeros(device, dtype, 37, 38).slice(1, 0L, null, 2);
                Ops.expOut(written, x);
                assertArrayEquals(x.exp().toDoubleArray(), written.toDoubleArray());
            }
        }
    }
}
