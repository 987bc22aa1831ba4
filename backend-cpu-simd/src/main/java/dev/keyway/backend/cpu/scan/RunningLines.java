// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.scan;

/** A running sum or product of lines of one dtype, from the first element to the last. */
interface RunningLines {
    /** A dense line. */
    void row(long out, long self, long n);

    /** Lines side by side, their elements {@code step} bytes apart. */
    void columns(long out, long self, long n, long step, int width);
}
