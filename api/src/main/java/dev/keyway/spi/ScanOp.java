// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

/**
 * Running reductions: element j of the result takes in elements 0 to j, one after the other. That
 * order defines the bits. f32 accumulates in f64 and rounds each result once; f64 accumulates in
 * f64; integers wrap around. Not for bool.
 */
public enum ScanOp {
    /** Running sum. */
    SUM,
    /** Running product. */
    PROD,
    /** Running maximum, NaN wins. */
    MAX,
    /** Running minimum, NaN wins. */
    MIN
}
