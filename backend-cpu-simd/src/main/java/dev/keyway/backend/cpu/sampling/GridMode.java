// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.sampling;

/**
 * How an image is picked from at the places of a grid.
 *
 * @param interpolation 0 bilinear, 1 nearest, 2 bicubic
 * @param border 0 zeros, 1 the edge, 2 mirrored
 * @param align whether -1 and 1 are the centres of the pixels at the edge
 */
record GridMode(long interpolation, long border, boolean align) {
    static final long NEAREST = 1;
    static final long BICUBIC = 2;
    static final long ZEROS = 0;
    static final long EDGE = 1;

    /** Pixels that a place takes. */
    int taps() {
        return interpolation == NEAREST ? 1 : interpolation == BICUBIC ? 16 : 4;
    }
}
