// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.AddcdivAttributes;
import dev.keyway.attributes.AddcmulAttributes;
import dev.keyway.attributes.LerpScalarAttributes;
import dev.keyway.operator.GradientContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.List;

/** Weighted sums of two or three tensors. */
@AutoService(OperatorFamily.class)
public final class Interpolations implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(lerpScalar(), lerp(), addcmul(), addcdiv());
    }

    /** From the nearer end, so that weights 0 and 1 give the ends. */
    private static OperatorDefinition lerpScalar() {
        return OperatorDefinition.of(
                        Schemas.LERP_SCALAR,
                        m -> {
                            Formulas.sameDType(m, 1, "end");
                            Formulas.FLOATING_ONLY.infer(m);
                        })
                .composite(
                        Formulas.wide(
                                (c, x, t) -> {
                                    double weight =
                                            c.attributes(LerpScalarAttributes.class)
                                                    .weight()
                                                    .doubleValue();
                                    Tensor way = t.keep(x[1].sub(x[0]));
                                    return Math.abs(weight) < 0.5
                                            ? x[0].add(t.keep(way.mul(weight)))
                                            : x[1].sub(t.keep(way.mul(1 - weight)));
                                }))
                .gradient(
                        Saved.NOTHING,
                        g -> {
                            double weight =
                                    g.attributes(LerpScalarAttributes.class).weight().doubleValue();
                            g.set(0, g.needs(0) ? g.grad().mul(1 - weight) : null);
                            g.set(1, g.needs(1) ? g.grad().mul(weight) : null);
                        });
    }

    private static OperatorDefinition lerp() {
        return OperatorDefinition.of(
                        Schemas.LERP_TENSOR,
                        m -> {
                            Formulas.sameDType(m, 1, "end");
                            Formulas.sameDType(m, 2, "weight");
                            Formulas.FLOATING_ONLY.infer(m);
                        })
                .composite(
                        Formulas.wide(
                                (c, x, t) -> {
                                    Tensor way = t.keep(x[1].sub(x[0]));
                                    Tensor rest = t.keep(t.keep(x[2].neg()).add(1L));
                                    Tensor early = t.keep(t.keep(way.mul(x[2])).add(x[0]));
                                    Tensor late = t.keep(x[1].sub(t.keep(way.mul(rest))));
                                    Tensor small = t.keep(t.keep(x[2].abs()).lt(0.5));
                                    return Ops.where(small, early, late);
                                }))
                .gradient(Saved.inputs(0, 1, 2), Interpolations::lerpGradient);
    }

    private static void lerpGradient(GradientContext g) {
        try (Temporaries t = new Temporaries()) {
            Tensor weight = t.wide(g.input(2));
            Tensor rest = t.keep(t.keep(weight.neg()).add(1L));
            g.set(0, g.needs(0) ? g.grad().mul(rest) : null);
            g.set(1, g.needs(1) ? g.grad().mul(weight) : null);
            if (g.needs(2)) {
                Tensor way = t.keep(t.wide(g.input(1)).sub(g.input(0)));
                g.set(2, g.grad().mul(way));
            }
        }
    }

    private static void whole(MetaContext m, DType dtype, Scalar value) {
        if (!dtype.isFloating() && value.dtype().isFloating()) {
            throw m.error(
                    "argument 'value' is "
                            + value
                            + "; for tensors of dtype "
                            + dtype
                            + " a whole number is expected");
        }
    }

    /** {@code self + value tensor1 tensor2}. */
    private static OperatorDefinition addcmul() {
        return OperatorDefinition.of(
                        Schemas.ADDCMUL,
                        m -> {
                            DType dtype = m.promote(null);
                            if (dtype == DType.BOOL) {
                                throw m.error("is not defined for bool; convert with to(dtype)");
                            }
                            whole(m, dtype, m.attributes(AddcmulAttributes.class).value());
                            m.compute(Metas.wide(dtype));
                            m.outputBroadcast(dtype);
                        })
                .composite(
                        Formulas.wide(
                                (c, x, t) -> {
                                    Scalar value = c.attributes(AddcmulAttributes.class).value();
                                    Tensor scaled = scaled(x[1], value, t);
                                    return x[0].add(t.keep(scaled.mul(x[2])));
                                }))
                .gradient(
                        Saved.inputs(1, 2),
                        g -> {
                            g.set(0, g.grad());
                            Scalar value = g.attributes(AddcmulAttributes.class).value();
                            try (Temporaries t = new Temporaries()) {
                                Tensor scaled = scaled(t.wide(g.grad()), value, t);
                                g.set(1, g.needs(1) ? scaled.mul(g.input(2)) : null);
                                g.set(2, g.needs(2) ? scaled.mul(g.input(1)) : null);
                            }
                        });
    }

    private static Tensor scaled(Tensor x, Scalar value, Temporaries t) {
        return value.doubleValue() == 1 ? x : t.keep(x.mul(value));
    }

    /** {@code self + value tensor1 / tensor2}. */
    private static OperatorDefinition addcdiv() {
        return OperatorDefinition.of(
                        Schemas.ADDCDIV,
                        m -> {
                            DType first = m.input(1).dtype();
                            DType second = m.input(2).dtype();
                            if (!first.isFloating() && !second.isFloating()) {
                                throw m.error(
                                        "does not divide "
                                                + first
                                                + " by "
                                                + second
                                                + "; convert with to(dtype), or use div with a"
                                                + " rounding mode");
                            }
                            Formulas.FLOATING_ONLY.infer(m);
                        })
                .composite(
                        Formulas.wide(
                                (c, x, t) -> {
                                    Scalar value = c.attributes(AddcdivAttributes.class).value();
                                    Tensor scaled = scaled(x[1], value, t);
                                    return x[0].add(t.keep(scaled.div(x[2])));
                                }))
                .gradient(Saved.inputs(1, 2), Interpolations::addcdivGradient);
    }

    private static void addcdivGradient(GradientContext g) {
        g.set(0, g.grad());
        Scalar value = g.attributes(AddcdivAttributes.class).value();
        try (Temporaries t = new Temporaries()) {
            Tensor scaled = scaled(t.wide(g.grad()), value, t);
            Tensor quotient = scaled.div(g.input(2));
            if (g.needs(2)) {
                Tensor ratio = t.keep(t.wide(g.input(1)).div(g.input(2)));
                g.set(2, t.keep(quotient.mul(ratio)).neg());
            }
            g.set(1, quotient);
        }
    }
}
