// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Mirrored and shifted images; the label of each is its number. */
class AugmentationTest {
    private static final int COUNT = 100;
    private static final int SIDE = 9;
    private static final int PIXELS = SIDE * SIDE;
    private static final ImageDataset DATASET = dataset();

    private static ImageDataset dataset() {
        byte[] images = new byte[COUNT * PIXELS];
        byte[] labels = new byte[COUNT];
        for (int i = 0; i < images.length; i++) {
            images[i] = (byte) (1 + i * 37 % 251);
        }
        for (int i = 0; i < COUNT; i++) {
            labels[i] = (byte) i;
        }
        return new ImageDataset(images, labels, COUNT, SIDE, SIDE);
    }

    /** The pixels of each image as they come from a loader, by number. */
    private static int[][] load(
            Augmentation augmentation, int batchSize, boolean shuffle, long seed, int epoch) {
        int[][] all = new int[COUNT][PIXELS];
        try (DataLoader loader =
                new DataLoader(DATASET, batchSize, shuffle, augmentation, seed, 2)) {
            for (Batch batch : loader.epoch(epoch)) {
                for (int i = 0; i < batch.size(); i++) {
                    int[] pixels = all[(int) batch.labels()[i]];
                    for (int p = 0; p < PIXELS; p++) {
                        pixels[p] = NumberedImages.pixel(batch.images()[i * PIXELS + p]);
                    }
                }
            }
        }
        return all;
    }

    /** An image mirrored and shifted, with black from outside. */
    private static int[] expected(int number, boolean flip, int shiftY, int shiftX) {
        int[] pixels = new int[PIXELS];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int fromY = y + shiftY;
                int fromX = (flip ? SIDE - 1 - x : x) + shiftX;
                if (fromY >= 0 && fromY < SIDE && fromX >= 0 && fromX < SIDE) {
                    int at = number * PIXELS + fromY * SIDE + fromX;
                    pixels[y * SIDE + x] = DATASET.images()[at] & 0xFF;
                }
            }
        }
        return pixels;
    }

    @Test
    void noneLeavesTheImagesAsTheyAre() {
        int[][] images = load(Augmentation.NONE, 7, true, 1, 0);
        for (int i = 0; i < COUNT; i++) {
            assertArrayEquals(expected(i, false, 0, 0), images[i]);
        }
    }

    @Test
    void flipMirrorsAboutHalf() {
        int[][] images = load(Augmentation.FLIP, 7, true, 1, 0);
        int mirrored = 0;
        for (int i = 0; i < COUNT; i++) {
            boolean same = Arrays.equals(expected(i, false, 0, 0), images[i]);
            assertTrue(same || Arrays.equals(expected(i, true, 0, 0), images[i]));
            mirrored += same ? 0 : 1;
        }
        assertEquals(COUNT / 2, mirrored, 20);
    }

    @Test
    void shiftsAreUpToTwoPixelsAndAllOccur() {
        int[][] images = load(Augmentation.FLIP_AND_SHIFT, 7, true, 1, 0);
        boolean[] seen = new boolean[50];
        for (int[] image : images) {
            seen[kind(image, images)] = true;
        }
        int kinds = 0;
        for (boolean one : seen) {
            kinds += one ? 1 : 0;
        }
        assertTrue(kinds > 30, "kinds " + kinds);
    }

    private static int kind(int[] image, int[][] images) {
        int number = Arrays.asList(images).indexOf(image);
        for (int kind = 0; kind < 50; kind++) {
            int shiftY = kind % 5 - 2;
            int shiftX = kind / 5 % 5 - 2;
            if (Arrays.equals(expected(number, kind >= 25, shiftY, shiftX), image)) {
                return kind;
            }
        }
        throw new AssertionError("image " + number + " is neither mirrored nor shifted");
    }

    @Test
    void dependsOnSeedEpochAndImageAlone() {
        int[][] images = load(Augmentation.FLIP_AND_SHIFT, 7, true, 1, 3);
        assertTrue(Arrays.deepEquals(images, load(Augmentation.FLIP_AND_SHIFT, 64, false, 1, 3)));
        assertTrue(!Arrays.deepEquals(images, load(Augmentation.FLIP_AND_SHIFT, 7, true, 1, 4)));
        assertTrue(!Arrays.deepEquals(images, load(Augmentation.FLIP_AND_SHIFT, 7, true, 2, 3)));
    }
}
