// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.CopysignScalarAttributes;
import dev.keyway.attributes.PowSelfScalarAttributes;
import dev.keyway.attributes.XlogyScalarOtherAttributes;
import dev.keyway.attributes.XlogyScalarSelfAttributes;
import dev.keyway.operator.GradientContext;
import dev.keyway.operator.Lowering;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.BinaryOp;
import java.util.List;

/** Angles, lengths, signs, logarithms and extremes of two tensors. */
@AutoService(OperatorFamily.class)
public final class BinaryFunctions implements OperatorFamily {
    private static final double LN_2 = Math.log(2);

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                atan2(),
                hypot(),
                copysign(),
                copysignScalar(),
                extreme(Schemas.FMAX, BinaryOp.FMAX),
                extreme(Schemas.FMIN, BinaryOp.FMIN),
                xlogy(),
                xlogyOther(),
                xlogySelf(),
                logaddexp(),
                logaddexp2(),
                heaviside(),
                powSelf());
    }

    private static OperatorDefinition atan2() {
        return OperatorDefinition.of(Schemas.ATAN2, Formulas.floatingResult(null))
                .lower(Lowering.binary(BinaryOp.ATAN2))
                .gradient(
                        Saved.inputs(0, 1),
                        g -> {
                            try (Temporaries t = new Temporaries()) {
                                Tensor y = t.wide(g.input(0));
                                Tensor x = t.wide(g.input(1));
                                Tensor norm = t.keep(t.keep(y.square()).add(t.keep(x.square())));
                                Tensor scaled = t.keep(g.grad().div(norm));
                                g.set(0, g.needs(0) ? scaled.mul(x) : null);
                                g.set(1, g.needs(1) ? t.keep(scaled.mul(y)).neg() : null);
                            }
                        });
    }

    private static OperatorDefinition hypot() {
        return OperatorDefinition.of(Schemas.HYPOT, Formulas.FLOATING_ONLY)
                .lower(Lowering.binary(BinaryOp.HYPOT))
                .gradient(
                        Saved.inputs(0, 1).andOutputs(0),
                        g -> {
                            try (Temporaries t = new Temporaries()) {
                                Tensor length = t.wide(g.output(0));
                                for (int i = 0; i < 2; i++) {
                                    if (g.needs(i)) {
                                        Tensor ratio = t.keep(g.input(i).div(length));
                                        g.set(i, g.grad().mul(ratio));
                                    }
                                }
                            }
                        });
    }

    private static OperatorDefinition copysign() {
        return OperatorDefinition.of(Schemas.COPYSIGN_TENSOR, Formulas.floatingResult(null))
                .lower(Lowering.binary(BinaryOp.COPYSIGN))
                .gradient(
                        Saved.inputs(0).andOutputs(0),
                        g -> {
                            sameSign(g);
                            g.set(1, g.needs(1) ? Ops.zerosLike(g.grad()) : null);
                        });
    }

    private static OperatorDefinition copysignScalar() {
        return OperatorDefinition.of(
                        Schemas.COPYSIGN_SCALAR,
                        Formulas.floatingResult(
                                m -> m.attributes(CopysignScalarAttributes.class).other()))
                .lower(
                        Lowering.binary(BinaryOp.COPYSIGN)
                                .withScalar(a -> ((CopysignScalarAttributes) a).other()))
                .gradient(Saved.inputs(0).andOutputs(0), BinaryFunctions::sameSign);
    }

    /** Plus or minus the gradient; 0 where self is 0. */
    private static void sameSign(GradientContext g) {
        if (g.needs(0)) {
            try (Temporaries t = new Temporaries()) {
                Tensor ratio = t.keep(t.keep(g.input(0).sign()).mul(t.keep(g.output(0).sign())));
                g.set(0, g.grad().mul(ratio));
            }
        }
    }

    /** The one that is taken gets the gradient, self where both are equal. */
    private static OperatorDefinition extreme(OperatorSchema schema, BinaryOp opcode) {
        boolean larger = opcode == BinaryOp.FMAX;
        return OperatorDefinition.of(schema, Metas.binary(opcode, null))
                .lower(Lowering.binary(opcode))
                .gradient(
                        Saved.inputs(0, 1),
                        g -> {
                            Tensor a = g.input(0);
                            Tensor b = g.input(1);
                            try (Temporaries t = new Temporaries()) {
                                Tensor wins = t.keep(larger ? a.ge(b) : a.le(b));
                                Tensor alone = t.keep(b.isnan());
                                Formulas.share(g, t.keep(wins.bitwiseOr(alone)), t);
                            }
                        });
    }

    /** {@code self log(other)}; 0 where self is 0 unless other is NaN. */
    private static OperatorDefinition xlogy() {
        return OperatorDefinition.of(Schemas.XLOGY_TENSOR, Formulas.floatingResult(null))
                .composite(
                        Formulas.wide(
                                (c, x, t) -> {
                                    Tensor product = t.keep(x[0].mul(t.keep(x[1].log())));
                                    Tensor number = t.keep(x[1].eq(x[1]));
                                    Tensor none = t.keep(t.keep(x[0].eq(0L)).bitwiseAnd(number));
                                    return product.maskedFill(none, Scalar.ZERO);
                                }))
                .gradient(
                        Saved.inputs(0, 1),
                        g -> {
                            try (Temporaries t = new Temporaries()) {
                                Tensor self = t.wide(g.input(0));
                                Tensor other = t.wide(g.input(1));
                                if (g.needs(0)) {
                                    Tensor some = t.converted(t.keep(self.ne(0L)), self.dtype());
                                    g.set(0, g.grad().mul(t.keep(some.xlogy(other))));
                                }
                                g.set(1, g.needs(1) ? g.grad().mul(t.keep(self.div(other))) : null);
                            }
                        });
    }

    private static OperatorDefinition xlogyOther() {
        return OperatorDefinition.of(
                        Schemas.XLOGY_SCALAR_OTHER,
                        Formulas.floatingResult(
                                m -> m.attributes(XlogyScalarOtherAttributes.class).other()))
                .compositeSingle(
                        (c, inputs) -> {
                            Scalar other = c.attributes(XlogyScalarOtherAttributes.class).other();
                            try (Tensor number = c.empty(c.outputDType(0))) {
                                return Inputs.get(inputs, 0).xlogy(c.fill(number, other));
                            }
                        });
    }

    private static OperatorDefinition xlogySelf() {
        return OperatorDefinition.of(
                        Schemas.XLOGY_SCALAR_SELF,
                        Formulas.floatingResult(
                                m -> m.attributes(XlogyScalarSelfAttributes.class).self()))
                .compositeSingle(
                        (c, inputs) -> {
                            Scalar self = c.attributes(XlogyScalarSelfAttributes.class).self();
                            try (Tensor number = c.empty(c.outputDType(0))) {
                                return c.fill(number, self).xlogy(Inputs.get(inputs, 0));
                            }
                        });
    }

    /** The larger plus {@code log(1 + e^-|self - other|)}; equal infinities stay. */
    private static OperatorDefinition logaddexp() {
        return OperatorDefinition.of(Schemas.LOGADDEXP, Formulas.FLOATING_ONLY)
                .composite(
                        Formulas.wide(
                                (c, x, t) -> {
                                    Tensor e = t.keep(distance(x, t).exp());
                                    return added(x, t.keep(e.log1p()), t);
                                }))
                .gradient(
                        Saved.inputs(0, 1),
                        g -> {
                            try (Temporaries t = new Temporaries()) {
                                Tensor a = t.wide(g.input(0));
                                Tensor share = t.keep(t.keep(a.sub(g.input(1))).sigmoid());
                                shares(g, share, t);
                            }
                        });
    }

    private static OperatorDefinition logaddexp2() {
        return OperatorDefinition.of(Schemas.LOGADDEXP2, Formulas.FLOATING_ONLY)
                .composite(
                        Formulas.wide(
                                (c, x, t) -> {
                                    Tensor e = t.keep(distance(x, t).exp2());
                                    return added(x, t.keep(t.keep(e.log1p()).div(LN_2)), t);
                                }))
                .gradient(
                        Saved.inputs(0, 1),
                        g -> {
                            try (Temporaries t = new Temporaries()) {
                                Tensor a = t.wide(g.input(0));
                                Tensor natural = t.keep(t.keep(a.sub(g.input(1))).mul(LN_2));
                                shares(g, t.keep(natural.sigmoid()), t);
                            }
                        });
    }

    private static Tensor distance(Tensor[] x, Temporaries t) {
        return t.keep(t.keep(t.keep(x[0].sub(x[1])).abs()).neg());
    }

    private static Tensor added(Tensor[] x, Tensor log, Temporaries t) {
        Tensor top = t.keep(x[0].maximum(x[1]));
        Tensor infinite = t.keep(t.keep(x[0].isinf()).bitwiseAnd(t.keep(x[0].eq(x[1]))));
        return Ops.where(infinite, top, t.keep(top.add(log)));
    }

    private static void shares(GradientContext g, Tensor share, Temporaries t) {
        g.set(0, g.needs(0) ? g.grad().mul(share) : null);
        g.set(1, g.needs(1) ? g.grad().mul(t.keep(t.keep(share.neg()).add(1L))) : null);
    }

    /** 0 below 0, 1 above, {@code values} at 0; 0 for NaN. */
    private static OperatorDefinition heaviside() {
        return OperatorDefinition.of(
                        Schemas.HEAVISIDE,
                        m -> {
                            Formulas.sameDType(m, 1, "values");
                            DType dtype = m.input(0).dtype();
                            m.compute(Metas.wide(dtype));
                            m.outputBroadcast(dtype);
                        })
                .composite(
                        Formulas.wide(
                                (c, x, t) -> {
                                    Tensor above = t.keep(x[0].gt(0L));
                                    Tensor step = t.converted(above, c.dtype());
                                    return Ops.where(t.keep(x[0].eq(0L)), x[1], step);
                                }))
                .notDifferentiable();
    }

    private static OperatorDefinition powSelf() {
        return OperatorDefinition.of(
                        Schemas.POW_SELF_SCALAR,
                        Metas.binary(
                                BinaryOp.POW,
                                m -> m.attributes(PowSelfScalarAttributes.class).self()))
                .composite(
                        Formulas.wide(
                                (c, x, t) -> {
                                    Scalar self =
                                            c.attributes(PowSelfScalarAttributes.class).self();
                                    Tensor base = t.keep(c.fill(c.empty(c.dtype()), self));
                                    return base.pow(x[0]);
                                }))
                .gradient(
                        Saved.inputs(0).andOutputs(0),
                        g -> {
                            double self =
                                    g.attributes(PowSelfScalarAttributes.class)
                                            .self()
                                            .doubleValue();
                            try (Temporaries t = new Temporaries()) {
                                Tensor slope = t.keep(t.wide(g.output(0)).mul(Math.log(self)));
                                if (self == 0) {
                                    Tensor flat = t.keep(g.input(0).ge(0L));
                                    slope = t.keep(slope.maskedFill(flat, Scalar.ZERO));
                                }
                                g.set(0, g.grad().mul(slope));
                            }
                        });
    }
}
