// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.IscloseAttributes;
import dev.keyway.attributes.NanToNumAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tests of each element, and what replaces elements that fail one. */
@AutoService(OperatorFamily.class)
public final class ElementTests implements OperatorFamily {
    private static final double INFINITY = Double.POSITIVE_INFINITY;

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                test(Schemas.ISNAN, (c, x, t) -> x[0].ne(x[0])),
                test(
                        Schemas.ISINF,
                        (c, x, t) ->
                                x[0].dtype().isFloating()
                                        ? t.keep(x[0].abs()).eq(INFINITY)
                                        : x[0].ne(x[0])),
                test(
                        Schemas.ISFINITE,
                        (c, x, t) ->
                                x[0].dtype().isFloating()
                                        ? t.keep(x[0].abs()).lt(INFINITY)
                                        : x[0].eq(x[0])),
                test(
                        Schemas.SIGNBIT,
                        (c, x, t) -> {
                            if (!x[0].dtype().isFloating()) {
                                return x[0].lt(0L);
                            }
                            Tensor one = t.keep(Formulas.number(c, x[0].dtype(), 1));
                            return t.keep(one.copysign(x[0])).lt(0L);
                        }),
                OperatorDefinition.of(
                                Schemas.POSITIVE,
                                m -> {
                                    Metas.NUMERIC.infer(m);
                                    Tensor self = m.input(0);
                                    m.alias(0, self.sizes(), self.strides(), self.storageOffset());
                                })
                        .gradient(Saved.NOTHING, g -> g.set(0, g.grad())),
                nanToNum(),
                isclose());
    }

    private static OperatorDefinition test(OperatorSchema schema, Formulas.Formula formula) {
        return OperatorDefinition.of(schema, Formulas.TEST)
                .composite(Formulas.wide(formula))
                .notDifferentiable();
    }

    private static OperatorDefinition nanToNum() {
        return OperatorDefinition.of(
                        Schemas.NAN_TO_NUM,
                        m -> {
                            // The largest number is the dtype's own, so none is widened.
                            m.compute(m.input(0).dtype());
                            m.outputLike(0, m.input(0).dtype());
                        })
                .compositeSingle(ElementTests::replaced)
                .gradient(
                        Saved.inputs(0),
                        g -> {
                            try (Tensor finite = g.input(0).isfinite()) {
                                g.set(0, g.grad().mul(finite));
                            }
                        });
    }

    private static Tensor replaced(CompositeContext c, @Nullable Tensor[] inputs) {
        Tensor self = Inputs.get(inputs, 0);
        if (!self.dtype().isFloating()) {
            return self.clone();
        }
        NanToNumAttributes a = c.attributes(NanToNumAttributes.class);
        double largest = largest(self.dtype());
        Double nan = a.nan();
        Double high = a.posinf();
        Double low = a.neginf();
        try (Temporaries t = new Temporaries()) {
            Tensor value = t.keep(Formulas.number(c, self.dtype(), nan == null ? 0 : nan));
            Tensor top = t.keep(Formulas.number(c, self.dtype(), high == null ? largest : high));
            Tensor bottom = t.keep(Formulas.number(c, self.dtype(), low == null ? -largest : low));
            Tensor numbers = t.keep(Ops.where(t.keep(self.ne(self)), value, self));
            Tensor below = t.keep(Ops.where(t.keep(self.eq(INFINITY)), top, numbers));
            return Ops.where(t.keep(self.eq(-INFINITY)), bottom, below);
        }
    }

    private static double largest(DType dtype) {
        return switch (dtype) {
            case F16 -> 65504;
            case BF16 -> 0x1.FEp127;
            case F32 -> Float.MAX_VALUE;
            default -> Double.MAX_VALUE;
        };
    }

    /** {@code |self - other| <= atol + |rtol * other|}, or equal; integers are compared as f32. */
    private static OperatorDefinition isclose() {
        return OperatorDefinition.of(Schemas.ISCLOSE, ElementTests::iscloseMeta)
                .composite(Formulas.wide(ElementTests::close))
                .notDifferentiable();
    }

    private static void iscloseMeta(MetaContext m) {
        Formulas.sameDType(m, 1, "other");
        IscloseAttributes a = m.attributes(IscloseAttributes.class);
        if (a.rtol() < 0 || a.atol() < 0) {
            throw m.error(
                    "arguments 'rtol' and 'atol' are "
                            + a.rtol()
                            + " and "
                            + a.atol()
                            + "; numbers from 0 on are expected");
        }
        Formulas.TEST.infer(m);
    }

    private static Tensor close(CompositeContext c, Tensor[] x, Temporaries t) {
        IscloseAttributes a = c.attributes(IscloseAttributes.class);
        Tensor equal = t.keep(x[0].eq(x[1]));
        if (a.equalNan()) {
            Tensor both = t.keep(t.keep(x[0].ne(x[0])).bitwiseAnd(t.keep(x[1].ne(x[1]))));
            equal = t.keep(equal.bitwiseOr(both));
        }
        if (a.rtol() == 0 && a.atol() == 0) {
            return equal.clone();
        }
        DType dtype = Metas.floating(x[0].dtype());
        Tensor self = t.converted(x[0], dtype);
        Tensor other = t.converted(x[1], dtype);
        Tensor allowed = t.keep(t.keep(t.keep(other.mul(a.rtol())).abs()).add(a.atol()));
        Tensor actual = t.keep(t.keep(self.sub(other)).abs());
        Tensor near = t.keep(actual.le(allowed));
        Tensor finite = t.keep(actual.lt(INFINITY));
        return equal.bitwiseOr(t.keep(near.bitwiseAnd(finite)));
    }
}
