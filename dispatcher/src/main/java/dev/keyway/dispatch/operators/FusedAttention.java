// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.ScaledDotProductFlashAttentionForCpuAttributes;
import dev.keyway.attributes.ScaledDotProductFlashAttentionForCpuBackwardAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.GradientContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attention of {@code [batch, heads, queries or keys, features]} whose scores are never all there,
 * with the logarithm of each query's sum, from which the gradient computes them again.
 */
@AutoService(OperatorFamily.class)
public final class FusedAttention implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(forward(), backward());
    }

    private static void check(MetaContext m, int mask) {
        if (m.input(0).dim() != 4) {
            throw Checks.wrongShape(m, 0, "query", "[batch, heads, queries, features]");
        }
        AttentionShapes.check(m, mask, false);
    }

    private static OperatorDefinition forward() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                                Schemas._SCALED_DOT_PRODUCT_FLASH_ATTENTION_FOR_CPU,
                                m -> {
                                    check(m, 3);
                                    Tensor q = m.input(0);
                                    DType wide = Metas.wide(q.dtype());
                                    m.compute(wide);
                                    AttentionShapes.output(m);
                                    long[] rows = {q.size(0), q.size(1), q.size(2)};
                                    m.output(1, wide, rows);
                                })
                        .differentiable(0)
                        .gradient(Saved.inputs(0, 1, 2, 3).andOutputs(1), FusedAttention::gradient);
        return Wide.several(definition, FusedAttention::compute);
    }

    private static Tensor[] compute(CompositeContext c, @Nullable Tensor[] inputs) {
        var a = c.attributes(ScaledDotProductFlashAttentionForCpuAttributes.class);
        Tensor query = Inputs.get(inputs, 0);
        Tensor key = Inputs.get(inputs, 1);
        Tensor value = Inputs.get(inputs, 2);
        double scale = AttentionShapes.scale(a.scale(), query);
        Tensor sums = sums(query, key, inputs[3], a);
        Tensor out =
                AttentionBlocks.each(
                        query,
                        key,
                        inputs[3],
                        (rows, mask, start) -> {
                            try (Tensor scores =
                                            AttentionBlocks.scores(
                                                    rows, key, mask, scale, a.isCausal(), start);
                                    Tensor weights = AttentionBlocks.weights(scores)) {
                                return weights.matmul(value);
                            }
                        });
        return new Tensor[] {out, sums};
    }

    /** The logarithm of the sum of each query's exponentials. */
    private static Tensor sums(
            Tensor query,
            Tensor key,
            @Nullable Tensor masks,
            ScaledDotProductFlashAttentionForCpuAttributes a) {
        double scale = AttentionShapes.scale(a.scale(), query);
        try (Tensor column =
                AttentionBlocks.each(
                        query,
                        key,
                        masks,
                        (rows, mask, start) -> {
                            try (Tensor scores =
                                    AttentionBlocks.scores(
                                            rows, key, mask, scale, a.isCausal(), start)) {
                                return AttentionBlocks.logSumExp(scores);
                            }
                        })) {
            return column.squeeze(-1L);
        }
    }

    private static void gradient(GradientContext g) {
        var a = g.attributes(ScaledDotProductFlashAttentionForCpuAttributes.class);
        boolean again = Checks.recorded(g.input(0)) || Checks.recorded(g.input(1));
        try (Tensor sums =
                again ? sums(g.input(0), g.input(1), g.inputOrNull(3), a) : g.output(1).detach()) {
            var all =
                    Ops._scaledDotProductFlashAttentionForCpuBackward(
                            g.grad(),
                            g.input(0),
                            g.input(1),
                            g.input(2),
                            sums,
                            a.isCausal(),
                            g.inputOrNull(3),
                            a.scale());
            g.set(0, all.gradQuery());
            g.set(1, all.gradKey());
            g.set(2, all.gradValue());
        }
    }

    private static OperatorDefinition backward() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                        Schemas._SCALED_DOT_PRODUCT_FLASH_ATTENTION_FOR_CPU_BACKWARD,
                        m -> {
                            DType dtype = m.input(1).dtype();
                            m.compute(Metas.wide(dtype));
                            for (int i = 0; i < 3; i++) {
                                m.output(i, dtype, m.input(i + 1).sizes());
                            }
                        });
        return Wide.several(
                definition,
                (c, inputs) ->
                        FusedAttentionBackward.compute(
                                inputs,
                                c.attributes(
                                        ScaledDotProductFlashAttentionForCpuBackwardAttributes
                                                .class)));
    }
}
