// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.AddmmAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products. Sums accumulate in the compute dtype or wider, in an order that the kernel
 * fixes.
 */
@AutoService(OperatorFamily.class)
public final class Matrix implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(mm(), bmm(), MatmulDefinition.define(), addmm(), linear());
    }

    /** Fails unless both arguments have the same dtype, which must not be bool. */
    static DType sameDType(MetaContext m, int a, int b) {
        DType dtype = m.input(a).dtype();
        if (m.input(b).dtype() != dtype) {
            throw m.error(
                    "the matrices have dtypes "
                            + dtype
                            + " and "
                            + m.input(b).dtype()
                            + "; convert one with to(dtype)");
        }
        if (dtype == DType.BOOL) {
            throw m.error("is not defined for bool; convert with to(dtype)");
        }
        return dtype;
    }

    static void dims(MetaContext m, int input, String name, int expected) {
        if (m.input(input).dim() != expected) {
            throw m.error(
                    "argument '"
                            + name
                            + "' has shape "
                            + Arrays.toString(m.input(input).sizes())
                            + ", expected "
                            + expected
                            + " dimensions");
        }
    }

    /** Fails unless the columns of one are the rows of the other. */
    static void inner(MetaContext m, Tensor a, Tensor b) {
        if (a.size(-1) != b.size(-2)) {
            throw m.error(
                    "shapes "
                            + Arrays.toString(a.sizes())
                            + " and "
                            + Arrays.toString(b.sizes())
                            + " can't be multiplied: "
                            + a.size(-1)
                            + " columns, "
                            + b.size(-2)
                            + " rows");
        }
    }

    private static OperatorDefinition mm() {
        return OperatorDefinition.of(
                        Schemas.MM,
                        m -> {
                            dims(m, 0, "self", 2);
                            dims(m, 1, "mat2", 2);
                            DType dtype = sameDType(m, 0, 1);
                            inner(m, m.input(0), m.input(1));
                            m.compute(Metas.wide(dtype));
                            m.output(dtype, m.input(0).size(0), m.input(1).size(1));
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            try (Tensor a = Inputs.get(inputs, 0).unsqueeze(0);
                                    Tensor b = Inputs.get(inputs, 1).unsqueeze(0);
                                    Tensor product = product(c, a, b);
                                    Tensor flat = product.view(c.outputSizes(0))) {
                                return flat.detach();
                            }
                        })
                .gradient(
                        Saved.inputs(0, 1),
                        g -> {
                            if (g.needs(0)) {
                                try (Tensor t = g.input(1).t()) {
                                    g.set(0, g.grad().mm(t));
                                }
                            }
                            if (g.needs(1)) {
                                try (Tensor t = g.input(0).t()) {
                                    g.set(1, t.mm(g.grad()));
                                }
                            }
                        });
    }

    /** The batched product in the compute dtype, narrowed to the result's. */
    private static Tensor product(CompositeContext c, Tensor a, Tensor b) {
        Tensor x = a.to(c.dtype());
        Tensor y = b.to(c.dtype());
        try {
            Tensor wide = c.matmul(x, y);
            if (wide.dtype() == c.outputDType(0)) {
                return wide;
            }
            try (wide) {
                return wide.to(c.outputDType(0));
            }
        } finally {
            if (x != a) {
                x.close();
            }
            if (y != b) {
                y.close();
            }
        }
    }

    private static OperatorDefinition bmm() {
        return OperatorDefinition.of(
                        Schemas.BMM,
                        m -> {
                            dims(m, 0, "self", 3);
                            dims(m, 1, "mat2", 3);
                            DType dtype = sameDType(m, 0, 1);
                            inner(m, m.input(0), m.input(1));
                            if (m.input(0).size(0) != m.input(1).size(0)) {
                                throw m.error(
                                        "batch sizes "
                                                + m.input(0).size(0)
                                                + " and "
                                                + m.input(1).size(0)
                                                + " differ; use matmul to broadcast");
                            }
                            m.compute(Metas.wide(dtype));
                            m.output(
                                    dtype,
                                    m.input(0).size(0),
                                    m.input(0).size(1),
                                    m.input(1).size(2));
                        })
                .compositeSingle(
                        (c, inputs) -> product(c, Inputs.get(inputs, 0), Inputs.get(inputs, 1)))
                .gradient(
                        Saved.inputs(0, 1),
                        g -> {
                            if (g.needs(0)) {
                                try (Tensor t = g.input(1).transpose(1, 2)) {
                                    g.set(0, g.grad().bmm(t));
                                }
                            }
                            if (g.needs(1)) {
                                try (Tensor t = g.input(0).transpose(1, 2)) {
                                    g.set(1, t.bmm(g.grad()));
                                }
                            }
                        });
    }

    /** Fails unless the first argument broadcasts to the product's shape. */
    static void broadcasts(MetaContext m, long[] sizes) {
        Tensor self = m.input(0);
        boolean fits = self.dim() <= sizes.length;
        for (int d = 1; fits && d <= self.dim(); d++) {
            fits = self.size(-d) == 1 || self.size(-d) == sizes[sizes.length - d];
        }
        if (!fits) {
            throw m.error(
                    "argument 'self' with shape "
                            + Arrays.toString(self.sizes())
                            + " does not broadcast to the product's shape "
                            + Arrays.toString(sizes));
        }
    }

    private static OperatorDefinition addmm() {
        return OperatorDefinition.of(
                        Schemas.ADDMM,
                        m -> {
                            dims(m, 1, "mat1", 2);
                            dims(m, 2, "mat2", 2);
                            DType dtype = sameDType(m, 1, 2);
                            sameDType(m, 0, 1);
                            inner(m, m.input(1), m.input(2));
                            long[] sizes = {m.input(1).size(0), m.input(2).size(1)};
                            broadcasts(m, sizes);
                            AddmmAttributes a = m.attributes(AddmmAttributes.class);
                            ScaledSums.factors(m, a.beta(), a.alpha());
                            m.compute(Metas.wide(dtype));
                            m.output(dtype, sizes);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            AddmmAttributes a = c.attributes(AddmmAttributes.class);
                            try (Temporaries t = new Temporaries()) {
                                Tensor left = t.converted(Inputs.get(inputs, 1), c.dtype());
                                Tensor right = t.converted(Inputs.get(inputs, 2), c.dtype());
                                Tensor product = t.keep(left.mm(right));
                                return ScaledSums.sum(c, inputs[0], a.beta(), product, a.alpha());
                            }
                        });
    }

    private static OperatorDefinition linear() {
        return OperatorDefinition.of(
                        Schemas.LINEAR,
                        m -> {
                            dims(m, 1, "weight", 2);
                            DType dtype = sameDType(m, 0, 1);
                            Tensor input = m.input(0);
                            Tensor weight = m.input(1);
                            if (input.dim() == 0 || input.size(-1) != weight.size(1)) {
                                throw m.error(
                                        "argument 'input' has shape "
                                                + Arrays.toString(input.sizes())
                                                + ", expected a last dimension of "
                                                + weight.size(1)
                                                + " as in weight "
                                                + Arrays.toString(weight.sizes()));
                            }
                            bias(m, weight.size(0));
                            long[] sizes = input.sizes();
                            sizes[sizes.length - 1] = weight.size(0);
                            m.compute(Metas.wide(dtype));
                            m.output(dtype, sizes);
                        })
                .compositeSingle((c, inputs) -> linear(c, inputs))
                .gradient(Saved.inputs(0, 1), Matrix::linearGradient);
    }

    /** Fails unless the third argument, where given, has one element for each output feature. */
    static void bias(MetaContext m, long features) {
        Tensor bias = m.inputOrNull(2);
        if (bias != null && (bias.dim() != 1 || bias.size(0) != features)) {
            throw m.error(
                    "argument 'bias' has shape "
                            + Arrays.toString(bias.sizes())
                            + ", expected ["
                            + features
                            + "]");
        }
    }

    private static Tensor linear(CompositeContext c, @Nullable Tensor[] inputs) {
        Tensor bias = inputs[2];
        Tensor weight = Inputs.get(inputs, 1);
        try (Tensor rows = Inputs.get(inputs, 0).reshape(-1L, weight.size(1));
                Tensor columns = weight.t();
                Tensor product = rows.mm(columns)) {
            if (bias == null) {
                try (Tensor shaped = product.view(c.outputSizes(0))) {
                    return shaped.detach();
                }
            }
            try (Tensor sum = product.add(bias);
                    Tensor shaped = sum.view(c.outputSizes(0))) {
                return shaped.detach();
            }
        }
    }

    private static void linearGradient(dev.keyway.operator.GradientContext g) {
        long[] weightSizes = g.inputSizes(1);
        try (Tensor grad = g.grad().reshape(-1L, weightSizes[0])) {
            if (g.needs(0)) {
                try (Tensor rows = grad.mm(g.input(1))) {
                    g.set(0, rows.reshape(g.inputSizes(0)));
                }
            }
            if (g.needs(1)) {
                try (Tensor t = grad.t();
                        Tensor rows = g.input(0).reshape(-1L, weightSizes[1])) {
                    g.set(1, t.mm(rows));
                }
            }
            if (g.needs(2)) {
                g.set(2, grad.sum(0));
            }
        }
    }

    static Tensor zeros(Tensor like, long... sizes) {
        return Ops.zeros(like.device(), like.dtype(), sizes);
    }
}
