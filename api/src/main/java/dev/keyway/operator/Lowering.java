// SPDX-License-Identifier: Apache-2.0
package dev.keyway.operator;

import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Scalar;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.CompareOp;
import dev.keyway.spi.UnaryOp;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A pointwise operator that is one primitive: the core calls the family's kernel with no step
 * between.
 *
 * @param opcode a {@link UnaryOp}, {@link BinaryOp}, {@link CompareOp}, or {@link #WHERE}
 * @param scalar where not null, gives the number that stands for the second operand
 * @param when where not null, the attributes for which the lowering holds; else the composite
 *     serves
 */
public record Lowering(
        Object opcode,
        @Nullable Function<Attributes, Scalar> scalar,
        @Nullable Predicate<Attributes> when) {
    /** The opcode of {@code where}. */
    public static final Object WHERE = "WHERE";

    /** A function of one tensor. */
    public static Lowering unary(UnaryOp opcode) {
        return new Lowering(opcode, null, null);
    }

    /** A function of two tensors. */
    public static Lowering binary(BinaryOp opcode) {
        return new Lowering(opcode, null, null);
    }

    /** A comparison of two tensors. */
    public static Lowering compare(CompareOp opcode) {
        return new Lowering(opcode, null, null);
    }

    /** Selection by a condition. */
    public static Lowering where() {
        return new Lowering(WHERE, null, null);
    }

    /** The second operand is a number among the attributes. */
    public Lowering withScalar(Function<Attributes, Scalar> second) {
        return new Lowering(opcode, second, when);
    }

    /** Whether the opcode has a meaning for the compute dtype; elsewhere the composite serves. */
    public boolean isDefinedFor(DType dtype) {
        if (!(opcode instanceof BinaryOp binary)) {
            return true;
        }
        return switch (dtype.category()) {
            case BOOL -> binary.isBool();
            case INTEGRAL -> binary.isIntegral();
            case FLOATING -> binary.isFloating();
        };
    }

    /** Only for these attributes. */
    public Lowering only(Predicate<Attributes> condition) {
        return new Lowering(opcode, scalar, condition);
    }
}
