// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Attributes;
import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The layer above the kernels that records gradients; a library on the class path provides it,
 * found by {@code ServiceLoader} through {@link Provider}.
 */
public interface AutogradLayer {
    /**
     * A call with an argument that requires gradients, while the thread records them.
     *
     * @param operator the operator
     * @param attributes its attributes
     * @param out the tensor to write: {@code inputs[0]} for in-place calls; null for a new result
     * @param inputs the tensor arguments, null where absent
     */
    Tensor[] call(
            OperatorImpl operator,
            Attributes attributes,
            @Nullable TensorImpl out,
            @Nullable Tensor[] inputs);

    /** See {@link Tensor#requiresGrad_}. */
    void requiresGrad(TensorImpl tensor, boolean requiresGrad);

    /** See {@link Tensor#backward}. */
    void backward(TensorImpl root, @Nullable Tensor gradient, boolean retainGraph);

    /** Creates the layer of one runtime. */
    interface Provider {
        /** The layer. */
        AutogradLayer create(KeywayRuntime runtime);
    }
}
