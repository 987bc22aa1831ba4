// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.Ops;
import dev.keyway.Tensor;

/** Means of as many windows as the output has elements, whatever the size of the input. */
public final class AdaptiveAvgPool2d extends NnModule {
    private final long height;
    private final long width;

    /**
     * Output {@code [n, channels, height, width]}.
     *
     * @param height of the output, in pixels
     * @param width of the output, in pixels
     */
    public AdaptiveAvgPool2d(long height, long width) {
        this.height = height;
        this.width = width;
    }

    @Override
    public Tensor forward(Tensor input) {
        return Ops.adaptiveAvgPool2d(input, height, width);
    }
}
