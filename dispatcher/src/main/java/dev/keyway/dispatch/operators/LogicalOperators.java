// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.Scalar;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.BitwiseAndScalarAttributes;
import dev.keyway.attributes.BitwiseLeftShiftTensorScalarAttributes;
import dev.keyway.attributes.BitwiseOrScalarAttributes;
import dev.keyway.attributes.BitwiseRightShiftTensorScalarAttributes;
import dev.keyway.attributes.BitwiseXorScalarAttributes;
import dev.keyway.operator.Lowering;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.BinaryOp;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/** Truth values of numbers, and operators on their bits. */
@AutoService(OperatorFamily.class)
public final class LogicalOperators implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                logical(Schemas.LOGICAL_AND, (a, b) -> a.bitwiseAnd(b)),
                logical(Schemas.LOGICAL_OR, (a, b) -> a.bitwiseOr(b)),
                logical(Schemas.LOGICAL_XOR, (a, b) -> a.bitwiseXor(b)),
                bits(
                        Schemas.BITWISE_AND_SCALAR,
                        BinaryOp.BITWISE_AND,
                        a -> ((BitwiseAndScalarAttributes) a).other()),
                bits(
                        Schemas.BITWISE_OR_SCALAR,
                        BinaryOp.BITWISE_OR,
                        a -> ((BitwiseOrScalarAttributes) a).other()),
                bits(
                        Schemas.BITWISE_XOR_SCALAR,
                        BinaryOp.BITWISE_XOR,
                        a -> ((BitwiseXorScalarAttributes) a).other()),
                shift(Schemas.BITWISE_LEFT_SHIFT_TENSOR, BinaryOp.LEFT_SHIFT),
                shift(Schemas.BITWISE_RIGHT_SHIFT_TENSOR, BinaryOp.RIGHT_SHIFT),
                bits(
                        Schemas.BITWISE_LEFT_SHIFT_TENSOR_SCALAR,
                        BinaryOp.LEFT_SHIFT,
                        a -> ((BitwiseLeftShiftTensorScalarAttributes) a).other()),
                bits(
                        Schemas.BITWISE_RIGHT_SHIFT_TENSOR_SCALAR,
                        BinaryOp.RIGHT_SHIFT,
                        a -> ((BitwiseRightShiftTensorScalarAttributes) a).other()));
    }

    /** Everything but 0 is true, NaN too. */
    private static Tensor truth(Tensor x, Temporaries t) {
        return x.dtype() == DType.BOOL ? x : t.keep(x.ne(0L));
    }

    private static OperatorDefinition logical(
            OperatorSchema schema, BinaryOperator<Tensor> combine) {
        return OperatorDefinition.of(schema, Formulas.TEST)
                .compositeSingle(
                        (c, inputs) -> {
                            try (Temporaries t = new Temporaries()) {
                                Tensor a = truth(Inputs.get(inputs, 0), t);
                                return combine.apply(a, truth(Inputs.get(inputs, 1), t));
                            }
                        })
                .notDifferentiable();
    }

    private static OperatorDefinition bits(
            OperatorSchema schema, BinaryOp opcode, Function<Attributes, Scalar> other) {
        return OperatorDefinition.of(schema, Metas.binary(opcode, m -> other.apply(m.attributes())))
                .lower(Lowering.binary(opcode).withScalar(other));
    }

    private static OperatorDefinition shift(OperatorSchema schema, BinaryOp opcode) {
        return OperatorDefinition.of(schema, Metas.binary(opcode, null))
                .lower(Lowering.binary(opcode));
    }
}
