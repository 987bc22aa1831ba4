// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.data;

/**
 * A batch on the host.
 *
 * @param images normalized pixels, {@code [size, 1, height, width]}
 * @param labels classes
 * @param size number of images
 */
@SuppressWarnings("ArrayRecordComponent")
public record Batch(float[] images, long[] labels, int size) {}
