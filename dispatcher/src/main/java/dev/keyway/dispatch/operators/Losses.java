// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.HuberLossAttributes;
import dev.keyway.attributes.KlDivAttributes;
import dev.keyway.attributes.L1LossAttributes;
import dev.keyway.attributes.MseLossAttributes;
import dev.keyway.attributes.SmoothL1LossAttributes;
import dev.keyway.attributes.SoftMarginLossAttributes;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.List;
import java.util.function.ToLongFunction;

/** Losses between elements of two tensors. */
@AutoService(OperatorFamily.class)
public final class Losses implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                define(
                        Schemas.MSE_LOSS,
                        a -> ((MseLossAttributes) a).reduction(),
                        (a, x, y) -> squared(x, y)),
                define(
                        Schemas.L1_LOSS,
                        a -> ((L1LossAttributes) a).reduction(),
                        (a, x, y) -> distance(x, y)),
                define(
                        Schemas.SMOOTH_L1_LOSS,
                        a -> ((SmoothL1LossAttributes) a).reduction(),
                        (a, x, y) -> smooth(x, y, ((SmoothL1LossAttributes) a).beta())),
                define(
                        Schemas.HUBER_LOSS,
                        a -> ((HuberLossAttributes) a).reduction(),
                        (a, x, y) -> huber(x, y, ((HuberLossAttributes) a).delta())),
                define(
                        Schemas.KL_DIV,
                        a -> ((KlDivAttributes) a).reduction(),
                        (a, x, y) -> divergence(x, y, ((KlDivAttributes) a).logTarget())),
                define(
                        Schemas.SOFT_MARGIN_LOSS,
                        a -> ((SoftMarginLossAttributes) a).reduction(),
                        (a, x, y) -> softMargin(x, y)));
    }

    /** The losses of elements. */
    private interface PerElement {
        Tensor of(Attributes attributes, Tensor self, Tensor target);
    }

    private static OperatorDefinition define(
            OperatorSchema schema, ToLongFunction<Attributes> reduction, PerElement loss) {
        OperatorDefinition definition =
                OperatorDefinition.of(
                        schema,
                        m -> {
                            DType dtype = m.promote(null);
                            if (!dtype.isFloating()) {
                                throw m.error(
                                        "arguments have dtype "
                                                + dtype
                                                + ", which is not floating; convert with"
                                                + " to(dtype)");
                            }
                            checkNumber(m, m.attributes());
                            Reduction.output(m, dtype, reduction.applyAsLong(m.attributes()));
                        });
        return Wide.single(
                definition,
                (c, inputs) ->
                        Reduction.of(
                                loss.of(
                                        c.attributes(),
                                        Inputs.get(inputs, 0),
                                        Inputs.get(inputs, 1)),
                                reduction.applyAsLong(c.attributes())));
    }

    private static void checkNumber(MetaContext m, Attributes attributes) {
        if (attributes instanceof SmoothL1LossAttributes a && !(a.beta() >= 0)) {
            throw m.error("argument 'beta' is " + a.beta() + ", expected at least 0");
        }
        if (attributes instanceof HuberLossAttributes a && !(a.delta() > 0)) {
            throw m.error("argument 'delta' is " + a.delta() + ", expected more than 0");
        }
    }

    private static Tensor squared(Tensor self, Tensor target) {
        try (Tensor difference = self.sub(target)) {
            return difference.square();
        }
    }

    private static Tensor distance(Tensor self, Tensor target) {
        try (Tensor difference = self.sub(target)) {
            return difference.abs();
        }
    }

    /** A parabola below beta, which meets the distance's line (Girshick, "Fast R-CNN", 2015). */
    private static Tensor smooth(Tensor self, Tensor target, double beta) {
        if (beta == 0) {
            return distance(self, target);
        }
        try (Tensor z = distance(self, target);
                Tensor near = z.lt(beta);
                Tensor square = z.square();
                Tensor inner = square.mul(0.5 / beta);
                Tensor outer = z.sub(0.5 * beta)) {
            return Ops.where(near, inner, outer);
        }
    }

    /** Huber, "Robust Estimation of a Location Parameter", 1964. */
    private static Tensor huber(Tensor self, Tensor target, double delta) {
        try (Tensor z = distance(self, target);
                Tensor near = z.le(delta);
                Tensor square = z.square();
                Tensor inner = square.mul(0.5);
                Tensor shifted = z.sub(0.5 * delta);
                Tensor outer = shifted.mul(delta)) {
            return Ops.where(near, inner, outer);
        }
    }

    /** {@code t (log t - x)}, 0 where t is; or {@code e^t (t - x)}. */
    private static Tensor divergence(Tensor self, Tensor target, boolean logTarget) {
        if (logTarget) {
            try (Tensor weight = target.exp();
                    Tensor difference = target.sub(self)) {
                return weight.mul(difference);
            }
        }
        try (Tensor zero = target.eq(0L);
                Tensor safe = target.maskedFill(zero, 1L);
                Tensor log = safe.log();
                Tensor entropy = target.mul(log);
                Tensor cross = target.mul(self)) {
            return entropy.sub(cross);
        }
    }

    /** {@code log(1 + e^(-y x))}. */
    private static Tensor softMargin(Tensor self, Tensor target) {
        try (Tensor product = self.mul(target);
                Tensor negative = product.neg()) {
            return Softplus.of(negative);
        }
    }
}
