// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention with more scores than are held at a time, against the same with all of them. */
final class LargeAttentionTest {
    private static final int LENGTH = 2100;

    private final Keyway keyway = Keyway.builder().open();

    @AfterEach
    void close() {
        keyway.close();
    }

    private Tensor[] leaves(Device on) {
        keyway.manualSeed(5);
        Tensor[] leaves = new Tensor[3];
        for (int i = 0; i < 3; i++) {
            leaves[i] = Ops.randn(on, DType.F64, 1, 1, LENGTH, 2).requiresGrad_(true);
        }
        return leaves;
    }

    private @Nullable Tensor mask(Device on, boolean masked) {
        return masked
                ? Ops.rand(on, DType.F64, 1, 1, LENGTH, 1).expand(1, 1, LENGTH, LENGTH)
                : null;
    }

    private static Tensor whole(Tensor[] t, @Nullable Tensor mask) {
        Tensor scores = t[0].matmul(t[1].transpose(2, 3)).mul(1 / Math.sqrt(2));
        Tensor masked = mask == null ? scores : scores.add(mask);
        return masked.softmax(3).matmul(t[2]);
    }

    @ParameterizedTest
    @CsvSource({"reference, false", "cpu, false", "cpu, true"})
    void blocksOfQueriesGiveTheSame(String name, boolean masked) {
        Device on = keyway.device(name);
        Tensor[] blocks = leaves(on);
        Tensor mask = mask(on, masked);
        Tensor out = Ops.scaledDotProductAttention(blocks[0], blocks[1], blocks[2], mask);
        out.square().sum().backward();
        Tensor[] all = leaves(on);
        Tensor expected = whole(all, mask);
        expected.square().sum().backward();
        assertArrayEquals(expected.toDoubleArray(), out.toDoubleArray(), 1e-9);
        for (int i : List.of(0, 1, 2)) {
            assertArrayEquals(
                    Objects.requireNonNull(all[i].grad()).toDoubleArray(),
                    Objects.requireNonNull(blocks[i].grad()).toDoubleArray(),
                    1e-9);
        }
    }
}
