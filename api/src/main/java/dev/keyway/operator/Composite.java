// SPDX-License-Identifier: Apache-2.0
package dev.keyway.operator;

import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * An operator written with other operators, so that it works on every device and differentiates by
 * itself. It never calls {@code item()} and closes what it no longer needs.
 */
@FunctionalInterface
public interface Composite {
    /**
     * Computes the results from the arguments.
     *
     * @param context what the call knows
     * @param inputs the tensor arguments; null where an optional one is absent
     * @return the results, which the caller owns
     */
    Tensor[] apply(CompositeContext context, @Nullable Tensor[] inputs);

    /**
     * With one result.
     *
     * @param single computes the result
     * @return the composite
     */
    static Composite of(Single single) {
        return (context, inputs) -> new Tensor[] {single.apply(context, inputs)};
    }

    /** A composite with one result. */
    @FunctionalInterface
    interface Single {
        /**
         * Computes the result.
         *
         * @param context what the call knows
         * @param inputs the tensor arguments; null where an optional one is absent
         * @return the results, which the caller owns
         */
        Tensor apply(CompositeContext context, @Nullable Tensor[] inputs);
    }
}
