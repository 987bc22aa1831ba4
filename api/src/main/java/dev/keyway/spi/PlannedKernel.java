// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

import dev.keyway.Attributes;
import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What a kernel of an operator implements besides its {@link Kernel} interface when it needs device
 * memory of a size that only it knows: workspace for the call, and reserve space that a later call
 * (backward) reads, as a library's recurrent layers do.
 */
public interface PlannedKernel {
    /**
     * How much memory the kernel wants for these arguments; called before each run, on the calling
     * thread. Inputs are as {@code run} will get them; their elements must not be read.
     *
     * @param attributes those of the call
     * @param inputs the tensor arguments; null where an optional one is absent
     * @return the sizes in bytes
     */
    Plan plan(Attributes attributes, @Nullable Tensor[] inputs);

    /**
     * Sizes in bytes.
     *
     * @param workspace of {@link KernelCall#workspace()}
     * @param auxiliary of each auxiliary result, in their order
     */
    record Plan(long workspace, long... auxiliary) {}
}
