// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.AddbmmAttributes;
import dev.keyway.attributes.AddmvAttributes;
import dev.keyway.attributes.AddrAttributes;
import dev.keyway.attributes.BaddbmmAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code beta * self + alpha * product}: computed in the compute dtype and rounded once. With beta
 * 0 self is ignored, so that what is not a number in it does not spread.
 */
@AutoService(OperatorFamily.class)
public final class ScaledSums implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(addmv(), addr(), addbmm(), baddbmm());
    }

    /** Fails where a real factor meets integers. */
    static void factors(MetaContext m, Scalar beta, Scalar alpha) {
        if (m.input(0).dtype().isFloating()) {
            return;
        }
        if (beta.dtype().isFloating() || alpha.dtype().isFloating()) {
            throw m.error(
                    "arguments 'beta' "
                            + beta
                            + " and 'alpha' "
                            + alpha
                            + " must be integers for dtype "
                            + m.input(0).dtype());
        }
    }

    private static boolean isOne(Scalar scalar) {
        return scalar.doubleValue() == 1.0;
    }

    /** The scaled sum in the result's dtype; {@code product} is in the compute dtype. */
    static Tensor sum(
            CompositeContext c, @Nullable Tensor self, Scalar beta, Tensor product, Scalar alpha) {
        if (c.dtype() == DType.BOOL) {
            return truths(c, self, beta.doubleValue() != 0, product, alpha.doubleValue() != 0);
        }
        try (Temporaries t = new Temporaries()) {
            Tensor scaled = isOne(alpha) ? product : t.keep(product.mul(alpha));
            Tensor sum = scaled;
            if (self != null && beta.doubleValue() != 0) {
                Tensor wide = t.converted(self, c.dtype());
                Tensor addend = isOne(beta) ? wide : t.keep(wide.mul(beta));
                sum = t.keep(scaled.add(addend));
            }
            DType dtype = c.outputDType(0);
            return sum.dtype() == dtype ? sum.view(sum.sizes()) : sum.to(dtype);
        }
    }

    private static Tensor truths(
            CompositeContext c,
            @Nullable Tensor self,
            boolean beta,
            Tensor product,
            boolean alpha) {
        try (Temporaries t = new Temporaries()) {
            Tensor sum = alpha ? product : t.keep(Ops.zerosLike(product));
            if (self != null && beta) {
                sum = t.keep(sum.logicalOr(self));
            }
            return sum.view(sum.sizes());
        }
    }

    private static void finish(MetaContext m, long[] sizes, Scalar beta, Scalar alpha) {
        DType dtype = m.input(0).dtype();
        Matrix.broadcasts(m, sizes);
        factors(m, beta, alpha);
        m.compute(Metas.wide(dtype));
        m.output(dtype, sizes);
    }

    private static OperatorDefinition addmv() {
        return OperatorDefinition.of(
                        Schemas.ADDMV,
                        m -> {
                            AddmvAttributes a = m.attributes(AddmvAttributes.class);
                            Matrix.dims(m, 1, "mat", 2);
                            Matrix.dims(m, 2, "vec", 1);
                            Matrix.sameDType(m, 1, 2);
                            Matrix.sameDType(m, 0, 1);
                            VectorProducts.inner(m, m.input(1), m.input(2));
                            finish(m, new long[] {m.input(1).size(0)}, a.beta(), a.alpha());
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            AddmvAttributes a = c.attributes(AddmvAttributes.class);
                            try (Temporaries t = new Temporaries()) {
                                Tensor mat = t.converted(Inputs.get(inputs, 1), c.dtype());
                                Tensor vec = t.converted(Inputs.get(inputs, 2), c.dtype());
                                Tensor product = t.keep(mat.mv(vec));
                                return sum(c, inputs[0], a.beta(), product, a.alpha());
                            }
                        });
    }

    private static OperatorDefinition addr() {
        return OperatorDefinition.of(
                        Schemas.ADDR,
                        m -> {
                            AddrAttributes a = m.attributes(AddrAttributes.class);
                            Matrix.dims(m, 1, "vec1", 1);
                            Matrix.dims(m, 2, "vec2", 1);
                            if (m.input(0).dtype() != DType.BOOL) {
                                Matrix.sameDType(m, 1, 2);
                            }
                            Checks.dtype(m, 1, "vec1", m.input(0).dtype());
                            Checks.dtype(m, 2, "vec2", m.input(0).dtype());
                            long[] sizes = {m.input(1).size(0), m.input(2).size(0)};
                            finish(m, sizes, a.beta(), a.alpha());
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            AddrAttributes a = c.attributes(AddrAttributes.class);
                            try (Temporaries t = new Temporaries()) {
                                Tensor vec1 = t.converted(Inputs.get(inputs, 1), c.dtype());
                                Tensor vec2 = t.converted(Inputs.get(inputs, 2), c.dtype());
                                Tensor product = t.keep(vec1.outer(vec2));
                                return sum(c, inputs[0], a.beta(), product, a.alpha());
                            }
                        });
    }

    private static long[] batches(MetaContext m) {
        Matrix.dims(m, 1, "batch1", 3);
        Matrix.dims(m, 2, "batch2", 3);
        Matrix.sameDType(m, 1, 2);
        Matrix.sameDType(m, 0, 1);
        Tensor a = m.input(1);
        Tensor b = m.input(2);
        Matrix.inner(m, a, b);
        if (a.size(0) != b.size(0)) {
            throw m.error(
                    "arguments 'batch1' "
                            + Arrays.toString(a.sizes())
                            + " and 'batch2' "
                            + Arrays.toString(b.sizes())
                            + " have different numbers of matrices");
        }
        return new long[] {a.size(0), a.size(1), b.size(2)};
    }

    private static OperatorDefinition addbmm() {
        return OperatorDefinition.of(
                        Schemas.ADDBMM,
                        m -> {
                            AddbmmAttributes a = m.attributes(AddbmmAttributes.class);
                            long[] sizes = batches(m);
                            finish(m, new long[] {sizes[1], sizes[2]}, a.beta(), a.alpha());
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            AddbmmAttributes a = c.attributes(AddbmmAttributes.class);
                            try (Temporaries t = new Temporaries()) {
                                Tensor product =
                                        t.keep(
                                                summedBatches(
                                                        t.converted(
                                                                Inputs.get(inputs, 1), c.dtype()),
                                                        t.converted(
                                                                Inputs.get(inputs, 2), c.dtype())));
                                return sum(c, inputs[0], a.beta(), product, a.alpha());
                            }
                        });
    }

    /** The sum of the products of all pairs is one product with the batches side by side. */
    private static Tensor summedBatches(Tensor left, Tensor right) {
        try (Temporaries t = new Temporaries()) {
            Tensor rows = t.keep(left.permute(1, 0, 2));
            long steps = left.size(0) * left.size(2);
            Tensor wide = t.keep(rows.reshape(left.size(1), steps));
            Tensor tall = t.keep(right.reshape(steps, right.size(2)));
            return wide.mm(tall);
        }
    }

    private static OperatorDefinition baddbmm() {
        return OperatorDefinition.of(
                        Schemas.BADDBMM,
                        m -> {
                            BaddbmmAttributes a = m.attributes(BaddbmmAttributes.class);
                            finish(m, batches(m), a.beta(), a.alpha());
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            BaddbmmAttributes a = c.attributes(BaddbmmAttributes.class);
                            try (Temporaries t = new Temporaries()) {
                                Tensor left = t.converted(Inputs.get(inputs, 1), c.dtype());
                                Tensor right = t.converted(Inputs.get(inputs, 2), c.dtype());
                                Tensor product = t.keep(left.bmm(right));
                                return sum(c, inputs[0], a.beta(), product, a.alpha());
                            }
                        });
    }
}
