// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.LinalgVectorNormAttributes;
import dev.keyway.attributes.NormAttributes;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Norms of vectors, {@code (sum |x|^p)^(1/p)}; order 0 counts what is not zero, the infinite orders
 * are the largest and smallest magnitude.
 */
@AutoService(OperatorFamily.class)
public final class Norms implements OperatorFamily {
    private record Over(double order, long[] dim, boolean keepDim, @Nullable DType dtype) {}

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                norm(
                        Schemas.NORM,
                        a -> {
                            NormAttributes given = (NormAttributes) a;
                            return new Over(
                                    given.p().doubleValue(),
                                    given.dim(),
                                    given.keepdim(),
                                    given.dtype());
                        }),
                norm(
                        Schemas.LINALG_VECTOR_NORM,
                        a -> {
                            LinalgVectorNormAttributes given = (LinalgVectorNormAttributes) a;
                            return new Over(
                                    given.ord().doubleValue(),
                                    given.dim(),
                                    given.keepdim(),
                                    given.dtype());
                        }));
    }

    private static void meta(MetaContext m, Over over) {
        Tensor self = m.input(0);
        DType given = self.dtype();
        DType asked = over.dtype;
        DType out = asked == null ? given : asked;
        if (!given.isFloating() || !out.isFloating()) {
            throw m.error(
                    "dtype "
                            + (given.isFloating() ? out : given)
                            + " is not floating; convert with to(dtype)");
        }
        if (asked != null && asked.itemSize() < given.itemSize()) {
            throw m.error(
                    "argument 'dtype' is "
                            + asked
                            + ", narrower than the input's "
                            + given
                            + "; convert the input with to(dtype)");
        }
        boolean[] named = Metas.dims(m, over.dim, self.dim());
        boolean neutral = over.order >= 0 && !Double.isInfinite(over.order);
        if (!neutral && Reductions.count(self.sizes(), over.dim) == 0) {
            throw m.error(
                    "the norm of order "
                            + over.order
                            + " has no value for nothing, in shape "
                            + Arrays.toString(self.sizes())
                            + "; name dimensions that are not empty");
        }
        m.compute(Metas.wide(out));
        m.output(out, Metas.reduced(self.sizes(), named, over.keepDim));
    }

    private static OperatorDefinition norm(OperatorSchema schema, Function<Attributes, Over> over) {
        return OperatorDefinition.of(schema, m -> meta(m, over.apply(m.attributes())))
                .compositeSingle(
                        (c, inputs) -> {
                            Over given = over.apply(c.attributes());
                            Tensor self = Inputs.get(inputs, 0);
                            try (Tensor converted = AlongDim.as(self, c.outputDType(0));
                                    Tensor wide = AlongDim.as(converted, c.dtype());
                                    Tensor norm = compute(wide, given)) {
                                return AlongDim.result(norm, c.outputDType(0), c.outputSizes(0));
                            }
                        })
                .gradient(
                        Saved.inputs(0).andOutputs(0),
                        g -> {
                            Over given = over.apply(g.attributes());
                            NormGradient.backward(g, given.order, given.dim);
                        });
    }

    private static Tensor compute(Tensor self, Over over) {
        if (over.order == 0) {
            try (Tensor some = self.ne(0L);
                    Tensor ones = some.to(self.dtype())) {
                return ones.sum(over.dim, over.keepDim);
            }
        }
        if (over.order == 2) {
            try (Tensor square = self.square();
                    Tensor sum = square.sum(over.dim, over.keepDim)) {
                return sum.sqrt();
            }
        }
        try (Tensor magnitude = self.abs()) {
            if (Double.isInfinite(over.order)) {
                return over.order > 0
                        ? magnitude.amax(over.dim, over.keepDim)
                        : magnitude.amin(over.dim, over.keepDim);
            }
            if (over.order == 1) {
                return magnitude.sum(over.dim, over.keepDim);
            }
            try (Tensor power = magnitude.pow(over.order);
                    Tensor sum = power.sum(over.dim, over.keepDim)) {
                return sum.pow(1 / over.order);
            }
        }
    }
}
