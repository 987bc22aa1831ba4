// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.random;

import dev.keyway.spi.toolkit.Philox;

/** {@link Philox#integer} without a division: a word modulo a range that does not change. */
final class WordRange {
    private final long from;
    private final long range;
    private final double reciprocal;
    private final boolean whole;

    WordRange(long from, long to) {
        this.from = from;
        this.range = to - from;
        // A range above 32 bits, as an unsigned number, leaves every word as it is.
        this.whole = range >>> 32 != 0;
        this.reciprocal = 1.0 / range;
    }

    /** The quotient of a product in double is off by one at most. */
    long of(int word) {
        long number = word & 0xFFFFFFFFL;
        if (whole) {
            return from + number;
        }
        long rest = number - (long) (number * reciprocal) * range;
        rest += rest >> 63 & range;
        rest -= range;
        rest += rest >> 63 & range;
        return from + rest;
    }
}
