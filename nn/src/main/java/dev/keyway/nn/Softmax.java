// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.Tensor;

/** {@code exp(x) / sum(exp(x))} along one dimension. */
public final class Softmax extends NnModule {
    private final long dim;

    /**
     * Along this dimension, which may be negative to count from the end.
     *
     * @param dim the dimension
     */
    public Softmax(long dim) {
        this.dim = dim;
    }

    @Override
    public Tensor forward(Tensor input) {
        return input.softmax(dim);
    }
}
