// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Tensor;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;

/** The CPU's products with weights that it keeps packed give the bits of those that it does not. */
class PackedWeightsTest {
    private static final int IN = 96;
    private static final int OUT = 70;

    /** So many products of an element that large ones are computed in blocks. */
    private static final int MANY = 400;

    private final Keyway keyway = Keyway.builder().threads(2).open();
    private final Device device = keyway.device("cpu");

    @AfterEach
    void close() {
        keyway.close();
    }

    private static final List<Consumer<Tensor>> CHANGES =
            List.of(
                    w -> w.add_(1.0),
                    PackedWeightsTest::copyNegative,
                    PackedWeightsTest::scaleColumn,
                    PackedWeightsTest::writeByAddress,
                    w -> Ops.mul(w, w).close(),
                    w -> w.fill_(0.5));

    private static void copyNegative(Tensor w) {
        try (Tensor negative = w.neg()) {
            w.copy_(negative);
        }
    }

    private static void scaleColumn(Tensor w) {
        try (Tensor column = w.select(1, 3)) {
            column.mul_(7.0);
        }
    }

    private static void writeByAddress(Tensor w) {
        MemorySegment.ofAddress(w.address())
                .reinterpret(w.nbytes())
                .set(ValueLayout.JAVA_FLOAT, 20, 3.5f);
        w.incrementVersion();
    }

    private void check(DType dtype, BinaryOperator<Tensor> product, long... weightSizes) {
        check(dtype, IN, product, weightSizes);
    }

    private void check(DType dtype, int in, BinaryOperator<Tensor> product, long... weightSizes) {
        for (int rows : new int[] {1, 2, 9, 40}) {
            try (Tensor x = Ops.randn(device, dtype, new Generator(1), rows, in);
                    Tensor w = Ops.randn(device, dtype, new Generator(2), weightSizes)) {
                repeat(product, x, w);
                for (Consumer<Tensor> change :
                        dtype == DType.F32 ? CHANGES : CHANGES.subList(0, 3)) {
                    change.accept(w);
                    repeat(product, x, w);
                }
            }
        }
    }

    private static void repeat(BinaryOperator<Tensor> product, Tensor x, Tensor w) {
        try (Tensor fresh = w.clone();
                Tensor expected = product.apply(x, fresh)) {
            for (int i = 0; i < 3; i++) {
                try (Tensor actual = product.apply(x, w)) {
                    assertArrayEquals(expected.toDoubleArray(), actual.toDoubleArray());
                }
            }
        }
    }

    @Test
    void linearFollowsEveryChange() {
        check(DType.F32, (x, w) -> Ops.linear(x, w, null), OUT, IN);
        check(DType.F64, (x, w) -> Ops.linear(x, w, null), OUT, IN);
    }

    @Test
    void matmulFollowsEveryChange() {
        check(DType.F32, Tensor::matmul, IN, OUT);
        check(DType.F64, Tensor::mm, IN, OUT);
    }

    @Test
    void productsOfManyNumbersFollowEveryChange() {
        for (DType dtype : new DType[] {DType.F32, DType.F64}) {
            check(dtype, MANY, (x, w) -> Ops.linear(x, w, null), OUT, MANY);
            check(dtype, MANY, Tensor::mm, MANY, OUT);
        }
    }

    @Test
    void aRowHasTheBitsThatItHasAmongFewRows() {
        try (Tensor x = Ops.randn(device, DType.F32, new Generator(1), 40, MANY);
                Tensor w = Ops.randn(device, DType.F32, new Generator(2), OUT, MANY);
                Tensor bias = Ops.randn(device, DType.F32, new Generator(3), OUT);
                Tensor many = Ops.linear(x, w, bias);
                Tensor first = x.narrow(0, 0, 9);
                Tensor few = Ops.linear(first, w, bias);
                Tensor same = many.narrow(0, 0, 9)) {
            assertArrayEquals(few.toDoubleArray(), same.toDoubleArray());
        }
    }

    @Test
    void viewsOfOneStorageAreToldApart() {
        BinaryOperator<Tensor> product =
                (x, w) -> {
                    try (Tensor upper = w.narrow(0, 0, IN);
                            Tensor lower = w.narrow(0, IN, IN);
                            Tensor turned = lower.transpose(0, 1);
                            Tensor one = x.mm(upper);
                            Tensor two = x.mm(lower);
                            Tensor square = turned.mm(lower);
                            Tensor sum = one.add(two)) {
                        return sum.mm(square);
                    }
                };
        check(DType.F32, product, 2L * IN, OUT);
    }

    @Test
    void packedWeightsGoWithTheWeights() {
        long before = device.memory().allocated();
        try (Tensor x = Ops.randn(device, DType.F32, new Generator(1), 16, IN)) {
            Tensor w = Ops.randn(device, DType.F32, new Generator(2), OUT, IN);
            long own = device.memory().allocated();
            for (int i = 0; i < 3; i++) {
                Ops.linear(x, w, null).close();
            }
            long kept = device.memory().allocated() - own;
            assertTrue(kept >= 4L * OUT * IN && kept < 8L * OUT * IN, () -> kept + " bytes");
            w.close();
        }
        assertEquals(before, device.memory().allocated());
    }
}
