// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.CdistAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.GradientContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Distances of all pairs of rows in a p norm. Rows of x1 are taken in blocks, so that the
 * differences never take much more memory than the result.
 */
@AutoService(OperatorFamily.class)
public final class Distances implements OperatorFamily {
    /** Differences in memory at one time. */
    private static final long BLOCK = 1 << 22;

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(cdist());
    }

    private static OperatorDefinition cdist() {
        return OperatorDefinition.of(
                        Schemas.CDIST,
                        m -> {
                            Tensor a = m.input(0);
                            Tensor b = m.input(1);
                            DType dtype = Matrix.sameDType(m, 0, 1);
                            double p = m.attributes(CdistAttributes.class).p();
                            if (!dtype.isFloating()) {
                                throw m.error(
                                        "is defined for floating dtypes, got "
                                                + dtype
                                                + "; convert with to(dtype)");
                            }
                            if (!(p >= 0)) {
                                throw m.error("argument 'p' is " + p + ", must not be negative");
                            }
                            if (a.dim() < 2 || b.dim() < 2 || a.size(-1) != b.size(-1)) {
                                throw m.error(
                                        "arguments 'x1' "
                                                + Arrays.toString(a.sizes())
                                                + " and 'x2' "
                                                + Arrays.toString(b.sizes())
                                                + " must be matrices with rows of one length");
                            }
                            long[] batch =
                                    Broadcasts.sizes(
                                            m,
                                            Arrays.copyOf(a.sizes(), a.dim() - 2),
                                            Arrays.copyOf(b.sizes(), b.dim() - 2));
                            long[] sizes = Arrays.copyOf(batch, batch.length + 2);
                            sizes[batch.length] = a.size(-2);
                            sizes[batch.length + 1] = b.size(-2);
                            m.compute(Metas.wide(dtype));
                            m.output(dtype, sizes);
                        })
                .compositeSingle(Distances::distances)
                .gradient(Saved.inputs(0, 1).andOutputs(0), Distances::backward);
    }

    private static Tensor distances(CompositeContext c, @Nullable Tensor[] inputs) {
        double p = c.attributes(CdistAttributes.class).p();
        try (Temporaries t = new Temporaries()) {
            Tensor a = t.converted(Inputs.get(inputs, 0), c.dtype());
            Tensor b = t.converted(Inputs.get(inputs, 1), c.dtype());
            long rows = a.size(-2);
            long[] sizes = c.outputSizes(0);
            long each = Metas.product(sizes) / Math.max(rows, 1) * a.size(-1);
            long block = Math.max(1, BLOCK / Math.max(each, 1));
            if (Metas.product(sizes) == 0 || a.size(-1) == 0) {
                return Ops.zeros(c.device(), c.outputDType(0), sizes);
            }
            List<Tensor> parts = new ArrayList<>();
            for (long row = 0; row < rows; row += block) {
                Tensor part = t.keep(a.narrow(-2, row, Math.min(block, rows - row)));
                parts.add(t.keep(between(part, b, p)));
            }
            Tensor all = parts.size() == 1 ? parts.getFirst() : t.keep(Ops.cat(parts, -2));
            return all.dtype() == c.outputDType(0)
                    ? t.keep(all.view(all.sizes())).detach()
                    : all.to(c.outputDType(0));
        }
    }

    private static Tensor between(Tensor a, Tensor b, double p) {
        try (Temporaries t = new Temporaries()) {
            Tensor difference = t.keep(t.keep(a.unsqueeze(-2)).sub(t.keep(b.unsqueeze(-3))));
            if (p == 2) {
                return t.keep(t.keep(difference.square()).sum(-1)).sqrt();
            }
            if (p == 0) {
                Tensor different = t.converted(t.keep(difference.ne(0L)), a.dtype());
                return different.sum(-1);
            }
            Tensor size = t.keep(difference.abs());
            if (p == 1) {
                return size.sum(-1);
            }
            if (Double.isInfinite(p)) {
                return size.amax(-1);
            }
            Tensor sum = t.keep(t.keep(size.pow(Scalar.of(p))).sum(-1));
            return sum.pow(Scalar.of(1 / p));
        }
    }

    /** The gradient of each distance along the difference, summed over the other's rows. */
    private static void backward(GradientContext g) {
        double p = g.attributes(CdistAttributes.class).p();
        try (Temporaries t = new Temporaries()) {
            Tensor difference =
                    t.keep(t.keep(g.input(0).unsqueeze(-2)).sub(t.keep(g.input(1).unsqueeze(-3))));
            Tensor slope = t.keep(slope(t, difference, t.keep(g.output(0).unsqueeze(-1)), p));
            Tensor each = t.keep(slope.mul(t.keep(g.grad().unsqueeze(-1))));
            if (g.needs(0)) {
                g.set(0, each.sum(-2));
            }
            if (g.needs(1)) {
                g.set(1, t.keep(each.sum(-3)).neg());
            }
        }
    }

    private static Tensor slope(Temporaries t, Tensor difference, Tensor distance, double p) {
        if (p == 0) {
            return Ops.zerosLike(difference);
        }
        Tensor sign = t.keep(difference.sign());
        if (p == 1) {
            return sign.view(sign.sizes());
        }
        Tensor size = t.keep(difference.abs());
        if (Double.isInfinite(p)) {
            return sign.mul(t.converted(t.keep(size.eq(distance)), sign.dtype()));
        }
        Tensor none = t.keep(distance.eq(0L));
        Tensor divisor = t.keep(distance.maskedFill(none, Scalar.ONE));
        if (p == 2) {
            return difference.div(divisor);
        }
        Tensor same = t.keep(size.eq(0L));
        Tensor safe = t.keep(size.maskedFill(same, Scalar.ONE));
        Tensor share = t.keep(t.keep(safe.div(divisor)).pow(Scalar.of(p - 1)));
        return share.mul(sign);
    }
}
