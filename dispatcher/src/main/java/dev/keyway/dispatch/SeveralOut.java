// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.ArgumentException;
import dev.keyway.Attributes;
import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;

/** The out form of operators with several results: computes, then copies. */
final class SeveralOut {
    private SeveralOut() {}

    static Tensor[] call(
            OperatorImpl operator,
            Attributes attributes,
            Tensor[] out,
            @Nullable Tensor[] arguments) {
        int returns = operator.schema().returns();
        if (out.length != returns || operator.schema().returnsList()) {
            throw new ArgumentException(
                    operator + ": " + out.length + " out tensors given, it returns " + returns);
        }
        KeywayRuntime runtime = operator.runtime();
        ThreadState state = runtime.threadState();
        for (Tensor target : out) {
            check(operator, state, target);
        }
        Tensor[] results = operator.callBoxed(attributes, arguments);
        try {
            for (int i = 0; i < out.length; i++) {
                TensorImpl result = (TensorImpl) results[i];
                OutChecks.check(operator, (TensorImpl) out[i], result.sizes, result.dtype);
            }
            for (int i = 0; i < out.length; i++) {
                TensorImpl target = (TensorImpl) out[i];
                runtime.primitives.copy(state, target, (TensorImpl) results[i]);
                target.bumpVersion();
            }
            return out;
        } finally {
            for (Tensor result : results) {
                result.close();
            }
        }
    }

    /** Fails where the tensor has a history that the call would not know of. */
    static void check(OperatorImpl operator, ThreadState state, Tensor target) {
        if (target.requiresGrad() && state.gradEnabled()) {
            throw new ArgumentException(
                    operator
                            + ": the out form does not record gradients; use the function, or"
                            + " noGrad()");
        }
    }
}
