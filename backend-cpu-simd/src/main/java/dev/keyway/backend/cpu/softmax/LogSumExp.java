// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.softmax;

/**
 * The logarithm of the sum of exponentials of lines of one dtype: the largest element m, and the
 * logarithm of the sum of {@code exp(x - m)}; an infinite or undefined m is the result.
 */
interface LogSumExp {
    /** Of a dense line; the sum runs in the virtual lanes. */
    void dense(long out, long line, int n);

    /** Of the elements at these distances from the first one, in bytes, in order and in f64. */
    void spread(long out, long line, long[] inside);

    /** Of lines side by side, whose elements are {@code step} bytes apart, each from its first. */
    void columns(long out, long self, long n, long step, int width);
}
