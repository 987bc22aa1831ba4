// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.sampling;

/**
 * Images and the places at which they are picked from.
 *
 * @param count how many
 * @param channels of each
 * @param height of a plane
 * @param width of a plane
 * @param places of each image
 */
record GridImages(long count, long channels, int height, int width, long places) {}
