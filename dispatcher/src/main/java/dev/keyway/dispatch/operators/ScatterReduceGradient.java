// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.ScatterReduceTwoAttributes;
import dev.keyway.operator.GradientContext;

/**
 * The gradient of {@code scatter_reduce}: equal shares for equal extremes; a product with one zero
 * gets the product of the others there.
 */
final class ScatterReduceGradient {
    private final GradientContext g;
    private final Temporaries t;
    private final long dim;
    private final boolean includeSelf;
    private final Tensor index;

    private ScatterReduceGradient(GradientContext g, Temporaries t) {
        var a = g.attributes(ScatterReduceTwoAttributes.class);
        this.g = g;
        this.t = t;
        dim = a.dim();
        includeSelf = a.includeSelf();
        index = g.input(1);
    }

    static void backward(GradientContext g) {
        try (Temporaries t = new Temporaries()) {
            ScatterReduceGradient gradient = new ScatterReduceGradient(g, t);
            switch (g.attributes(ScatterReduceTwoAttributes.class).reduce()) {
                case "sum" -> gradient.set(g.grad(), g.grad());
                case "mean" -> gradient.mean();
                case "prod" -> gradient.product();
                default -> gradient.extreme();
            }
        }
    }

    /** Where self is left out, it gets nothing at the places that were written. */
    private void set(Tensor toSelf, Tensor toSource) {
        if (g.needs(0)) {
            g.set(
                    0,
                    includeSelf
                            ? toSelf.view(toSelf.sizes())
                            : toSelf.scatter(dim, index, Scalar.ZERO));
        }
        if (g.needs(2)) {
            g.set(2, Scatters.sourceGradient(g, toSource, dim));
        }
    }

    private void mean() {
        Tensor counts = t.keep(ScatterReductions.counts(g.grad(), index, dim, includeSelf));
        Tensor share = t.keep(g.grad().div(counts));
        set(share, share);
    }

    private Tensor source() {
        Tensor source = g.input(2);
        return t.keep(Places.reached(source, index, -1));
    }

    private void extreme() {
        Tensor source = source();
        Tensor result = g.output(0);
        Tensor there = t.keep(result.gather(dim, index));
        Tensor selfHit = t.converted(t.keep(g.input(0).eq(result)), g.grad().dtype());
        Tensor sourceHit = t.converted(t.keep(source.eq(there)), g.grad().dtype());
        Tensor start = includeSelf ? selfHit : t.keep(selfHit.scatter(dim, index, Scalar.ZERO));
        Tensor sharers = t.keep(start.scatterAdd(dim, index, sourceHit));
        Tensor share = t.keep(g.grad().div(t.keep(sharers.clamp(Scalar.ONE))));
        if (g.needs(0)) {
            Tensor toSelf = t.keep(share.mul(selfHit));
            g.set(
                    0,
                    includeSelf
                            ? toSelf.view(toSelf.sizes())
                            : toSelf.scatter(dim, index, Scalar.ZERO));
        }
        if (g.needs(2)) {
            Tensor picked = t.keep(share.gather(dim, index));
            place(t.keep(picked.mul(sourceHit)));
        }
    }

    private void product() {
        Tensor self = g.input(0);
        Tensor source = source();
        if (g.needs(0)) {
            Tensor one = t.keep(Ops.onesLike(self));
            Tensor zero = t.keep(self.eq(0L));
            Tensor factors = t.keep(Ops.where(zero, one, self));
            Tensor product = t.keep(factors.scatterReduce(dim, index, source, "prod", includeSelf));
            Tensor others = t.keep(product.div(factors));
            Tensor toSelf = t.keep(g.grad().mul(others));
            g.set(
                    0,
                    includeSelf
                            ? toSelf.view(toSelf.sizes())
                            : toSelf.scatter(dim, index, Scalar.ZERO));
        }
        if (g.needs(2)) {
            place(productOfOthers(self, source));
        }
    }

    private Tensor productOfOthers(Tensor self, Tensor source) {
        Tensor isZero = t.keep(source.eq(0L));
        Tensor zeros = t.converted(isZero, DType.I32);
        Tensor none = t.keep(Ops.zeros(self.device(), DType.I32, self.sizes()));
        Tensor counts = t.keep(none.scatterAdd(dim, index, zeros));
        Tensor alone = t.keep(t.keep(counts.gather(dim, index)).eq(1L));
        Tensor single = t.keep(isZero.bitwiseAnd(alone));
        Tensor one = t.keep(Ops.onesLike(source));
        Tensor withoutSingle = t.keep(Ops.where(single, one, source));
        Tensor product = t.keep(self.scatterReduce(dim, index, withoutSingle, "prod", includeSelf));
        Tensor ofOthers = t.keep(t.keep(g.grad().mul(product)).gather(dim, index));
        Tensor ofAll = t.keep(t.keep(g.grad().mul(g.output(0))).gather(dim, index));
        Tensor divisor = t.keep(Ops.where(isZero, one, source));
        return t.keep(Ops.where(single, ofOthers, t.keep(ofAll.div(divisor))));
    }

    /** Hands over the source's gradient; where the source is larger than the index, with zeros. */
    private void place(Tensor gradient) {
        long[] sizes = g.inputSizes(2);
        if (java.util.Arrays.equals(gradient.sizes(), sizes)) {
            g.set(2, gradient.view(sizes));
            return;
        }
        Tensor full = Matrix.zeros(g.grad(), sizes);
        try (Tensor part = Places.reached(full, index, -1)) {
            part.copy_(gradient);
        }
        g.set(2, full);
    }
}
