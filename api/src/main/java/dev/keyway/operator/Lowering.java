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

    /**
     * {@return a function of one tensor}
     *
     * @param opcode which function
     */
    public static Lowering unary(UnaryOp opcode) {
        return new Lowering(opcode, null, null);
    }

    /**
     * {@return a function of two tensors}
     *
     * @param opcode which function
     */
    public static Lowering binary(BinaryOp opcode) {
        return new Lowering(opcode, null, null);
    }

    /**
     * {@return a comparison of two tensors}
     *
     * @param opcode which function
     */
    public static Lowering compare(CompareOp opcode) {
        return new Lowering(opcode, null, null);
    }

    /**
     * Selection by a condition.
     *
     * @return the lowering
     */
    public static Lowering where() {
        return new Lowering(WHERE, null, null);
    }

    /**
     * {@return the second operand is a number among the attributes}
     *
     * @param second reads the number from the attributes
     */
    public Lowering withScalar(Function<Attributes, Scalar> second) {
        return new Lowering(opcode, second, when);
    }

    /**
     * Whether the opcode has a meaning for the compute dtype; elsewhere the composite serves.
     *
     * @param dtype the compute dtype
     * @return whether it has
     */
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

    /**
     * Only for these attributes.
     *
     * @param condition tells from the attributes
     * @return the lowering
     */
    public Lowering only(Predicate<Attributes> condition) {
        return new Lowering(opcode, scalar, condition);
    }
}
