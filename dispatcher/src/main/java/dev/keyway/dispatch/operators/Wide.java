// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.dispatch.OneResult;
import dev.keyway.operator.Composite;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.OperatorDefinition;
import org.jspecify.annotations.Nullable;

/**
 * Composites of several steps that round once: inputs are converted to the compute dtype, results
 * from it, as kernels get them. So f16 and bf16 compute in f32 from end to end.
 */
final class Wide {
    private Wide() {}

    /** The definition with a composite of one result. */
    static OperatorDefinition single(OperatorDefinition definition, Composite.Single body) {
        int kept = definition.keepInputs();
        return definition.composite(new OneResult((c, inputs) -> single(c, inputs, body, kept)));
    }

    private static Tensor single(
            CompositeContext c, @Nullable Tensor[] inputs, Composite.Single body, int kept) {
        if (areWide(c, inputs, kept)) {
            return as(body.apply(c, inputs), c.outputDType(0));
        }
        try (Temporaries made = new Temporaries()) {
            return as(body.apply(c, widened(c, made, inputs, kept)), c.outputDType(0));
        }
    }

    /** The definition with a composite; inputs that it keeps are passed on as they are. */
    static OperatorDefinition several(OperatorDefinition definition, Composite body) {
        int kept = definition.keepInputs();
        return definition.composite((c, inputs) -> run(c, inputs, body, kept));
    }

    private static Tensor[] run(
            CompositeContext c, @Nullable Tensor[] inputs, Composite body, int kept) {
        try (Temporaries made = new Temporaries()) {
            Tensor[] results = body.apply(c, widened(c, made, inputs, kept));
            for (int i = 0; i < results.length; i++) {
                results[i] = as(results[i], c.outputDType(i));
            }
            return results;
        }
    }

    private static boolean areWide(CompositeContext c, @Nullable Tensor[] inputs, int kept) {
        DType compute = c.dtype();
        for (int i = 0; i < inputs.length; i++) {
            if (changes(inputs[i], i, compute, kept)) {
                return false;
            }
        }
        return true;
    }

    private static boolean changes(@Nullable Tensor input, int index, DType compute, int kept) {
        return input != null && (kept & (1 << index)) == 0 && input.dtype() != compute;
    }

    /** The inputs in the compute dtype, but for those that are passed on as they are. */
    private static @Nullable Tensor[] widened(
            CompositeContext c, Temporaries made, @Nullable Tensor[] inputs, int kept) {
        DType compute = c.dtype();
        @Nullable Tensor[] wide = inputs;
        for (int i = 0; i < inputs.length; i++) {
            Tensor input = inputs[i];
            if (input != null && changes(input, i, compute, kept)) {
                wide = wide == inputs ? inputs.clone() : wide;
                wide[i] = made.keep(input.to(compute));
            }
        }
        return wide;
    }

    /** The tensor in a dtype; closes what it converts. */
    static Tensor as(Tensor tensor, DType dtype) {
        if (tensor.dtype() == dtype) {
            return tensor;
        }
        try (tensor) {
            return tensor.to(dtype);
        }
    }
}
