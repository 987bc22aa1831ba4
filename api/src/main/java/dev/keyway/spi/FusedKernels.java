// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

import dev.keyway.spi.Kernel.KernelN;

/**
 * Computes chains of pointwise operators in one pass over the elements. They come about inside
 * {@link dev.keyway.Keyway#fuse}; a backend without such kernels runs the operators one by one. The
 * core sees to shapes, promotion and memory: it asks of each operator whether its steps are taken,
 * and brings the operators together that are.
 *
 * <p>Every result must have the bits that the plugin's own kernels of the operators compute one
 * after the other: a step rounds as its kernel does, and two steps are never contracted into one
 * that rounds once.
 */
public interface FusedKernels {
    /**
     * Whether such a step can be part of a program, whatever its operands' numbers and layouts. A
     * step that can fail for some elements must not be taken.
     *
     * @param step the step
     * @return false to have its operator run by itself
     */
    boolean takes(PointwiseStep step);

    /** {@return the number of elements from which on a program pays; the core fuses none below} */
    default long smallest() {
        return 1;
    }

    /**
     * The kernel of a program whose steps are all taken; asked once for each program that is in
     * use. Its inputs are expanded to the one shape of all values, with any strides; its results
     * are contiguous and share no memory with inputs.
     *
     * @param program what to compute
     * @return the kernel
     */
    KernelN create(PointwiseProgram program);
}
