// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

/** The layouts of inputs that a kernel takes; the core copies or expands what does not fit. */
public enum Layout {
    /** Row-major and dense; pointwise kernels get inputs of the result's shape. */
    CONTIGUOUS,
    /** Any strides, 0 included; pointwise kernels get inputs expanded to the result's shape. */
    STRIDED,
    /**
     * As {@link #CONTIGUOUS}; but where a call has one result and both it and the first input have
     * four dimensions, the first input may lie as {@link dev.keyway.MemoryFormat#CHANNELS_LAST},
     * and the result then does too. A kernel sees it by {@link dev.keyway.Tensor#isContiguous()} of
     * the first input.
     */
    CHANNELS_LAST
}
