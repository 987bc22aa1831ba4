// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.scan;

/** A running sum or product of lines of one dtype, from the first element to the last. */
interface RunningLines {
    /** A dense line. */
    void row(long out, long self, long n);

    /** Dense lines that follow each other. */
    default void rows(long out, long self, long n, long rows) {
        long line = itemSize() * n;
        for (long r = 0; r < rows; r++) {
            row(out + r * line, self + r * line, n);
        }
    }

    /** Bytes of a number. */
    int itemSize();

    /** Lines side by side, their elements {@code step} bytes apart. */
    void columns(long out, long self, long n, long step, int width);
}
