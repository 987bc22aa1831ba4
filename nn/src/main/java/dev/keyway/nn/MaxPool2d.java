// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.Ops;
import dev.keyway.Tensor;

/** The largest element of each square window. */
public final class MaxPool2d extends NnModule {
    private final long kernelSize;

    /** Windows that touch and do not overlap. */
    public MaxPool2d(long kernelSize) {
        this.kernelSize = kernelSize;
    }

    @Override
    public Tensor forward(Tensor input) {
        return Ops.maxPool2d(input, kernelSize, kernelSize);
    }
}
