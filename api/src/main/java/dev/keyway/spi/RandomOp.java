// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

/** Distributions; the bits of each are specified in {@code toolkit.Philox}. */
public enum RandomOp {
    /** Uniform in [0, 1). */
    UNIFORM,
    /** Standard normal by Box-Muller in double arithmetic. */
    NORMAL,
    /** Integers in [from, to). */
    INTEGER,
    /** 1 where the f32 uniform is below the probability, else 0. */
    BERNOULLI
}
