// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.BinaryCrossEntropyAttributes;
import dev.keyway.attributes.BinaryCrossEntropyWithLogitsAttributes;
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

/** Cross entropy of two classes, from probabilities and from logits. */
@AutoService(OperatorFamily.class)
public final class BinaryCrossEntropy implements OperatorFamily {
    /** Below this the logarithm is cut off, as in PyTorch. */
    private static final double LOWEST_LOG = -100;

    private static final double SMALLEST = 1e-12;

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(probabilities(), logits());
    }

    private static void meta(MetaContext m, long reduction) {
        DType dtype = Checks.floating(m, 0, "self");
        Checks.dtype(m, 1, "target", dtype);
        Checks.dtype(m, 2, "weight", dtype);
        if (!Arrays.equals(m.input(0).sizes(), m.input(1).sizes())) {
            throw m.error(
                    "argument 'target' has shape "
                            + Arrays.toString(m.input(1).sizes())
                            + ", self has "
                            + Arrays.toString(m.input(0).sizes())
                            + "; they must be equal");
        }
        Reduction.output(m, dtype, reduction);
    }

    private static OperatorDefinition probabilities() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                                Schemas.BINARY_CROSS_ENTROPY,
                                m ->
                                        meta(
                                                m,
                                                m.attributes(BinaryCrossEntropyAttributes.class)
                                                        .reduction()))
                        .gradient(Saved.inputs(0, 1, 2), BinaryCrossEntropy::gradient);
        return Wide.single(definition, BinaryCrossEntropy::fromProbabilities);
    }

    /** {@code -w (t log x + (1 - t) log(1 - x))}. */
    private static Tensor fromProbabilities(CompositeContext c, @Nullable Tensor[] inputs) {
        Tensor x = Inputs.get(inputs, 0);
        Tensor t = Inputs.get(inputs, 1);
        try (Tensor log = logarithm(x);
                Tensor first = t.mul(log);
                Tensor negative = x.neg();
                Tensor complement = negative.add(1L);
                Tensor other = logarithm(complement);
                Tensor rest = t.sub(1L);
                Tensor second = rest.mul(other)) {
            Tensor losses = second.sub(first);
            return Reduction.of(
                    weighted(losses, inputs[2]),
                    c.attributes(BinaryCrossEntropyAttributes.class).reduction());
        }
    }

    private static Tensor logarithm(Tensor x) {
        try (Tensor log = x.log()) {
            return log.clamp(Scalar.of(LOWEST_LOG), null);
        }
    }

    private static Tensor weighted(Tensor losses, @Nullable Tensor weight) {
        if (weight == null) {
            return losses;
        }
        try (losses) {
            return losses.mul(weight);
        }
    }

    /** What each element's loss gets: the gradient, spread and weighted. */
    private static Tensor share(GradientContext g, long reduction, @Nullable Tensor weight) {
        return weighted(g.grad().div(count(g, reduction)), weight);
    }

    private static void gradient(GradientContext g) {
        var a = g.attributes(BinaryCrossEntropyAttributes.class);
        Tensor x = g.input(0);
        Tensor t = g.input(1);
        try (Tensor share = share(g, a.reduction(), g.inputOrNull(2));
                Tensor negative = x.neg();
                Tensor complement = negative.add(1L)) {
            if (g.needs(0)) {
                try (Tensor product = x.mul(complement);
                        Tensor bounded = product.clamp(Scalar.of(SMALLEST), null);
                        Tensor difference = x.sub(t);
                        Tensor slope = difference.div(bounded)) {
                    g.set(0, slope.mul(share));
                }
            }
            if (g.needs(1)) {
                try (Tensor log = x.log();
                        Tensor other = complement.log();
                        Tensor slope = other.sub(log)) {
                    g.set(1, slope.mul(share));
                }
            }
            if (g.needs(2)) {
                try (Tensor plain = g.grad().div(count(g, a.reduction()));
                        Tensor losses = Ops.binaryCrossEntropy(x, t, null, Reduction.NONE)) {
                    g.set(2, losses.mul(plain));
                }
            }
        }
    }

    private static double count(GradientContext g, long reduction) {
        return reduction == Reduction.MEAN ? Metas.product(g.inputSizes(0)) : 1;
    }

    private static OperatorDefinition logits() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                                Schemas.BINARY_CROSS_ENTROPY_WITH_LOGITS,
                                m -> {
                                    Checks.dtype(m, 3, "pos_weight", m.input(0).dtype());
                                    meta(
                                            m,
                                            m.attributes(
                                                            BinaryCrossEntropyWithLogitsAttributes
                                                                    .class)
                                                    .reduction());
                                })
                        .gradient(Saved.inputs(0, 1, 2, 3), BinaryCrossEntropy::logitsGradient);
        return Wide.single(
                definition,
                (c, inputs) ->
                        Reduction.of(
                                weighted(
                                        losses(
                                                Inputs.get(inputs, 0),
                                                Inputs.get(inputs, 1),
                                                inputs[3]),
                                        inputs[2]),
                                c.attributes(BinaryCrossEntropyWithLogitsAttributes.class)
                                        .reduction()));
    }

    /** {@code (1 - t) x + (1 + (p - 1) t) log(1 + e^-x)}. */
    private static Tensor losses(Tensor x, Tensor t, @Nullable Tensor positive) {
        try (Tensor opposite = x.neg();
                Tensor softplus = Softplus.of(opposite);
                Tensor scaled = scaled(softplus, t, positive);
                Tensor rest = t.sub(1L);
                Tensor linear = rest.mul(x)) {
            return scaled.sub(linear);
        }
    }

    private static Tensor scaled(Tensor values, Tensor t, @Nullable Tensor positive) {
        if (positive == null) {
            return values.view(values.sizes());
        }
        try (Tensor less = positive.sub(1L);
                Tensor product = less.mul(t);
                Tensor factor = product.add(1L)) {
            return values.mul(factor);
        }
    }

    private static void logitsGradient(GradientContext g) {
        var a = g.attributes(BinaryCrossEntropyWithLogitsAttributes.class);
        Tensor x = g.input(0);
        Tensor t = g.input(1);
        Tensor positive = g.inputOrNull(3);
        try (Tensor plain = g.grad().div(count(g, a.reduction()));
                Tensor share = share(g, a.reduction(), g.inputOrNull(2));
                Tensor opposite = x.neg()) {
            if (g.needs(0)) {
                try (Tensor sigmoid = opposite.sigmoid();
                        Tensor scaled = scaled(sigmoid, t, positive);
                        Tensor sum = scaled.add(t);
                        Tensor slope = sum.neg();
                        Tensor whole = slope.add(1L)) {
                    g.set(0, whole.mul(share));
                }
            }
            if (g.needs(1)) {
                g.set(1, targetGradient(x, opposite, positive, share));
            }
            if (g.needs(2)) {
                try (Tensor losses = losses(x, t, positive)) {
                    g.set(2, losses.mul(plain));
                }
            }
            if (g.needs(3)) {
                try (Tensor softplus = Softplus.of(opposite);
                        Tensor slope = softplus.mul(t)) {
                    g.set(3, slope.mul(share));
                }
            }
        }
    }

    /** {@code (p - 1) log(1 + e^-x) - x}. */
    private static Tensor targetGradient(
            Tensor x, Tensor opposite, @Nullable Tensor positive, Tensor share) {
        if (positive == null) {
            return opposite.mul(share);
        }
        try (Tensor softplus = Softplus.of(opposite);
                Tensor less = positive.sub(1L);
                Tensor scaled = less.mul(softplus);
                Tensor slope = scaled.sub(x)) {
            return slope.mul(share);
        }
    }
}
