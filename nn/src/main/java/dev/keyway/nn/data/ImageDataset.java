// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.data;

/**
 * Grey images with classes, in memory.
 *
 * @param images row-major bytes {@code [count, height, width]}
 * @param labels the class of each image
 * @param count number of images
 * @param height rows of an image
 * @param width columns of an image
 */
@SuppressWarnings("ArrayRecordComponent")
public record ImageDataset(byte[] images, byte[] labels, int count, int height, int width) {
    /**
     * {@return the images from {@code start} on}
     *
     * @param start the first
     * @param length how many
     */
    public ImageDataset slice(int start, int length) {
        int size = height * width;
        byte[] part = java.util.Arrays.copyOfRange(images, start * size, (start + length) * size);
        byte[] classes = java.util.Arrays.copyOfRange(labels, start, start + length);
        return new ImageDataset(part, classes, length, height, width);
    }
}
