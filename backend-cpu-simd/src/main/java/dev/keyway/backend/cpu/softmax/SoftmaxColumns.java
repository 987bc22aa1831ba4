// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.softmax;

/** Softmax along columns of one dtype that lie side by side, rows {@code step} bytes apart. */
interface SoftmaxColumns {
    /** Writes softmax or its logarithm of the columns. */
    void forward(long out, long self, long n, long step, int width, boolean logarithm);

    /** Writes the gradient from that of the result and the result. */
    void backward(long out, long grad, long y, long n, long step, int width, boolean logarithm);
}
