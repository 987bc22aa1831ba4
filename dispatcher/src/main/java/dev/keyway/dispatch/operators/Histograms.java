// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.HistcAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.ScatterOp;
import java.util.List;

/**
 * Counts of elements in bins of equal width. With equal bounds the range is that of the elements;
 * where that is a single value, from one below it to one above. What is out of range, and NaN,
 * counts nowhere; the upper bound belongs to the last bin.
 */
@AutoService(OperatorFamily.class)
public final class Histograms implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(histc());
    }

    private static OperatorDefinition histc() {
        return OperatorDefinition.of(
                        Schemas.HISTC,
                        m -> {
                            HistcAttributes a = m.attributes(HistcAttributes.class);
                            DType dtype = m.input(0).dtype();
                            if (!dtype.isFloating()) {
                                throw m.error("dtype " + dtype + " is not floating; use to(dtype)");
                            }
                            if (a.bins() <= 0) {
                                throw m.error("argument 'bins' is " + a.bins() + ", expected 1 on");
                            }
                            double low = a.min().doubleValue();
                            double high = a.max().doubleValue();
                            if (!(low <= high)
                                    || Double.isInfinite(low)
                                    || Double.isInfinite(high)) {
                                throw m.error(
                                        "arguments 'min' and 'max' are "
                                                + a.min()
                                                + " and "
                                                + a.max()
                                                + ", expected finite numbers in this order");
                            }
                            m.compute(Metas.wide(dtype));
                            m.output(dtype, new long[] {a.bins()});
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            try (Tensor wide = AlongDim.as(self, c.dtype());
                                    Tensor flat = wide.reshape(wide.numel());
                                    Tensor counts =
                                            count(c, flat, c.attributes(HistcAttributes.class))) {
                                return AlongDim.result(counts, c.outputDType(0), c.outputSizes(0));
                            }
                        })
                .notDifferentiable();
    }

    private static Tensor bound(Tensor flat, HistcAttributes a, boolean upper) {
        boolean given = a.min().doubleValue() != a.max().doubleValue() || flat.numel() == 0;
        if (given) {
            Scalar value = upper ? a.max() : a.min();
            return Ops.full(flat.device(), flat.dtype(), value);
        }
        return upper ? flat.amax() : flat.amin();
    }

    /** Moves bounds apart where they are equal. */
    private static Tensor apart(Tensor bound, Tensor other, double by) {
        try (Tensor equal = bound.eq(other);
                Tensor moved = bound.add(by)) {
            return Ops.where(equal, moved, bound);
        }
    }

    private static Tensor count(CompositeContext c, Tensor flat, HistcAttributes a) {
        Tensor counts = Ops.zeros(c.device(), c.dtype(), 1, a.bins() + 1, 1);
        if (flat.numel() == 0) {
            try (counts;
                    Tensor bins = counts.narrow(1, 0, a.bins())) {
                return bins.clone();
            }
        }
        try (counts;
                Tensor least = bound(flat, a, false);
                Tensor most = bound(flat, a, true);
                Tensor low = apart(least, most, -1);
                Tensor high = apart(most, least, 1);
                Tensor places = places(flat, low, high, a.bins());
                Tensor index = places.view(1, places.numel(), 1);
                Tensor one = Ops.ones(c.device(), c.dtype(), 1, 1, 1);
                Tensor source = one.expand(1, places.numel(), 1)) {
            c.scatter(ScatterOp.ADD, counts, index, source);
            try (Tensor bins = counts.narrow(1, 0, a.bins())) {
                return bins.clone();
            }
        }
    }

    /** The bin of each element; behind the last bin those that count nowhere. */
    private static Tensor places(Tensor flat, Tensor low, Tensor high, long bins) {
        try (Tensor distance = flat.sub(low);
                Tensor scaled = distance.mul(bins);
                Tensor width = high.sub(low);
                Tensor share = scaled.div(width);
                Tensor whole = share.to(DType.I64);
                Tensor last = whole.clamp(Scalar.ZERO, Scalar.of(bins - 1));
                Tensor above = flat.ge(low);
                Tensor below = flat.le(high);
                Tensor inside = above.bitwiseAnd(below);
                Tensor nowhere = Ops.fullLike(last, Scalar.of(bins))) {
            return Ops.where(inside, last, nowhere);
        }
    }
}
