// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What a kernel of an operator with auxiliary results implements besides its {@link Kernel}
 * interface: it alone knows how large these are, as they are the reserve space that a later call
 * (backward) reads, as a library's recurrent layers need it. Memory for the call itself is {@link
 * KernelCall#workspace}.
 */
public interface PlannedKernel {
    /**
     * The size in bytes of each auxiliary result, in their order; called before each run, on the
     * calling thread. {@code call} is what {@code run} will get. Inputs are as {@code run} will get
     * them; their elements must not be read, and nothing may be submitted.
     */
    long[] plan(KernelCall call, @Nullable Tensor[] inputs);
}
