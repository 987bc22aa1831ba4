// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.network;

/**
 * The shape of a batch normalisation of a contiguous {@code [batch, channels, ...]} tensor.
 *
 * @param pixels numbers in one channel of one image
 */
public record BatchNorm(int batch, int channels, int pixels) {
    /** Numbers normalised together. */
    public long count() {
        return (long) batch * pixels;
    }
}
