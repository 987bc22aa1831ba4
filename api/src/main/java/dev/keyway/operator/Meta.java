// SPDX-License-Identifier: Apache-2.0
package dev.keyway.operator;

/**
 * An operator's meta function: from the arguments' metadata to the compute dtype and the results'
 * dtypes and shapes, and every argument error. It never reads elements and never calls operators.
 */
@FunctionalInterface
public interface Meta {
    /**
     * Calls {@code context.compute} and {@code context.output} or {@code context.alias}.
     *
     * @param context what the call knows
     */
    void infer(MetaContext context);
}
