// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.softmax;

/** Softmax along dense rows of one dtype. */
interface SoftmaxRows {
    /** Writes softmax or its logarithm of each of the rows, which follow each other. */
    void forward(long out, long self, long rows, int n, boolean logarithm);

    /** Writes the gradient from that of the result and the result. */
    void backward(long out, long grad, long y, long rows, int n, boolean logarithm);
}
