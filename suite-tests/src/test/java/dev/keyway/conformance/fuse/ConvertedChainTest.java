// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fuse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An operator whose operands are converted gives the bits that it gives for a few rows at a time,
 * which are too few elements for a chain.
 */
class ConvertedChainTest {
    private static final Keyway KEYWAY = Keyway.builder().threads(2).open();
    private static final Device CPU = KEYWAY.device("cpu");

    /** Rows that are computed at a time; 128 elements each. */
    private static final long FEW = 60;

    private static final Map<String, BinaryOperator<Tensor>> OPERATORS = new LinkedHashMap<>();

    /** Those that integers do not have. */
    private static final List<String> FLOATING = List.of("gelu", "hardtanh");

    static {
        OPERATORS.put("abs", (x, y) -> x.abs());
        OPERATORS.put("neg", (x, y) -> x.neg());
        OPERATORS.put("relu", (x, y) -> x.relu());
        OPERATORS.put("exp", (x, y) -> x.exp());
        OPERATORS.put("sigmoid", (x, y) -> x.sigmoid());
        OPERATORS.put("gelu", (x, y) -> Ops.gelu(x, "none"));
        OPERATORS.put("hardtanh", (x, y) -> Ops.hardtanh(x, -1.0, 2.0));
        OPERATORS.put("add", Tensor::add);
        OPERATORS.put("add of a product", (x, y) -> x.add(y, dev.keyway.Scalar.of(3)));
        OPERATORS.put("sub", Tensor::sub);
        OPERATORS.put("mul", Tensor::mul);
        OPERATORS.put("mul of a number", (x, y) -> x.mul(0.3));
        OPERATORS.put("maximum", Tensor::maximum);
        OPERATORS.put("lt", Tensor::lt);
    }

    @AfterAll
    static void close() {
        KEYWAY.close();
    }

    private static Tensor some(Tensor of, long rows, long from, long count) {
        return of.dim() == 2 && of.size(0) == rows
                ? of.narrow(0, from, count)
                : of.view(of.sizes());
    }

    private static long[] inPieces(BinaryOperator<Tensor> operator, Tensor x, Tensor y) {
        long rows = x.size(0);
        long[] all = new long[0];
        for (long from = 0; from < rows; from += FEW) {
            long count = Math.min(FEW, rows - from);
            try (Tensor a = some(x, rows, from, count);
                    Tensor b = some(y, rows, from, count);
                    Tensor result = operator.apply(a, b)) {
                long[] bits = Numbers.bits(result);
                int before = all.length;
                all = Arrays.copyOf(all, before + bits.length);
                System.arraycopy(bits, 0, all, before, bits.length);
            }
        }
        return all;
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16", "I16", "U8", "I32"})
    void hasTheBitsOfItsSteps(DType dtype) {
        for (DType other : new DType[] {dtype, DType.F32, DType.BF16}) {
            for (int form = 0; form < Numbers.FORMS; form++) {
                try (Numbers numbers = new Numbers(CPU, form)) {
                    Tensor x = numbers.tensor(dtype, form, 0);
                    Tensor y = numbers.tensor(other, form, 1);
                    String at = " of " + dtype + " and " + other + ", form " + form;
                    OPERATORS.forEach(
                            (name, operator) -> {
                                if (!dtype.isFloating() && FLOATING.contains(name)) {
                                    return;
                                }
                                try (Tensor whole = operator.apply(x, y)) {
                                    long[] bits = inPieces(operator, x, y);
                                    assertArrayEquals(bits, Numbers.bits(whole), name + at);
                                }
                            });
                }
            }
        }
    }

    @Test
    void writesOut() {
        try (Numbers numbers = new Numbers(CPU, 1)) {
            Tensor x = numbers.tensor(DType.BF16, 0, 0);
            Tensor y = numbers.tensor(DType.BF16, 0, 1);
            try (Tensor out = Ops.zeros(CPU, DType.BF16, x.sizes());
                    Tensor sum = x.add(y);
                    Tensor changed = x.clone()) {
                long version = out.version();
                assertSame(out, Ops.mulOut(out, x, y));
                assertEquals(version + 1, out.version());
                try (Tensor product = x.mul(y)) {
                    assertArrayEquals(Numbers.bits(product), Numbers.bits(out));
                }
                changed.add_(y);
                assertArrayEquals(Numbers.bits(sum), Numbers.bits(changed));
                Ops.addOut(changed, changed, y);
                try (Tensor twice = sum.add(y)) {
                    assertArrayEquals(Numbers.bits(twice), Numbers.bits(changed));
                }
            }
        }
    }

    @Test
    void copiesNothing() {
        try (Numbers numbers = new Numbers(CPU, 2)) {
            Tensor x = numbers.tensor(DType.BF16, 0, 0);
            var before = KEYWAY.adaptations();
            x.exp().close();
            assertEquals(before, KEYWAY.adaptations());
        }
    }
}
