// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

import dev.keyway.Attributes;
import dev.keyway.DType;
import java.util.List;

/**
 * A step of a {@link PointwiseProgram}: it makes one value of its operands' elements. Operands are
 * numbers of earlier steps.
 */
public sealed interface PointwiseStep {
    /** {@return the dtype of the value} */
    DType result();

    /** {@return the numbers of the steps whose values it takes} */
    List<Integer> operands();

    /**
     * The elements of an input.
     *
     * @param input the number of the kernel's input
     * @param result its dtype
     */
    record Load(int input, DType result) implements PointwiseStep {
        @Override
        public List<Integer> operands() {
            return List.of();
        }
    }

    /**
     * What the copy primitive does.
     *
     * @param from the operand's dtype
     * @param result the dtype to convert to
     * @param self the operand
     */
    record Cast(DType from, DType result, int self) implements PointwiseStep {
        @Override
        public List<Integer> operands() {
            return List.of(self);
        }
    }

    /**
     * A function of one operand.
     *
     * @param opcode which function
     * @param result the dtype of operand and value
     * @param self the operand
     */
    record Unary(UnaryOp opcode, DType result, int self) implements PointwiseStep {
        @Override
        public List<Integer> operands() {
            return List.of(self);
        }
    }

    /**
     * A function of two operands.
     *
     * @param opcode which function
     * @param result the dtype of operands and value
     * @param self the first operand
     * @param other the second operand
     */
    record Binary(BinaryOp opcode, DType result, int self, int other) implements PointwiseStep {
        @Override
        public List<Integer> operands() {
            return List.of(self, other);
        }
    }

    /**
     * A comparison; its value is bool.
     *
     * @param opcode which comparison
     * @param dtype the operands' dtype
     * @param self the first operand
     * @param other the second operand
     */
    record Compare(CompareOp opcode, DType dtype, int self, int other) implements PointwiseStep {
        @Override
        public DType result() {
            return DType.BOOL;
        }

        @Override
        public List<Integer> operands() {
            return List.of(self, other);
        }
    }

    /**
     * {@code condition ? self : other}.
     *
     * @param result the dtype of value, self and other
     * @param condition the bool operand
     * @param self the value where it is true
     * @param other the value where it is false
     */
    record Where(DType result, int condition, int self, int other) implements PointwiseStep {
        @Override
        public List<Integer> operands() {
            return List.of(condition, self, other);
        }
    }

    /**
     * An operator for which the plugin registered a kernel of its own; it has to be pointwise.
     *
     * @param operator the qualified name
     * @param attributes the arguments that are no tensors
     * @param dtype the compute dtype
     * @param result the dtype that the kernel writes
     * @param operands the operands, in the compute dtype but for those that the operator keeps
     */
    record Whole(
            String operator,
            Attributes attributes,
            DType dtype,
            DType result,
            List<Integer> operands)
            implements PointwiseStep {}
}
