// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.Ops;
import dev.keyway.Tensor;

/** In training sets elements to zero with probability p and scales the rest by 1/(1-p). */
public final class Dropout extends NnModule {
    private final double p;

    /**
     * With the probability of zero.
     *
     * @param p probability, from 0 to 1
     */
    public Dropout(double p) {
        this.p = p;
    }

    @Override
    public Tensor forward(Tensor input) {
        return Ops.dropout(input, p, isTraining());
    }
}
