// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

/** The variance of lines of one dtype: the sum of squared distances from the mean, divided. */
interface LineVariance {
    /** Of a dense line. */
    void dense(long out, long line, int n, double divisor);

    /** Of the elements at these distances from the first one, in bytes. */
    void spread(long out, long line, long[] inside, double divisor);

    /**
     * As {@link #spread}, of so many lines whose first elements are neighbours; the results are
     * neighbours, too.
     */
    void columns(long out, long line, long[] inside, double divisor, int width);
}
