// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.Ops;
import dev.keyway.Tensor;

/** The mean of each square window of {@code [n, channels, height, width]}; padding counts as 0. */
public final class AvgPool2d extends NnModule {
    private final long kernelSize;
    private final long stride;
    private final long padding;

    /**
     * Windows that touch and do not overlap.
     *
     * @param kernelSize size of the window or kernel, at least 1
     */
    public AvgPool2d(long kernelSize) {
        this(kernelSize, kernelSize, 0);
    }

    /**
     * Windows at every {@code stride} rows and columns, zeros around the image.
     *
     * @param kernelSize size of the window or kernel, at least 1
     * @param stride distance of windows, at least 1
     * @param padding zeros on each side
     */
    public AvgPool2d(long kernelSize, long stride, long padding) {
        this.kernelSize = kernelSize;
        this.stride = stride;
        this.padding = padding;
    }

    @Override
    public Tensor forward(Tensor input) {
        return Ops.avgPool2d(
                input,
                new long[] {kernelSize, kernelSize},
                new long[] {stride, stride},
                padding,
                padding);
    }
}
