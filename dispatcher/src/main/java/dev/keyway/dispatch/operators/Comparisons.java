// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.ClampAttributes;
import dev.keyway.attributes.EqScalarAttributes;
import dev.keyway.attributes.GeScalarAttributes;
import dev.keyway.attributes.GtScalarAttributes;
import dev.keyway.attributes.LeScalarAttributes;
import dev.keyway.attributes.LtScalarAttributes;
import dev.keyway.attributes.MaskedFillAttributes;
import dev.keyway.attributes.NeScalarAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.GradientContext;
import dev.keyway.operator.Lowering;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.CompareOp;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Comparisons and what selects by them. */
@AutoService(OperatorFamily.class)
public final class Comparisons implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                tensor(Schemas.EQ_TENSOR, CompareOp.EQ),
                tensor(Schemas.NE_TENSOR, CompareOp.NE),
                tensor(Schemas.LT_TENSOR, CompareOp.LT),
                tensor(Schemas.LE_TENSOR, CompareOp.LE),
                tensor(Schemas.GT_TENSOR, CompareOp.GT),
                tensor(Schemas.GE_TENSOR, CompareOp.GE),
                scalar(Schemas.EQ_SCALAR, CompareOp.EQ, a -> ((EqScalarAttributes) a).other()),
                scalar(Schemas.NE_SCALAR, CompareOp.NE, a -> ((NeScalarAttributes) a).other()),
                scalar(Schemas.LT_SCALAR, CompareOp.LT, a -> ((LtScalarAttributes) a).other()),
                scalar(Schemas.LE_SCALAR, CompareOp.LE, a -> ((LeScalarAttributes) a).other()),
                scalar(Schemas.GT_SCALAR, CompareOp.GT, a -> ((GtScalarAttributes) a).other()),
                scalar(Schemas.GE_SCALAR, CompareOp.GE, a -> ((GeScalarAttributes) a).other()),
                where(),
                clamp(),
                maskedFill());
    }

    private static OperatorDefinition tensor(OperatorSchema schema, CompareOp opcode) {
        return OperatorDefinition.of(schema, Metas.compare(null))
                .lower(Lowering.compare(opcode))
                .notDifferentiable();
    }

    private static OperatorDefinition scalar(
            OperatorSchema schema, CompareOp opcode, Function<Attributes, Scalar> value) {
        return OperatorDefinition.of(schema, Metas.compare(m -> value.apply(m.attributes())))
                .lower(Lowering.compare(opcode).withScalar(value))
                .notDifferentiable();
    }

    private static void mask(MetaContext m, int input, String name) {
        if (m.input(input).dtype() != DType.BOOL) {
            throw m.error(
                    "argument '"
                            + name
                            + "' has dtype "
                            + m.input(input).dtype()
                            + ", expected bool; compare with ne(0)");
        }
    }

    private static OperatorDefinition where() {
        return OperatorDefinition.of(
                        Schemas.WHERE,
                        m -> {
                            mask(m, 0, "condition");
                            DType dtype = pair(m.input(1), m.input(2));
                            m.compute(Metas.wide(dtype));
                            m.outputBroadcast(dtype);
                        })
                .lower(Lowering.where())
                .keepInputs(0)
                .gradient(
                        Saved.inputs(0),
                        g -> {
                            try (Tensor zero = Ops.zerosLike(g.grad())) {
                                Tensor condition = g.input(0);
                                g.set(1, g.needs(1) ? Ops.where(condition, g.grad(), zero) : null);
                                g.set(2, g.needs(2) ? Ops.where(condition, zero, g.grad()) : null);
                            }
                        });
    }

    private static DType pair(Tensor a, Tensor b) {
        boolean sameRank = (a.dim() == 0) == (b.dim() == 0);
        if (sameRank) {
            return dev.keyway.TypePromotion.promote(a.dtype(), b.dtype());
        }
        Tensor dimensioned = a.dim() > 0 ? a : b;
        Tensor zeroDim = a.dim() > 0 ? b : a;
        return dev.keyway.TypePromotion.result(dimensioned.dtype(), zeroDim.dtype(), null);
    }

    private static @Nullable Scalar widest(ClampAttributes bounds) {
        Scalar min = bounds.min();
        Scalar max = bounds.max();
        if (min == null || max == null) {
            return min == null ? max : min;
        }
        return min.dtype().category().compareTo(max.dtype().category()) >= 0 ? min : max;
    }

    private static OperatorDefinition clamp() {
        return OperatorDefinition.of(
                        Schemas.CLAMP,
                        m -> {
                            ClampAttributes bounds = m.attributes(ClampAttributes.class);
                            if (bounds.min() == null && bounds.max() == null) {
                                throw m.error("at least one of 'min' and 'max' must be given");
                            }
                            DType dtype = m.promote(widest(bounds));
                            m.compute(Metas.wide(dtype));
                            m.outputLike(0, dtype);
                        })
                .compositeSingle(Comparisons::clamped)
                .gradient(Saved.inputs(0), Comparisons::clampGradient);
    }

    private static Tensor clamped(CompositeContext context, @Nullable Tensor[] inputs) {
        ClampAttributes bounds = context.attributes(ClampAttributes.class);
        Scalar min = bounds.min();
        Scalar max = bounds.max();
        DType dtype = context.outputDType(0);
        Tensor self = Inputs.get(inputs, 0);
        try (Tensor low = number(context, dtype, min == null ? Scalar.ZERO : min);
                Tensor high = number(context, dtype, max == null ? Scalar.ZERO : max)) {
            if (min == null) {
                return self.minimum(high);
            }
            if (max == null) {
                return self.maximum(low);
            }
            try (Tensor raised = self.maximum(low)) {
                return raised.minimum(high);
            }
        }
    }

    private static Tensor number(CompositeContext context, DType dtype, Scalar value) {
        return context.fill(context.empty(dtype), value);
    }

    private static void clampGradient(GradientContext g) {
        ClampAttributes bounds = g.attributes(ClampAttributes.class);
        Scalar min = bounds.min();
        Scalar max = bounds.max();
        try (Tensor above =
                        min == null ? Ops.onesLike(g.input(0)).to(DType.BOOL) : g.input(0).ge(min);
                Tensor below =
                        max == null ? Ops.onesLike(g.input(0)).to(DType.BOOL) : g.input(0).le(max);
                Tensor inside = above.bitwiseAnd(below)) {
            g.set(0, g.grad().mul(inside));
        }
    }

    private static OperatorDefinition maskedFill() {
        return OperatorDefinition.of(
                        Schemas.MASKED_FILL,
                        m -> {
                            mask(m, 1, "mask");
                            DType dtype = m.input(0).dtype();
                            m.compute(dtype);
                            m.outputBroadcast(dtype);
                        })
                .keepInputs(1)
                .compositeSingle(
                        (context, inputs) -> {
                            Scalar value = context.attributes(MaskedFillAttributes.class).value();
                            Tensor self = Inputs.get(inputs, 0);
                            try (Tensor number = number(context, self.dtype(), value)) {
                                return Ops.where(Inputs.get(inputs, 1), number, self);
                            }
                        })
                .gradient(
                        Saved.inputs(1),
                        g -> g.set(0, Ops.maskedFill(g.grad(), g.input(1), Scalar.ZERO)));
    }
}
