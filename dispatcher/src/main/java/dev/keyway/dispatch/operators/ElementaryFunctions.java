// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.LogitAttributes;
import dev.keyway.dispatch.operators.Formulas.Slope;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.GradientContext;
import dev.keyway.operator.Lowering;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.UnaryOp;
import java.util.List;

/** Exponentials, logarithms, trigonometric and hyperbolic functions and their inverses. */
@AutoService(OperatorFamily.class)
public final class ElementaryFunctions implements OperatorFamily {
    private static final double LN_2 = Math.log(2);
    private static final double LN_10 = Math.log(10);
    private static final double TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                ofOutput(Schemas.EXP2, UnaryOp.EXP2, (y, t) -> y.mul(LN_2)),
                ofOutput(Schemas.EXPM1, UnaryOp.EXPM1, (y, t) -> y.add(1L)),
                ofInput(Schemas.LOG2, UnaryOp.LOG2, (x, t) -> t.keep(x.mul(LN_2)).reciprocal()),
                ofInput(Schemas.LOG10, UnaryOp.LOG10, (x, t) -> t.keep(x.mul(LN_10)).reciprocal()),
                ofInput(Schemas.LOG1P, UnaryOp.LOG1P, (x, t) -> t.keep(x.add(1L)).reciprocal()),
                ofOutput(Schemas.TAN, UnaryOp.TAN, (y, t) -> t.keep(y.square()).add(1L)),
                ofInput(Schemas.ASIN, UnaryOp.ASIN, (x, t) -> coarc(x, t).rsqrt()),
                ofInput(Schemas.ACOS, UnaryOp.ACOS, (x, t) -> t.keep(coarc(x, t).rsqrt()).neg()),
                ofInput(Schemas.ATAN, UnaryOp.ATAN, (x, t) -> onePlus(x, t).reciprocal()),
                ofInput(Schemas.SINH, UnaryOp.SINH, (x, t) -> x.cosh()),
                ofInput(Schemas.COSH, UnaryOp.COSH, (x, t) -> x.sinh()),
                ofInput(Schemas.ASINH, UnaryOp.ASINH, (x, t) -> onePlus(x, t).rsqrt()),
                ofInput(
                        Schemas.ACOSH,
                        UnaryOp.ACOSH,
                        (x, t) -> t.keep(t.keep(x.square()).sub(1L)).rsqrt()),
                ofInput(Schemas.ATANH, UnaryOp.ATANH, (x, t) -> coarc(x, t).reciprocal()),
                ofInput(Schemas.ERF, UnaryOp.ERF, (x, t) -> bell(x, t).mul(TWO_OVER_ROOT_PI)),
                ofInput(Schemas.ERFC, UnaryOp.ERFC, (x, t) -> bell(x, t).mul(-TWO_OVER_ROOT_PI)),
                OperatorDefinition.of(Schemas.TRUNC, Metas.NUMERIC)
                        .lower(Lowering.unary(UnaryOp.TRUNC))
                        .gradient(Saved.NOTHING, Formulas::zero),
                frac(),
                sinc(),
                scaled(Schemas.DEG2RAD, Math.PI / 180),
                scaled(Schemas.RAD2DEG, 180 / Math.PI),
                OperatorDefinition.of(Schemas.SGN, Metas.SAME)
                        .compositeSingle((c, inputs) -> Inputs.get(inputs, 0).sign()),
                logit());
    }

    private static OperatorDefinition ofInput(OperatorSchema schema, UnaryOp opcode, Slope slope) {
        return OperatorDefinition.of(schema, Metas.FLOATING)
                .lower(Lowering.unary(opcode))
                .gradient(Saved.inputs(0), Formulas.ofInput(slope));
    }

    private static OperatorDefinition ofOutput(OperatorSchema schema, UnaryOp opcode, Slope slope) {
        return OperatorDefinition.of(schema, Metas.FLOATING)
                .lower(Lowering.unary(opcode))
                .gradient(Saved.outputs(0), Formulas.ofOutput(slope));
    }

    /** {@code 1 - x^2}. */
    private static Tensor coarc(Tensor x, Temporaries t) {
        return t.keep(t.keep(t.keep(x.square()).neg()).add(1L));
    }

    private static Tensor onePlus(Tensor x, Temporaries t) {
        return t.keep(t.keep(x.square()).add(1L));
    }

    /** {@code exp(-x^2)}. */
    private static Tensor bell(Tensor x, Temporaries t) {
        return t.keep(t.keep(t.keep(x.square()).neg()).exp());
    }

    private static OperatorDefinition frac() {
        return OperatorDefinition.of(Schemas.FRAC, Formulas.FLOATING_ONLY)
                .composite(Formulas.wide((c, x, t) -> x[0].sub(t.keep(x[0].trunc()))))
                .gradient(Saved.NOTHING, g -> g.set(0, g.grad()));
    }

    private static OperatorDefinition scaled(OperatorSchema schema, double factor) {
        return OperatorDefinition.of(schema, Metas.FLOATING)
                .composite(Formulas.wide((c, x, t) -> x[0].mul(factor)))
                .gradient(Saved.NOTHING, g -> g.set(0, g.grad().mul(factor)));
    }

    /** {@code sin(pi x) / (pi x)}, 1 at 0. */
    private static OperatorDefinition sinc() {
        return OperatorDefinition.of(Schemas.SINC, Metas.FLOATING)
                .composite(
                        Formulas.wide(
                                (c, x, t) -> {
                                    Tensor angle = t.keep(x[0].mul(Math.PI));
                                    Tensor ratio = t.keep(t.keep(angle.sin()).div(angle));
                                    Tensor one = t.keep(Formulas.number(c, c.dtype(), 1));
                                    return Ops.where(t.keep(x[0].eq(0L)), one, ratio);
                                }))
                .gradient(
                        Saved.inputs(0),
                        Formulas.ofInput(
                                (x, t) -> {
                                    Tensor angle = t.keep(x.mul(Math.PI));
                                    Tensor cos = t.keep(t.keep(angle.cos()).mul(angle));
                                    Tensor over = t.keep(cos.sub(t.keep(angle.sin())));
                                    Tensor under = t.keep(angle.mul(x));
                                    Tensor slope = t.keep(over.div(under));
                                    Tensor zero = t.keep(Ops.zerosLike(x));
                                    return Ops.where(t.keep(x.eq(0L)), zero, slope);
                                }));
    }

    /** {@code log(x / (1 - x))}, with x first moved into [eps, 1 - eps] where eps is given. */
    private static OperatorDefinition logit() {
        return OperatorDefinition.of(Schemas.LOGIT, Metas.FLOATING)
                .composite(Formulas.wide(ElementaryFunctions::logOdds))
                .gradient(Saved.inputs(0), ElementaryFunctions::logitGradient);
    }

    private static Tensor logOdds(CompositeContext c, Tensor[] x, Temporaries t) {
        Double eps = c.attributes(LogitAttributes.class).eps();
        Tensor z = x[0];
        if (eps != null) {
            Tensor low = t.keep(Formulas.number(c, c.dtype(), eps));
            Tensor high = t.keep(Formulas.number(c, c.dtype(), 1 - eps));
            z = t.keep(t.keep(z.maximum(low)).minimum(high));
        }
        Tensor rest = t.keep(t.keep(z.neg()).add(1L));
        return t.keep(z.div(rest)).log();
    }

    /** 0 outside of [eps, 1 - eps]; NaN outside of [0, 1] where no eps is given. */
    private static void logitGradient(GradientContext g) {
        Double eps = g.attributes(LogitAttributes.class).eps();
        double low = eps == null ? 0 : eps;
        try (Temporaries t = new Temporaries()) {
            Tensor x = t.wide(g.input(0));
            Tensor rest = t.keep(t.keep(x.neg()).add(1L));
            Tensor inner = t.keep(g.grad().div(t.keep(x.mul(rest))));
            Tensor outside = t.keep(t.keep(x.lt(low)).bitwiseOr(t.keep(x.gt(1 - low))));
            double beyond = eps == null ? Double.NaN : 0;
            Tensor other = t.keep(Ops.full(x.device(), inner.dtype(), beyond, new long[0]));
            g.set(0, Ops.where(outside, other, inner));
        }
    }
}
