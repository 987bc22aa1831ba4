// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.ClampMaxAttributes;
import dev.keyway.attributes.ClampMinAttributes;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.BinaryOp;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Bounds from one or two sides, by numbers or tensors. */
@AutoService(OperatorFamily.class)
public final class Bounds implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                number(Schemas.CLAMP_MIN, true, a -> ((ClampMinAttributes) a).min()),
                number(Schemas.CLAMP_MAX, false, a -> ((ClampMaxAttributes) a).max()),
                tensor(Schemas.CLAMP_MIN_TENSOR, true),
                tensor(Schemas.CLAMP_MAX_TENSOR, false),
                clamp());
    }

    private static OperatorDefinition number(
            OperatorSchema schema, boolean below, Function<Attributes, Scalar> bound) {
        return OperatorDefinition.of(
                        schema,
                        m -> {
                            DType dtype = m.promote(bound.apply(m.attributes()));
                            m.compute(Metas.wide(dtype));
                            m.outputLike(0, dtype);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            Scalar number = bound.apply(c.attributes());
                            return Inputs.get(inputs, 0)
                                    .clamp(below ? number : null, below ? null : number);
                        });
    }

    /** Where self is within the bound or on it, self gets the gradient, else the bound. */
    private static OperatorDefinition tensor(OperatorSchema schema, boolean below) {
        return OperatorDefinition.of(schema, Metas.binary(BinaryOp.MAXIMUM, null))
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            Tensor bound = Inputs.get(inputs, 1);
                            return below ? self.maximum(bound) : self.minimum(bound);
                        })
                .gradient(
                        Saved.inputs(0, 1),
                        g -> {
                            Tensor self = g.input(0);
                            Tensor bound = g.input(1);
                            try (Temporaries t = new Temporaries()) {
                                Tensor within = t.keep(below ? self.ge(bound) : self.le(bound));
                                Formulas.share(g, within, t);
                            }
                        });
    }

    private static OperatorDefinition clamp() {
        return OperatorDefinition.of(Schemas.CLAMP_TENSOR, Bounds::clampMeta)
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            Tensor min = inputs[1];
                            Tensor max = inputs[2];
                            try (Temporaries t = new Temporaries()) {
                                Tensor x = t.converted(self, c.outputDType(0));
                                if (min == null || max == null) {
                                    return bounded(x, min, max);
                                }
                                return t.keep(x.clampMin(min)).clampMax(max);
                            }
                        });
    }

    private static Tensor bounded(Tensor x, @Nullable Tensor min, @Nullable Tensor max) {
        return min != null ? x.clampMin(min) : max != null ? x.clampMax(max) : x.clone();
    }

    private static void clampMeta(MetaContext m) {
        if (m.inputOrNull(1) == null && m.inputOrNull(2) == null) {
            throw m.error("at least one of 'min' and 'max' must be given");
        }
        DType dtype = m.promote(null);
        if (dtype == DType.BOOL) {
            throw m.error("is not defined for bool; convert with to(dtype)");
        }
        m.compute(Metas.wide(dtype));
        m.outputBroadcast(dtype);
    }
}
