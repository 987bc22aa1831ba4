// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.MedianDimAttributes;
import dev.keyway.attributes.NanmedianDimAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.GradientContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Medians: of an even number of elements the lower of the two in the middle. {@code median} is NaN
 * where any element is, {@code nanmedian} passes over NaN.
 */
@AutoService(OperatorFamily.class)
public final class Medians implements OperatorFamily {
    private record Along(long dim, boolean keepDim) {}

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                along(
                        Schemas.MEDIAN_DIM,
                        false,
                        a -> {
                            MedianDimAttributes given = (MedianDimAttributes) a;
                            return new Along(given.dim(), given.keepdim());
                        }),
                along(
                        Schemas.NANMEDIAN_DIM,
                        true,
                        a -> {
                            NanmedianDimAttributes given = (NanmedianDimAttributes) a;
                            return new Along(given.dim(), given.keepdim());
                        }),
                ofAll(Schemas.MEDIAN, false),
                ofAll(Schemas.NANMEDIAN, true));
    }

    private static OperatorDefinition along(
            OperatorSchema schema, boolean ignoreNan, Function<Attributes, Along> along) {
        return OperatorDefinition.of(
                        schema,
                        m -> {
                            Tensor self = m.input(0);
                            Along given = along.apply(m.attributes());
                            Selections.ordered(m);
                            int dim = Metas.dim(m, given.dim, self.dim());
                            if (Selections.extent(self, dim) == 0) {
                                throw m.error(
                                        "dimension "
                                                + dim
                                                + " of shape "
                                                + Arrays.toString(self.sizes())
                                                + " is empty; name one that is not");
                            }
                            Selections.outputs(m, dim, given.keepDim);
                        })
                .composite(
                        (c, inputs) ->
                                middle(
                                        c,
                                        Inputs.get(inputs, 0),
                                        along.apply(c.attributes()).dim,
                                        ignoreNan))
                .differentiable(0)
                .gradient(
                        Saved.outputs(1),
                        g -> Selections.picked(g, along.apply(g.attributes()).dim));
    }

    /** Sorted, NaN is last: the number of others tells where it begins. */
    private static Tensor[] middle(CompositeContext c, Tensor self, long dim, boolean ignoreNan) {
        Tensor[] sorted = Sorting.sorted(c, self, dim, false);
        try (Tensor values = sorted[0];
                Tensor indices = sorted[1];
                Tensor places = place(values, ignoreNan);
                Tensor value = c.gather(values, places);
                Tensor index = c.gather(indices, places)) {
            return AlongDim.both(c, value, index);
        }
    }

    private static Tensor place(Tensor values, boolean ignoreNan) {
        long n = values.size(1);
        try (Tensor number = values.eq(values);
                Tensor count = number.sum(new long[] {1}, true)) {
            if (ignoreNan) {
                try (Tensor less = count.sub(1L);
                        Tensor some = less.clamp(Scalar.ZERO, null);
                        Tensor two = Ops.fullLike(some, Scalar.of(2L))) {
                    return some.floorDivide(two);
                }
            }
            try (Tensor whole = count.eq(n);
                    Tensor half = Ops.fullLike(count, Scalar.of((n - 1) / 2))) {
                return Ops.where(whole, half, count);
            }
        }
    }

    private static OperatorDefinition ofAll(OperatorSchema schema, boolean ignoreNan) {
        return OperatorDefinition.of(
                        schema,
                        m -> {
                            Selections.ordered(m);
                            DType dtype = m.input(0).dtype();
                            if (m.input(0).numel() == 0 && !dtype.isFloating()) {
                                throw m.error(
                                        "no elements in shape "
                                                + Arrays.toString(m.input(0).sizes())
                                                + ", and "
                                                + dtype
                                                + " has no NaN; use to(dtype)");
                            }
                            m.output(dtype, new long[0]);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            if (self.numel() == 0) {
                                Scalar nan = Scalar.of(Double.NaN);
                                return c.fill(c.empty(self.dtype()), nan);
                            }
                            try (Tensor flat = self.reshape(self.numel())) {
                                if (ignoreNan) {
                                    var both = flat.nanmedian(0);
                                    both.indices().close();
                                    return both.values();
                                }
                                var both = flat.median(0);
                                both.indices().close();
                                return both.values();
                            }
                        })
                .gradient(Saved.inputs(0).andOutputs(0), Medians::shared);
    }

    /** All elements that are the median share evenly, as in PyTorch. */
    private static void shared(GradientContext g) {
        try (Temporaries t = new Temporaries()) {
            Tensor self = g.input(0);
            Tensor median = g.output(0);
            Tensor none = t.keep(t.keep(self.isnan()).bitwiseAnd(t.keep(median.isnan())));
            Tensor equal = t.keep(t.keep(self.eq(median)).bitwiseOr(none));
            Tensor mask = t.keep(equal.to(g.grad().dtype()));
            Tensor share = t.keep(g.grad().div(t.keep(mask.sum())));
            g.set(0, mask.mul(share));
        }
    }
}
