// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.UniqueDimAttributes;
import dev.keyway.attributes.UniqueDimConsecutiveAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.ScatterOp;
import java.util.Arrays;
import java.util.List;

/**
 * Distinct slices along a dimension, ascending by their elements in order, or of neighbours; on
 * request where each slice went and how many there are of each, else those come back empty. The
 * slices are sorted by one element after the other, from the last. A slice with NaN equals none.
 * The number of results is read from the device.
 */
@AutoService(OperatorFamily.class)
public final class UniqueSlices implements OperatorFamily {
    private record Asked(long dim, boolean sort, boolean inverse, boolean counts) {}

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                OperatorDefinition.of(
                                Schemas.UNIQUE_DIM,
                                m -> meta(m, sorted(m.attributes(UniqueDimAttributes.class))))
                        .composite(
                                (c, inputs) ->
                                        distinct(
                                                c,
                                                Inputs.get(inputs, 0),
                                                sorted(c.attributes(UniqueDimAttributes.class))))
                        .notDifferentiable(),
                OperatorDefinition.of(
                                Schemas.UNIQUE_DIM_CONSECUTIVE,
                                m ->
                                        meta(
                                                m,
                                                neighbours(
                                                        m.attributes(
                                                                UniqueDimConsecutiveAttributes
                                                                        .class))))
                        .composite(
                                (c, inputs) ->
                                        distinct(
                                                c,
                                                Inputs.get(inputs, 0),
                                                neighbours(
                                                        c.attributes(
                                                                UniqueDimConsecutiveAttributes
                                                                        .class))))
                        .notDifferentiable());
    }

    private static Asked sorted(UniqueDimAttributes a) {
        return new Asked(a.dim(), true, a.returnInverse(), a.returnCounts());
    }

    private static Asked neighbours(UniqueDimConsecutiveAttributes a) {
        return new Asked(a.dim(), false, a.returnInverse(), a.returnCounts());
    }

    private static void meta(MetaContext m, Asked asked) {
        Tensor self = m.input(0);
        int dim = Metas.dim(m, asked.dim, self.dim());
        long n = self.dim() == 0 ? 1 : self.size(dim);
        if (self.numel() == 0 && n > 0) {
            throw m.error(
                    "argument 'self' has shape "
                            + Arrays.toString(self.sizes())
                            + ", whose slices along dimension "
                            + dim
                            + " have no elements to compare");
        }
        m.compute(Metas.wide(self.dtype()));
        m.outputBounded(0, self.dtype(), self.sizes());
        m.output(1, DType.I64, new long[] {asked.inverse ? n : 0});
        if (asked.counts) {
            m.outputBounded(2, DType.I64, new long[] {n});
        } else {
            m.output(2, DType.I64, new long[] {0});
        }
    }

    private static Tensor[] distinct(CompositeContext c, Tensor self, Asked asked) {
        if (self.numel() == 0) {
            return new Tensor[] {
                c.empty(self.dtype(), self.sizes()), c.empty(DType.I64, 0), c.empty(DType.I64, 0)
            };
        }
        int dim = Metas.wrap(asked.dim, self.dim());
        long n = self.dim() == 0 ? 1 : self.size(dim);
        try (Temporaries t = new Temporaries()) {
            Tensor front = t.keep(self.dim() == 0 ? self.reshape(1) : self.movedim(dim, 0));
            Tensor rows = t.keep(AlongDim.wide(t.keep(front.reshape(n, self.numel() / n))));
            Tensor order =
                    asked.sort
                            ? order(c, t, rows)
                            : t.keep(c.arange(DType.I64, Scalar.ZERO, Scalar.ONE, n));
            Tensor starts = starts(t, t.keep(rows.indexSelect(0, order)));
            Tensor places = t.keep(c.nonzero(starts));
            Tensor chosen = t.keep(order.indexSelect(0, places));
            Tensor values = self.dim() == 0 ? self.clone() : self.indexSelect(dim, chosen);
            return new Tensor[] {
                values,
                asked.inverse ? inverse(c, t, starts, order) : c.empty(DType.I64, 0),
                asked.counts ? counts(c, t, places, n) : c.empty(DType.I64, 0)
            };
        }
    }

    /** By the last element first; as sorting is stable, the first decides in the end. */
    private static Tensor order(CompositeContext c, Temporaries t, Tensor rows) {
        long n = rows.size(0);
        Tensor order = t.keep(c.arange(DType.I64, Scalar.ZERO, Scalar.ONE, n));
        for (long column = rows.size(1) - 1; column >= 0; column--) {
            try (Tensor all = rows.select(1, column);
                    Tensor keys = all.indexSelect(0, order);
                    Tensor line = keys.reshape(1, n, 1)) {
                Tensor[] sorted = c.sort(line, false);
                try (Tensor _ = sorted[0];
                        Tensor places = sorted[1];
                        Tensor flat = places.reshape(n)) {
                    order = t.keep(order.indexSelect(0, flat));
                }
            }
        }
        return order;
    }

    /** Whether a row differs from the one before. */
    private static Tensor starts(Temporaries t, Tensor rows) {
        long n = rows.size(0);
        Tensor first = t.keep(Ops.ones(rows.device(), DType.BOOL, 1));
        if (n == 1) {
            return first;
        }
        Tensor later = t.keep(rows.narrow(0, 1, n - 1));
        Tensor earlier = t.keep(rows.narrow(0, 0, n - 1));
        Tensor differs = t.keep(t.keep(later.ne(earlier)).any(new long[] {1}, false));
        return t.keep(Ops.cat(List.of(first, differs), 0));
    }

    private static Tensor inverse(CompositeContext c, Temporaries t, Tensor starts, Tensor order) {
        long n = order.numel();
        Tensor places = t.keep(c.empty(DType.I64, 1, n, 1));
        Tensor ranks = t.keep(t.keep(starts.cumsum(0)).sub(1L));
        c.scatter(
                ScatterOp.SET, places, t.keep(order.reshape(1, n, 1)), t.keep(ranks.view(1, n, 1)));
        return AlongDim.result(places, DType.I64, new long[] {n});
    }

    private static Tensor counts(CompositeContext c, Temporaries t, Tensor places, long n) {
        Tensor end = t.keep(c.fill(c.empty(DType.I64, 1), Scalar.of(n)));
        Tensor bounds = t.keep(Ops.cat(List.of(places, end), 0));
        return t.keep(bounds.narrow(0, 1, places.numel())).sub(places);
    }
}
