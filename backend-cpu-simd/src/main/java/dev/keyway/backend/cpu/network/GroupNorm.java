// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.network;

/**
 * The shape of a normalisation of groups of channels.
 *
 * @param rows groups of all images
 * @param groups of an image
 * @param channels of a group
 * @param plane numbers of a channel
 */
record GroupNorm(long rows, long groups, long channels, long plane) {
    /** Rows for a task worth handing over. */
    long chunk() {
        return Math.max(1, (1 << 13) / Math.max(1, channels * plane));
    }
}
