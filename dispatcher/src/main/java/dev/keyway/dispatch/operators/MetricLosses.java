// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.CosineEmbeddingLossAttributes;
import dev.keyway.attributes.CosineSimilarityAttributes;
import dev.keyway.attributes.HingeEmbeddingLossAttributes;
import dev.keyway.attributes.MarginRankingLossAttributes;
import dev.keyway.attributes.TripletMarginLossAttributes;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;

/** Similarity of vectors, and losses that order or separate them. */
@AutoService(OperatorFamily.class)
public final class MetricLosses implements OperatorFamily {
    /** Added to squared norms, as PyTorch does. */
    private static final double EPSILON = 1e-12;

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(similarity(), cosineEmbedding(), ranking(), hinge(), triplet());
    }

    private static DType floating(MetaContext m) {
        DType dtype = m.promote(null);
        if (!dtype.isFloating()) {
            throw m.error(
                    "arguments have dtype "
                            + dtype
                            + ", which is not floating; convert with to(dtype)");
        }
        return dtype;
    }

    private static long[] without(long[] sizes, int dim) {
        long[] result = new long[sizes.length - 1];
        for (int d = 0; d < result.length; d++) {
            result[d] = sizes[d < dim ? d : d + 1];
        }
        return result;
    }

    /** The shape to which the arguments broadcast. */
    private static long[] broadcast(MetaContext m, int a, int b) {
        long[] x = m.input(a).sizes();
        long[] y = m.input(b).sizes();
        long[] result = new long[Math.max(x.length, y.length)];
        for (int d = 0; d < result.length; d++) {
            int i = d - result.length + x.length;
            int j = d - result.length + y.length;
            long left = i < 0 ? 1 : x[i];
            long right = j < 0 ? 1 : y[j];
            if (left != right && left != 1 && right != 1) {
                throw m.error(
                        "shapes "
                                + Arrays.toString(x)
                                + " and "
                                + Arrays.toString(y)
                                + " do not broadcast");
            }
            result[d] = left == 1 ? right : left;
        }
        return result;
    }

    private static OperatorDefinition similarity() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                        Schemas.COSINE_SIMILARITY,
                        m -> {
                            DType dtype = floating(m);
                            long[] sizes = broadcast(m, 0, 1);
                            long given = m.attributes(CosineSimilarityAttributes.class).dim();
                            int dim = Metas.dim(m, given, sizes.length);
                            m.compute(Metas.wide(dtype));
                            m.output(0, dtype, sizes.length == 0 ? sizes : without(sizes, dim));
                        });
        return Wide.single(
                definition,
                (c, inputs) -> {
                    var a = c.attributes(CosineSimilarityAttributes.class);
                    Tensor x = Inputs.get(inputs, 0);
                    Tensor y = Inputs.get(inputs, 1);
                    int dims = Math.max(x.dim(), y.dim());
                    long[] dim = {a.dim() < 0 ? a.dim() : a.dim() - Math.max(dims, 1)};
                    try (Tensor product = x.mul(y);
                            Tensor left = inverseNorm(x, product, dim, a.eps());
                            Tensor right = inverseNorm(y, product, dim, a.eps());
                            Tensor sum = product.sum(dim, false);
                            Tensor scaled = sum.mul(left)) {
                        return scaled.mul(right);
                    }
                });
    }

    /** 1 / max(norm, eps), of a vector that is broadcast to the product's shape. */
    private static Tensor inverseNorm(Tensor x, Tensor product, long[] dim, double eps) {
        try (Tensor whole = x.expand(product.sizes());
                Tensor squares = whole.square();
                Tensor sum = squares.sum(dim, false);
                Tensor bounded = sum.clamp(Scalar.of(eps * eps), null)) {
            return bounded.rsqrt();
        }
    }

    private static OperatorDefinition cosineEmbedding() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                                Schemas.COSINE_EMBEDDING_LOSS,
                                m -> {
                                    var a = m.attributes(CosineEmbeddingLossAttributes.class);
                                    DType dtype = Checks.floating(m, 0, "input1");
                                    Checks.dtype(m, 1, "input2", dtype);
                                    long[] sizes = m.input(0).sizes();
                                    Checks.shape(m, 1, "input2", sizes);
                                    if (sizes.length < 1 || sizes.length > 2) {
                                        throw Checks.wrongShape(
                                                m, 0, "input1", "[n, features] or [features]");
                                    }
                                    long[] rows = without(sizes, sizes.length - 1);
                                    Checks.shape(m, 2, "target", rows);
                                    Reduction.check(m, a.reduction());
                                    m.compute(Metas.wide(dtype));
                                    boolean each = a.reduction() == Reduction.NONE;
                                    m.output(0, dtype, each ? rows : new long[0]);
                                })
                        .keepInputs(2);
        return Wide.single(
                definition,
                (c, inputs) -> {
                    var a = c.attributes(CosineEmbeddingLossAttributes.class);
                    Tensor target = Inputs.get(inputs, 2);
                    try (Tensor cos = cosine(Inputs.get(inputs, 0), Inputs.get(inputs, 1));
                            Tensor negative = cos.neg();
                            Tensor apart = negative.add(1L);
                            Tensor shifted = cos.sub(a.margin());
                            Tensor close = shifted.relu();
                            Tensor same = target.ne(1L);
                            Tensor other = target.ne(-1L);
                            Tensor first = apart.maskedFill(same, 0L);
                            Tensor second = close.maskedFill(other, 0L)) {
                        return Reduction.of(first.add(second), a.reduction());
                    }
                });
    }

    private static Tensor cosine(Tensor x, Tensor y) {
        long[] last = {-1};
        try (Tensor product = x.mul(y);
                Tensor dot = product.sum(last, false);
                Tensor left = squares(x, last);
                Tensor right = squares(y, last);
                Tensor both = left.mul(right);
                Tensor inverse = both.rsqrt()) {
            return dot.mul(inverse);
        }
    }

    private static Tensor squares(Tensor x, long[] last) {
        try (Tensor squares = x.square();
                Tensor sum = squares.sum(last, false)) {
            return sum.add(EPSILON);
        }
    }

    private static OperatorDefinition ranking() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                        Schemas.MARGIN_RANKING_LOSS,
                        m ->
                                Reduction.output(
                                        m,
                                        floating(m),
                                        m.attributes(MarginRankingLossAttributes.class)
                                                .reduction()));
        return Wide.single(
                definition,
                (c, inputs) -> {
                    var a = c.attributes(MarginRankingLossAttributes.class);
                    try (Tensor difference = Inputs.get(inputs, 0).sub(Inputs.get(inputs, 1));
                            Tensor ordered = difference.mul(Inputs.get(inputs, 2));
                            Tensor negative = ordered.neg();
                            Tensor shifted = negative.add(a.margin())) {
                        return Reduction.of(shifted.relu(), a.reduction());
                    }
                });
    }

    private static OperatorDefinition hinge() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                                Schemas.HINGE_EMBEDDING_LOSS,
                                m -> {
                                    DType dtype = Checks.floating(m, 0, "self");
                                    long reduction =
                                            m.attributes(HingeEmbeddingLossAttributes.class)
                                                    .reduction();
                                    Reduction.output(m, dtype, reduction);
                                })
                        .keepInputs(1);
        return Wide.single(
                definition,
                (c, inputs) -> {
                    var a = c.attributes(HingeEmbeddingLossAttributes.class);
                    Tensor self = Inputs.get(inputs, 0);
                    Tensor target = Inputs.get(inputs, 1);
                    try (Tensor negative = self.neg();
                            Tensor shifted = negative.add(a.margin());
                            Tensor far = shifted.relu();
                            Tensor one = target.eq(1L);
                            Tensor minus = target.eq(-1L);
                            Tensor zero = Ops.zerosLike(self);
                            Tensor first = Ops.where(one, zero, far);
                            Tensor second = Ops.where(minus, zero, self)) {
                        return Reduction.of(first.add(second), a.reduction());
                    }
                });
    }

    private static OperatorDefinition triplet() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                        Schemas.TRIPLET_MARGIN_LOSS,
                        m -> {
                            var a = m.attributes(TripletMarginLossAttributes.class);
                            DType dtype = floating(m);
                            long[] sizes = m.input(0).sizes();
                            Checks.shape(m, 1, "positive", sizes);
                            Checks.shape(m, 2, "negative", sizes);
                            if (sizes.length == 0 || !(a.p() > 0)) {
                                throw m.error(
                                        "expected anchor with at least one dimension and p above"
                                                + " 0, got "
                                                + Arrays.toString(sizes)
                                                + " and "
                                                + a.p());
                            }
                            Reduction.check(m, a.reduction());
                            m.compute(Metas.wide(dtype));
                            boolean each = a.reduction() == Reduction.NONE;
                            m.output(
                                    0,
                                    dtype,
                                    each ? without(sizes, sizes.length - 1) : new long[0]);
                        });
        return Wide.single(
                definition,
                (c, inputs) -> {
                    var a = c.attributes(TripletMarginLossAttributes.class);
                    Tensor anchor = Inputs.get(inputs, 0);
                    Tensor positive = Inputs.get(inputs, 1);
                    Tensor negative = Inputs.get(inputs, 2);
                    try (Tensor near = distance(anchor, positive, a);
                            Tensor far = distance(anchor, negative, a);
                            Tensor swapped =
                                    a.swap()
                                            ? distance(positive, negative, a)
                                            : far.view(far.sizes());
                            Tensor nearest = far.minimum(swapped);
                            Tensor difference = near.sub(a.swap() ? nearest : far);
                            Tensor shifted = difference.add(a.margin())) {
                        return Reduction.of(shifted.relu(), a.reduction());
                    }
                });
    }

    /** {@code (sum |x - y + eps|^p)^(1/p)} over the last dimension. */
    private static Tensor distance(Tensor x, Tensor y, TripletMarginLossAttributes a) {
        long[] last = {-1};
        try (Tensor difference = x.sub(y);
                Tensor shifted = difference.add(a.eps());
                Tensor size = shifted.abs();
                Tensor powers = size.pow(a.p());
                Tensor sum = powers.sum(last, false)) {
            return sum.pow(1 / a.p());
        }
    }
}
