// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

/**
 * An order in which the elements of a tensor lie, one after another without gaps. It changes no
 * index and no result, only strides and what is fast.
 */
public enum MemoryFormat {
    /** Row-major: the last dimension's elements are neighbours. Any number of dimensions. */
    CONTIGUOUS,

    /**
     * Of four dimensions, as images {@code [n, channels, height, width]}: the channels of a pixel
     * are neighbours. Strides are {@code [height * width * channels, 1, width * channels,
     * channels]}. Two-dimensional convolution, pooling and pointwise operators give it on where a
     * device has kernels for it; elsewhere results are row-major.
     */
    CHANNELS_LAST
}
