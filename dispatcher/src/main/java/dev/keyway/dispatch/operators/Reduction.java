// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.operator.MetaContext;

/** How losses of elements become one: PyTorch's numbers 0 none, 1 mean, 2 sum. */
final class Reduction {
    static final long NONE = 0;
    static final long MEAN = 1;
    static final long SUM = 2;

    private Reduction() {}

    static void check(MetaContext m, long reduction) {
        if (reduction < NONE || reduction > SUM) {
            throw m.error(
                    "argument 'reduction' is "
                            + reduction
                            + ", expected 0 (none), 1 (mean) or 2 (sum)");
        }
    }

    /** The result of a pointwise loss: the shape to which the inputs broadcast, or one number. */
    static void output(MetaContext m, DType dtype, long reduction) {
        check(m, reduction);
        m.compute(Metas.wide(dtype));
        m.outputBroadcast(dtype);
        if (reduction != NONE) {
            m.output(0, dtype, new long[0]);
        }
    }

    /** Reduces and closes the losses of elements. */
    static Tensor of(Tensor losses, long reduction) {
        if (reduction == NONE) {
            return losses;
        }
        try (losses) {
            return reduction == MEAN ? losses.mean() : losses.sum();
        }
    }
}
