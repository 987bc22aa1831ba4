// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

/** Positions of extremes; of equal ones the first, NaN is the extreme. */
public enum ArgReduceOp {
    /** Of the largest. */
    ARGMAX,
    /** Of the smallest. */
    ARGMIN
}
