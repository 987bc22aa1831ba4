// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.network;

/**
 * The shape of a normalisation of contiguous rows.
 *
 * @param rows normalised one by one
 * @param width numbers in a row
 * @param centred whether the mean is subtracted; without it is the root mean square
 */
public record LayerNorm(long rows, int width, boolean centred) {
    /** Rows for a task worth handing over. */
    long chunk() {
        return Math.max(1, (1 << 13) / Math.max(1, width));
    }
}
