// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.scan;

/**
 * Running maxima or minima of lines of one dtype, with the places (i64) where they were found last:
 * an element takes the place of the extreme before it where it is as extreme or NaN, and nothing
 * but a NaN takes that of a NaN.
 */
interface RunningExtremes {
    /** A dense line of values, and its places. */
    void row(long values, long places, long self, long n);

    /**
     * Lines side by side.
     *
     * @param step from an element of a line to its next, in elements
     */
    void columns(long values, long places, long self, long n, long step, int width);
}
