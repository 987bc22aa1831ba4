// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

/** Reductions; the result has the input's dtype. Floating sums accumulate at least in the dtype. */
public enum ReduceOp {
    /** Sum, 0 for nothing; not for bool. */
    SUM,
    /** Product, 1 for nothing; not for bool. */
    PROD,
    /** Largest, NaN wins; never empty. */
    AMAX,
    /** Smallest, NaN wins; never empty. */
    AMIN,
    /** Bool: whether any is true. */
    ANY,
    /** Bool: whether all are true. */
    ALL
}
