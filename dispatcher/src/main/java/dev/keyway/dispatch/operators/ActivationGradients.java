// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Tensor;
import dev.keyway.attributes.GeluBackwardAttributes;
import dev.keyway.dispatch.operators.Formulas.Slope;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.List;

/**
 * The gradients of activation functions as operators of their own, so that a device can compute
 * each in one pass. They are differentiated through their composites.
 */
@AutoService(OperatorFamily.class)
public final class ActivationGradients implements OperatorFamily {
    private static final double CUBE = 0.044715;
    private static final double ROOT_2_OVER_PI = Math.sqrt(2 / Math.PI);

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                gelu(),
                of(Schemas.SILU_BACKWARD, ActivationGradients::silu),
                of(Schemas.SIGMOID_BACKWARD, (y, t) -> y.mul(t.keep(t.keep(y.neg()).add(1L)))),
                of(Schemas.TANH_BACKWARD, (y, t) -> t.keep(t.keep(y.square()).neg()).add(1L)));
    }

    private static OperatorDefinition of(OperatorSchema schema, Slope slope) {
        return OperatorDefinition.of(schema, Formulas.FLOATING_ONLY)
                .composite(Formulas.wide((c, x, t) -> x[0].mul(t.keep(slope.apply(x[1], t)))));
    }

    private static OperatorDefinition gelu() {
        return OperatorDefinition.of(
                        Schemas.GELU_BACKWARD,
                        m -> {
                            SmoothActivations.check(
                                    m, m.attributes(GeluBackwardAttributes.class).approximate());
                            Formulas.FLOATING_ONLY.infer(m);
                        })
                .composite(
                        Formulas.wide(
                                (c, x, t) -> {
                                    boolean exact =
                                            c.attributes(GeluBackwardAttributes.class)
                                                    .approximate()
                                                    .equals("none");
                                    Tensor slope = exact ? normal(x[1], t) : approximate(x[1], t);
                                    return x[0].mul(slope);
                                }));
    }

    private static Tensor silu(Tensor x, Temporaries t) {
        Tensor sigmoid = t.keep(x.sigmoid());
        Tensor rest = t.keep(t.keep(sigmoid.neg()).add(1L));
        return sigmoid.mul(t.keep(t.keep(x.mul(rest)).add(1L)));
    }

    /** Probability and density of the normal distribution, {@code P(x) + x p(x)}. */
    private static Tensor normal(Tensor x, Temporaries t) {
        Tensor below = t.keep(t.keep(t.keep(x.mul(-Math.sqrt(0.5))).erfc()).mul(0.5));
        Tensor bell = t.keep(t.keep(t.keep(x.square()).mul(-0.5)).exp());
        return t.keep(below.add(t.keep(t.keep(x.mul(bell)).mul(ROOT_2_OVER_PI / 2))));
    }

    private static Tensor approximate(Tensor x, Temporaries t) {
        Tensor sigmoid = t.keep(SmoothActivations.gate(x, t).sigmoid());
        Tensor square = t.keep(t.keep(x.square()).mul(3 * CUBE));
        Tensor gateSlope = t.keep(t.keep(square.add(1L)).mul(2 * ROOT_2_OVER_PI));
        Tensor rest = t.keep(sigmoid.mul(t.keep(t.keep(sigmoid.neg()).add(1L))));
        return t.keep(sigmoid.add(t.keep(t.keep(x.mul(gateSlope)).mul(rest))));
    }
}
