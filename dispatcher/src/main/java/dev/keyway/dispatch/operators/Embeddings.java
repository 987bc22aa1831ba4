// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.EmbeddingAttributes;
import dev.keyway.attributes.EmbeddingDenseBackwardAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.GradientContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of a table by their numbers. Renormalizing the table (max_norm) is not supported. */
@AutoService(OperatorFamily.class)
public final class Embeddings implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(embedding(), backward());
    }

    private static void integers(MetaContext m) {
        DType dtype = m.input(1).dtype();
        if (dtype != DType.I64 && dtype != DType.I32) {
            throw m.error(
                    "argument 'indices' has dtype "
                            + dtype
                            + ", expected i64; convert it with to(DType.I64)");
        }
    }

    private static OperatorDefinition embedding() {
        OperatorDefinition definition =
                OperatorDefinition.of(Schemas.EMBEDDING, Embeddings::meta)
                        .keepInputs(1)
                        .gradient(Saved.inputs(1), Embeddings::gradient);
        return Wide.single(
                definition,
                (c, inputs) -> {
                    try (Tensor list = list(Inputs.get(inputs, 1));
                            Tensor rows = Inputs.get(inputs, 0).indexSelect(0, list)) {
                        return rows.view(c.outputSizes(0));
                    }
                });
    }

    private static void meta(MetaContext m) {
        integers(m);
        Tensor weight = m.input(0);
        if (weight.dim() != 2) {
            throw Checks.wrongShape(m, 0, "weight", "[numbers, features]");
        }
        if (m.attributes(EmbeddingAttributes.class).sparse()) {
            throw m.error("sparse gradients are not supported; leave sparse false");
        }
        long[] indices = m.input(1).sizes();
        long[] out = Arrays.copyOf(indices, indices.length + 1);
        out[indices.length] = weight.size(1);
        m.compute(Metas.wide(weight.dtype()));
        m.output(0, weight.dtype(), out);
    }

    private static Tensor list(Tensor indices) {
        try (Tensor numbers = Wide.as(indices.view(indices.sizes()), DType.I64)) {
            return numbers.reshape(numbers.numel());
        }
    }

    private static void gradient(GradientContext g) {
        var a = g.attributes(EmbeddingAttributes.class);
        g.set(
                0,
                Ops.embeddingDenseBackward(
                        g.grad(),
                        g.input(1),
                        g.inputSizes(0)[0],
                        a.paddingIdx(),
                        a.scaleGradByFreq()));
    }

    private static OperatorDefinition backward() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                                Schemas.EMBEDDING_DENSE_BACKWARD,
                                m -> {
                                    var a = m.attributes(EmbeddingDenseBackwardAttributes.class);
                                    integers(m);
                                    DType dtype = Checks.floating(m, 0, "grad_output");
                                    long[] sizes = m.input(0).sizes();
                                    m.compute(Metas.wide(dtype));
                                    m.output(
                                            0,
                                            dtype,
                                            new long[] {a.numWeights(), sizes[sizes.length - 1]});
                                })
                        .keepInputs(1);
        return Wide.single(definition, Embeddings::sums);
    }

    /** Adds up what the same rows got; those of the padding get nothing. */
    private static Tensor sums(CompositeContext c, @Nullable Tensor[] inputs) {
        var a = c.attributes(EmbeddingDenseBackwardAttributes.class);
        Tensor grad = Inputs.get(inputs, 0);
        try (Tensor list = list(Inputs.get(inputs, 1));
                Tensor rows = grad.reshape(list.numel(), grad.size(-1));
                Tensor padding = list.eq(a.paddingIdx());
                Tensor column = padding.unsqueeze(1);
                Tensor own = rows.maskedFill(column, 0L);
                Tensor shares = a.scaleGradByFreq() ? shares(own, list, a) : own.view(own.sizes());
                Tensor zero = Matrix.zeros(grad, c.outputSizes(0))) {
            return zero.indexAdd(0, list, shares);
        }
    }

    /** Divided by how often each row was asked for. */
    private static Tensor shares(Tensor rows, Tensor list, EmbeddingDenseBackwardAttributes a) {
        try (Tensor zero = Ops.zeros(rows.device(), rows.dtype(), a.numWeights());
                Tensor ones = Ops.ones(rows.device(), rows.dtype(), list.numel());
                Tensor counts = zero.indexAdd(0, list, ones);
                Tensor own = counts.indexSelect(0, list);
                Tensor column = own.unsqueeze(1)) {
            return rows.div(column);
        }
    }
}
