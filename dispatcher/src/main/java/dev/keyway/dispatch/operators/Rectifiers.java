// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.CeluAttributes;
import dev.keyway.attributes.EluAttributes;
import dev.keyway.attributes.HardtanhAttributes;
import dev.keyway.attributes.LeakyReluAttributes;
import dev.keyway.attributes.ThresholdAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.GradientContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Activation functions with a kink. */
@AutoService(OperatorFamily.class)
public final class Rectifiers implements OperatorFamily {
    private static final double SELU_ALPHA = 1.6732632423543772848170429916717;
    private static final double SELU_SCALE = 1.0507009873554804934193349852946;
    private static final Scalar SIX = Scalar.of(6L);

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                leakyRelu(),
                prelu(),
                elu(),
                celu(),
                selu(),
                relu6(),
                hardtanh(),
                hardsigmoid(),
                hardswish(),
                threshold());
    }

    private static OperatorDefinition leakyRelu() {
        return OperatorDefinition.of(Schemas.LEAKY_RELU, Formulas.FLOATING_ONLY)
                .composite(
                        Formulas.wide(
                                (c, x, t) ->
                                        Ops.where(
                                                t.keep(x[0].gt(0L)),
                                                x[0],
                                                t.keep(
                                                        x[0].mul(
                                                                c.attributes(
                                                                                LeakyReluAttributes
                                                                                        .class)
                                                                        .negativeSlope())))))
                .gradient(
                        Saved.inputs(0),
                        g -> {
                            Scalar slope = g.attributes(LeakyReluAttributes.class).negativeSlope();
                            try (Tensor above = g.input(0).gt(0L);
                                    Tensor scaled = g.grad().mul(slope)) {
                                g.set(0, Ops.where(above, g.grad(), scaled));
                            }
                        });
    }

    private static OperatorDefinition prelu() {
        return OperatorDefinition.of(Schemas.PRELU, Rectifiers::preluMeta)
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            Tensor weight = Inputs.get(inputs, 1);
                            long[] shape = new long[self.dim()];
                            Arrays.fill(shape, 1);
                            if (shape.length > 1) {
                                shape[1] = weight.numel();
                            }
                            try (Tensor slopes = weight.view(shape);
                                    Tensor scaled = self.mul(slopes);
                                    Tensor above = self.gt(0L)) {
                                return Ops.where(above, self, scaled);
                            }
                        });
    }

    private static void preluMeta(MetaContext m) {
        Tensor self = m.input(0);
        Tensor weight = m.input(1);
        Formulas.floating(m, self.dtype());
        Formulas.sameDType(m, 1, "weight");
        long channels = self.dim() > 1 ? self.size(1) : 1;
        if (weight.dim() > 1 || (weight.numel() != 1 && weight.numel() != channels)) {
            throw m.error(
                    "argument 'weight' with shape "
                            + Arrays.toString(weight.sizes())
                            + " must have one element or one for each of the "
                            + channels
                            + " channels of 'self' with shape "
                            + Arrays.toString(self.sizes()));
        }
        m.compute(Metas.wide(self.dtype()));
        m.outputLike(0, self.dtype());
    }

    /** {@code scale x} above 0, else {@code alpha scale (exp(input_scale x) - 1)}. */
    private static OperatorDefinition elu() {
        return OperatorDefinition.of(Schemas.ELU, Formulas.FLOATING_ONLY)
                .composite(
                        Formulas.wide(
                                (c, x, t) -> {
                                    EluAttributes a = c.attributes(EluAttributes.class);
                                    double scale = a.scale().doubleValue();
                                    double low = a.alpha().doubleValue() * scale;
                                    Tensor argument = times(x[0], a.inputScale().doubleValue(), t);
                                    Tensor below = t.keep(t.keep(argument.expm1()).mul(low));
                                    Tensor above = times(x[0], scale, t);
                                    return Ops.where(t.keep(x[0].gt(0L)), above, below);
                                }))
                .gradient(Saved.inputs(0), Rectifiers::eluGradient);
    }

    private static Tensor times(Tensor x, double factor, Temporaries t) {
        return factor == 1 ? x : t.keep(x.mul(factor));
    }

    private static void eluGradient(GradientContext g) {
        EluAttributes a = g.attributes(EluAttributes.class);
        double scale = a.scale().doubleValue();
        double inputScale = a.inputScale().doubleValue();
        double low = a.alpha().doubleValue() * scale * inputScale;
        try (Temporaries t = new Temporaries()) {
            Tensor x = t.wide(g.input(0));
            Tensor argument = times(t.keep(x.clampMax(0L)), inputScale, t);
            Tensor below = t.keep(t.keep(argument.exp()).mul(low));
            Tensor above = t.keep(Ops.full(x.device(), x.dtype(), scale, new long[0]));
            g.set(0, g.grad().mul(t.keep(Ops.where(t.keep(x.gt(0L)), above, below))));
        }
    }

    private static OperatorDefinition celu() {
        return OperatorDefinition.of(
                        Schemas.CELU,
                        m -> {
                            if (m.attributes(CeluAttributes.class).alpha().doubleValue() == 0) {
                                throw m.error("argument 'alpha' is 0; give another number");
                            }
                            Formulas.FLOATING_ONLY.infer(m);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            double alpha = c.attributes(CeluAttributes.class).alpha().doubleValue();
                            Scalar inverse = Scalar.of(1 / alpha);
                            return Ops.elu(
                                    Inputs.get(inputs, 0), Scalar.of(alpha), Scalar.ONE, inverse);
                        });
    }

    private static OperatorDefinition selu() {
        return OperatorDefinition.of(Schemas.SELU, Formulas.FLOATING_ONLY)
                .compositeSingle(
                        (c, inputs) ->
                                Ops.elu(
                                        Inputs.get(inputs, 0),
                                        Scalar.of(SELU_ALPHA),
                                        Scalar.of(SELU_SCALE),
                                        Scalar.ONE));
    }

    private static OperatorDefinition relu6() {
        return OperatorDefinition.of(Schemas.RELU6, Metas.NUMERIC)
                .compositeSingle(
                        (c, inputs) -> Ops.hardtanh(Inputs.get(inputs, 0), Scalar.ZERO, SIX));
    }

    private static OperatorDefinition hardtanh() {
        return OperatorDefinition.of(
                        Schemas.HARDTANH,
                        m -> {
                            HardtanhAttributes a = m.attributes(HardtanhAttributes.class);
                            boolean negative =
                                    a.minVal().doubleValue() < 0 || a.maxVal().doubleValue() < 0;
                            if (m.input(0).dtype() == DType.U8 && negative) {
                                throw m.error(
                                        "argument 'self' is u8, which has no numbers below 0 for"
                                                + " the bounds "
                                                + a.minVal()
                                                + " and "
                                                + a.maxVal());
                            }
                            Metas.NUMERIC.infer(m);
                        })
                .composite(
                        Formulas.wide(
                                (c, x, t) -> {
                                    HardtanhAttributes a = c.attributes(HardtanhAttributes.class);
                                    Tensor low = number(c, a.minVal(), t);
                                    Tensor high = number(c, a.maxVal(), t);
                                    return t.keep(x[0].maximum(low)).minimum(high);
                                }))
                .gradient(
                        Saved.inputs(0),
                        g -> {
                            HardtanhAttributes a = g.attributes(HardtanhAttributes.class);
                            inside(g, a.minVal(), a.maxVal(), g.grad());
                        });
    }

    private static Tensor number(CompositeContext c, Scalar value, Temporaries t) {
        return t.keep(c.fill(c.empty(c.dtype()), value));
    }

    /** The gradient between the bounds, 0 on and beyond them; where self is NaN it passes. */
    private static void inside(GradientContext g, Scalar min, Scalar max, Tensor gradient) {
        try (Tensor above = g.input(0).gt(min);
                Tensor below = g.input(0).lt(max);
                Tensor between = above.bitwiseAnd(below);
                Tensor outside = between.bitwiseNot()) {
            g.set(0, gradient.maskedFill(outside, Scalar.ZERO));
        }
    }

    /** {@code min(max(x + 3, 0), 6)}. */
    private static Tensor ramp(CompositeContext c, Tensor x, Temporaries t) {
        Tensor raised = t.keep(t.keep(x.add(3L)).maximum(number(c, Scalar.ZERO, t)));
        return t.keep(raised.minimum(number(c, SIX, t)));
    }

    private static OperatorDefinition hardsigmoid() {
        return OperatorDefinition.of(Schemas.HARDSIGMOID, Formulas.FLOATING_ONLY)
                .composite(Formulas.wide((c, x, t) -> ramp(c, x[0], t).div(6L)))
                .gradient(
                        Saved.inputs(0),
                        g -> {
                            try (Tensor sixth = g.grad().div(6L)) {
                                inside(g, Scalar.of(-3L), Scalar.of(3L), sixth);
                            }
                        });
    }

    private static OperatorDefinition hardswish() {
        return OperatorDefinition.of(Schemas.HARDSWISH, Formulas.FLOATING_ONLY)
                .composite(Formulas.wide((c, x, t) -> t.keep(x[0].mul(ramp(c, x[0], t))).div(6L)))
                .gradient(
                        Saved.inputs(0),
                        Formulas.ofInput(
                                (x, t) -> {
                                    Tensor inner = t.keep(t.keep(x.div(3L)).add(0.5));
                                    Tensor one = t.keep(Ops.onesLike(x));
                                    Tensor above = t.keep(Ops.where(t.keep(x.gt(3L)), one, inner));
                                    return above.maskedFill(t.keep(x.lt(-3L)), Scalar.ZERO);
                                }));
    }

    private static OperatorDefinition threshold() {
        return OperatorDefinition.of(Schemas.THRESHOLD, Metas.NUMERIC)
                .compositeSingle(Rectifiers::thresholded)
                .gradient(
                        Saved.inputs(0),
                        g -> {
                            Scalar bound = g.attributes(ThresholdAttributes.class).threshold();
                            g.set(0, Ops.thresholdBackward(g.grad(), g.input(0), bound));
                        });
    }

    private static Tensor thresholded(CompositeContext c, @Nullable Tensor[] inputs) {
        ThresholdAttributes a = c.attributes(ThresholdAttributes.class);
        Tensor self = Inputs.get(inputs, 0);
        try (Tensor below = self.le(a.threshold())) {
            return self.maskedFill(below, a.value());
        }
    }
}
