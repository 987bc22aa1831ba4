// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Generator;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.AlphaDropoutAttributes;
import dev.keyway.attributes.DropoutAttributes;
import dev.keyway.attributes.FeatureAlphaDropoutAttributes;
import dev.keyway.attributes.FeatureDropoutAttributes;
import dev.keyway.operator.Composite;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Dropout of elements or whole channels: to zero with the rest scaled, or so that mean and variance
 * of SELU's activations stay (Klambauer and others, "Self-Normalizing Neural Networks", 2017).
 */
@AutoService(OperatorFamily.class)
public final class Dropouts implements OperatorFamily {
    /** SELU's value far below zero: minus its scale times its alpha. */
    private static final double LOWEST = -1.7580993408473766;

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                define(Schemas.DROPOUT, false, false),
                define(Schemas.ALPHA_DROPOUT, false, true),
                define(Schemas.FEATURE_DROPOUT, true, false),
                define(Schemas.FEATURE_ALPHA_DROPOUT, true, true));
    }

    private record Arguments(double p, boolean train, @Nullable Generator generator) {
        static Arguments of(dev.keyway.Attributes given) {
            return switch (given) {
                case DropoutAttributes a -> new Arguments(a.p(), a.train(), a.generator());
                case AlphaDropoutAttributes a -> new Arguments(a.p(), a.train(), a.generator());
                case FeatureDropoutAttributes a -> new Arguments(a.p(), a.train(), a.generator());
                case FeatureAlphaDropoutAttributes a ->
                        new Arguments(a.p(), a.train(), a.generator());
                default -> throw new IllegalArgumentException(given + " is of no dropout");
            };
        }

        boolean changesNothing(Tensor input) {
            return !train || p == 0 || input.numel() == 0;
        }
    }

    private static OperatorDefinition define(
            OperatorSchema schema, boolean channels, boolean alpha) {
        OperatorDefinition definition = OperatorDefinition.of(schema, m -> check(m, channels));
        Composite wide =
                Objects.requireNonNull(
                        Wide.single(
                                        definition,
                                        (c, inputs) ->
                                                compute(c, Inputs.get(inputs, 0), channels, alpha))
                                .composite());
        return definition.composite(
                (c, inputs) -> {
                    Tensor input = Inputs.get(inputs, 0);
                    return Arguments.of(c.attributes()).changesNothing(input)
                            ? new Tensor[] {input.view(input.sizes())}
                            : wide.apply(c, inputs);
                });
    }

    private static void check(MetaContext m, boolean channels) {
        Arguments a = Arguments.of(m.attributes());
        double p = a.p();
        if (!(p >= 0 && p <= 1)) {
            throw m.error("argument 'p' is " + p + ", expected from 0 to 1");
        }
        if (channels && m.input(0).dim() < 2) {
            throw Checks.wrongShape(m, 0, "input", "at least [n, channels]");
        }
        if (a.train() && p > 0) {
            Checks.floating(m, 0, "input");
        }
        Tensor input = m.input(0);
        if (a.changesNothing(input)) {
            m.alias(0, input.sizes(), input.strides(), input.storageOffset());
        } else {
            Metas.SAME.infer(m);
        }
    }

    private static Tensor compute(
            CompositeContext c, Tensor input, boolean channels, boolean alpha) {
        Arguments a = Arguments.of(c.attributes());
        if (a.p() == 1) {
            return input.mul(0L);
        }
        try (Tensor like = like(input, channels);
                Tensor kept = Ops.bernoulli(like, 1 - a.p(), a.generator())) {
            return alpha ? shifted(input, kept, a.p()) : scaled(input, kept, a.p());
        }
    }

    /** A tensor with a number for each element or channel. */
    private static Tensor like(Tensor input, boolean channels) {
        if (!channels) {
            return input.detach();
        }
        long[] sizes = input.sizes();
        Arrays.fill(sizes, 2, sizes.length, 1);
        return Ops.empty(input.device(), input.dtype(), sizes);
    }

    private static Tensor scaled(Tensor input, Tensor kept, double p) {
        try (Tensor factor = kept.div(1 - p)) {
            return input.mul(factor);
        }
    }

    /** {@code (kept ? x : lowest) a + b}. */
    private static Tensor shifted(Tensor input, Tensor kept, double p) {
        double q = 1 - p;
        double a = 1 / Math.sqrt(LOWEST * LOWEST * p * q + q);
        try (Tensor factor = kept.mul(a);
                Tensor values = input.mul(factor);
                Tensor dropped = kept.sub(1L);
                Tensor lows = dropped.mul(-LOWEST * a);
                Tensor offset = lows.sub(LOWEST * a * p)) {
            return values.add(offset);
        }
    }
}
