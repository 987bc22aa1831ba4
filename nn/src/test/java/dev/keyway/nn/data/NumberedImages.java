// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.data;

import java.util.ArrayList;
import java.util.List;

/** Images whose first two pixels tell their number, and what a loader made of them. */
final class NumberedImages {
    static final int PIXELS = 4;

    private NumberedImages() {}

    static ImageDataset of(int count) {
        byte[] images = new byte[count * PIXELS];
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            images[i * PIXELS] = (byte) i;
            images[i * PIXELS + 1] = (byte) (i >> 8);
            labels[i] = (byte) (i % 10);
        }
        return new ImageDataset(images, labels, count, 2, 2);
    }

    /** The pixel from 0 to 255 that was normalized to the value. */
    static int pixel(float value) {
        return Math.round((value * FashionMnist.STANDARD_DEVIATION + FashionMnist.MEAN) * 255);
    }

    /** The images' numbers, batch by batch. */
    static List<List<Integer>> numbers(DataLoader loader, int epoch) {
        List<List<Integer>> all = new ArrayList<>();
        for (Batch batch : loader.epoch(epoch)) {
            List<Integer> numbers = new ArrayList<>();
            for (int i = 0; i < batch.size(); i++) {
                int low = pixel(batch.images()[i * PIXELS]);
                numbers.add(low + 256 * pixel(batch.images()[i * PIXELS + 1]));
            }
            all.add(numbers);
        }
        return all;
    }
}
