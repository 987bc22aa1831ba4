// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.ScaledDotProductAttentionAttributes;
import dev.keyway.attributes.ScaledDotProductFlashAttentionForCpuAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scaled dot product attention (Vaswani and others, "Attention Is All You Need", 2017): without
 * dropout through the fused operator, else block by block with the weights dropped.
 */
@AutoService(OperatorFamily.class)
public final class Attention implements OperatorFamily {
    private static final Scalar LOWEST = Scalar.of(Double.NEGATIVE_INFINITY);

    @Override
    public List<OperatorDefinition> definitions() {
        OperatorDefinition definition =
                OperatorDefinition.of(Schemas.SCALED_DOT_PRODUCT_ATTENTION, Attention::meta)
                        .keepInputs(3);
        return List.of(Wide.single(definition, Attention::compute));
    }

    private static void meta(MetaContext m) {
        var a = m.attributes(ScaledDotProductAttentionAttributes.class);
        AttentionShapes.check(m, 3, a.enableGqa());
        if (!(a.dropoutP() >= 0 && a.dropoutP() <= 1)) {
            throw m.error("argument 'dropout_p' is " + a.dropoutP() + ", expected from 0 to 1");
        }
        if (a.isCausal() && m.inputOrNull(3) != null) {
            throw m.error("is_causal and attn_mask can't be given together");
        }
        m.compute(Metas.wide(m.input(0).dtype()));
        AttentionShapes.output(m);
    }

    private static Tensor compute(CompositeContext c, @Nullable Tensor[] inputs) {
        var a = c.attributes(ScaledDotProductAttentionAttributes.class);
        Tensor query = Inputs.get(inputs, 0);
        long[] out = c.outputSizes(0);
        if (Metas.product(out) == 0 || Inputs.get(inputs, 1).size(-2) == 0) {
            return Matrix.zeros(query, out);
        }
        if (isReady(inputs, a)) {
            return fused(query, Inputs.get(inputs, 1), Inputs.get(inputs, 2), inputs[3], a);
        }
        try (Temporaries made = new Temporaries()) {
            Tensor key = heads(made, Inputs.get(inputs, 1), query);
            Tensor value = heads(made, Inputs.get(inputs, 2), query);
            Tensor mask = additive(c, made, inputs[3], query.dtype());
            boolean learned = mask != null && mask.requiresGrad();
            if (a.dropoutP() > 0 || learned) {
                return plain(query, key, value, mask, a);
            }
            Tensor q = four(made, query);
            Tensor k = four(made, key);
            Tensor v = four(made, value);
            Tensor wide = mask == null ? null : four(made, mask, query);
            Tensor output = fused(q, k, v, wide, a);
            return out.length == 4 ? output : made.keep(output).reshape(out);
        }
    }

    /** Whether the fused operator takes the arguments as they are. */
    private static boolean isReady(
            @Nullable Tensor[] inputs, ScaledDotProductAttentionAttributes a) {
        Tensor query = Inputs.get(inputs, 0);
        Tensor key = Inputs.get(inputs, 1);
        Tensor value = Inputs.get(inputs, 2);
        Tensor mask = inputs[3];
        boolean added =
                mask == null
                        || mask.dim() == 4 && mask.dtype() == query.dtype() && !mask.requiresGrad();
        return added
                && a.dropoutP() == 0
                && query.dim() == 4
                && key.dim() == 4
                && value.dim() == 4
                && key.size(1) == query.size(1)
                && value.size(1) == query.size(1);
    }

    /** Repeats the heads of keys and values for groups of queries. */
    private static Tensor heads(Temporaries made, Tensor tensor, Tensor query) {
        int n = tensor.dim();
        if (n < 3 || tensor.size(n - 3) == query.size(n - 3)) {
            return tensor;
        }
        long[] sizes = tensor.sizes();
        long repeats = query.size(n - 3) / sizes[n - 3];
        long[] wide = new long[n + 1];
        System.arraycopy(sizes, 0, wide, 0, n - 2);
        wide[n - 2] = repeats;
        System.arraycopy(sizes, n - 2, wide, n - 1, 2);
        long[] joined = sizes.clone();
        joined[n - 3] *= repeats;
        try (Tensor one = tensor.unsqueeze(n - 2);
                Tensor all = one.expand(wide)) {
            return made.keep(all.reshape(joined));
        }
    }

    /** A mask to add: negative infinity where a truth value hides the key. */
    private static @Nullable Tensor additive(
            CompositeContext c, Temporaries made, @Nullable Tensor mask, DType dtype) {
        if (mask == null || mask.dtype() != DType.BOOL) {
            return mask == null ? null : made.converted(mask, dtype);
        }
        Tensor seen = made.keep(c.fill(c.empty(dtype), Scalar.ZERO));
        Tensor hidden = made.keep(c.fill(c.empty(dtype), LOWEST));
        return made.keep(Ops.where(mask, seen, hidden));
    }

    private static Tensor plain(
            Tensor query,
            Tensor key,
            Tensor value,
            @Nullable Tensor mask,
            ScaledDotProductAttentionAttributes a) {
        double scale = AttentionShapes.scale(a.scale(), query);
        return AttentionBlocks.each(
                query,
                key,
                mask,
                (rows, own, start) -> {
                    try (Tensor scores =
                                    AttentionBlocks.scores(
                                            rows, key, own, scale, a.isCausal(), start);
                            Tensor weights = AttentionBlocks.weights(scores);
                            Tensor kept = Ops.dropout(weights, a.dropoutP(), true, a.generator())) {
                        return kept.matmul(value);
                    }
                });
    }

    /** The first of the operator's results: its call closes the other. */
    private static Tensor fused(
            Tensor query,
            Tensor key,
            Tensor value,
            @Nullable Tensor mask,
            ScaledDotProductAttentionAttributes a) {
        var how = new ScaledDotProductFlashAttentionForCpuAttributes(a.isCausal(), a.scale());
        int index = Schemas.Index._SCALED_DOT_PRODUCT_FLASH_ATTENTION_FOR_CPU;
        return query.keyway().operator(index).call(how, null, query, key, value, mask);
    }

    /** As a batch of one head each, or as it is in four dimensions. */
    private static Tensor four(Temporaries made, Tensor tensor) {
        if (tensor.dim() == 4) {
            return tensor;
        }
        long lead = PoolingArguments.planes(tensor.sizes(), 2);
        return made.keep(tensor.reshape(lead, 1, tensor.size(-2), tensor.size(-1)));
    }

    /** A mask of four dimensions that broadcasts to the scores of {@link #four}. */
    private static Tensor four(Temporaries made, Tensor mask, Tensor query) {
        if (mask.dim() <= 2) {
            long rows = mask.dim() == 2 ? mask.size(0) : 1;
            return made.keep(mask.reshape(1, 1, rows, mask.size(-1)));
        }
        int n = query.dim();
        if (n == 4) {
            return mask.dim() == 4 ? mask : made.keep(mask.unsqueeze(0));
        }
        long[] sizes = Arrays.copyOf(query.sizes(), n);
        sizes[n - 2] = mask.size(-2);
        sizes[n - 1] = mask.size(-1);
        try (Tensor all = mask.expand(sizes)) {
            return made.keep(
                    all.reshape(PoolingArguments.planes(sizes, 2), 1, sizes[n - 2], sizes[n - 1]));
        }
    }
}
