// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.DType;
import dev.keyway.attributes.AddTensorAttributes;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.PointwiseStep.Whole;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The loops of operators that have a kernel of their own, for chains. */
final class WholeRows {
    private WholeRows() {}

    /** The loop that computes value {@code to}; null where the operator has none. */
    static @Nullable BlockStep of(Whole step, int to) {
        if (step.dtype() != DType.F32) {
            return null;
        }
        return switch (step.operator()) {
            case "add.Tensor" -> add(step, to);
            default -> null;
        };
    }

    private static BlockStep add(Whole step, int to) {
        float alpha = (float) ((AddTensorAttributes) step.attributes()).alpha().doubleValue();
        int a = step.operands().get(0);
        int b = step.operands().get(1);
        return alpha == 1
                ? Objects.requireNonNull(FusedRows.binary(BinaryOp.ADD, DType.F32, to, a, b))
                : (at, _, count) -> FloatScaledAdd.run(at[to], at[a], at[b], alpha, count);
    }
}
