// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ArgumentException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Order, batches, and that they depend on seed and epoch alone. */
class DataLoaderTest {
    private static final int COUNT = 1003;
    private static final ImageDataset DATASET = NumberedImages.of(COUNT);

    private static DataLoader loader(int batchSize, boolean shuffle, long seed, int workers) {
        return new DataLoader(DATASET, batchSize, shuffle, Augmentation.NONE, seed, workers);
    }

    private static List<List<Integer>> shuffled(long seed, int epoch, int workers) {
        try (DataLoader loader = loader(64, true, seed, workers)) {
            return NumberedImages.numbers(loader, epoch);
        }
    }

    private static List<Integer> flat(List<List<Integer>> batches) {
        return batches.stream().flatMap(List::stream).toList();
    }

    @Test
    void keepsTheOrderWithoutShuffling() {
        try (DataLoader loader = loader(100, false, 1, 2)) {
            List<List<Integer>> batches = NumberedImages.numbers(loader, 5);
            assertEquals(IntStream.range(0, COUNT).boxed().toList(), flat(batches));
        }
    }

    @Test
    void shufflingCoversEachImageOnce() {
        List<Integer> order = flat(shuffled(1, 0, 1));
        assertEquals(IntStream.range(0, COUNT).boxed().toList(), order.stream().sorted().toList());
        assertNotEquals(order.stream().sorted().toList(), order);
    }

    @Test
    void shufflingDependsOnSeedAndEpochAlone() {
        List<List<Integer>> batches = shuffled(1, 2, 1);
        assertEquals(batches, shuffled(1, 2, 1));
        assertNotEquals(batches, shuffled(1, 3, 1));
        assertNotEquals(batches, shuffled(2, 2, 1));
        assertNotEquals(flat(batches), flat(shuffled(-1, 2, 1)));
    }

    @Test
    void anEpochNeedsNotTheOnesBefore() {
        try (DataLoader loader = loader(64, true, 1, 1)) {
            for (int epoch = 0; epoch < 3; epoch++) {
                assertEquals(shuffled(1, epoch, 1), NumberedImages.numbers(loader, epoch));
            }
        }
    }

    @Test
    void shufflesEvenly() {
        int count = 5;
        int epochs = 4000;
        int[][] seen = new int[count][count];
        DataLoader loader =
                new DataLoader(NumberedImages.of(count), count, true, Augmentation.NONE, 3, 0);
        try (loader) {
            for (int epoch = 0; epoch < epochs; epoch++) {
                List<Integer> order = NumberedImages.numbers(loader, epoch).getFirst();
                for (int position = 0; position < count; position++) {
                    seen[position][order.get(position)]++;
                }
            }
        }
        double expected = (double) epochs / count;
        double deviation = 5 * Math.sqrt(expected * (1 - 1.0 / count));
        for (int[] row : seen) {
            for (int times : row) {
                assertEquals(expected, times, deviation);
            }
        }
    }

    @Test
    void theNumberOfWorkersDoesNotMatter() {
        List<float[]> images = images(0);
        for (int workers : new int[] {1, 3}) {
            List<float[]> others = images(workers);
            assertEquals(images.size(), others.size());
            for (int i = 0; i < images.size(); i++) {
                assertArrayEquals(images.get(i), others.get(i));
            }
            assertEquals(shuffled(4, 1, 0), shuffled(4, 1, workers));
        }
    }

    private static List<float[]> images(int workers) {
        List<float[]> images = new ArrayList<>();
        try (DataLoader loader =
                new DataLoader(DATASET, 64, true, Augmentation.FLIP_AND_SHIFT, 4, workers)) {
            loader.epoch(1).forEach(batch -> images.add(batch.images()));
        }
        return images;
    }

    @Test
    void theLastBatchIsSmaller() {
        for (int batchSize : new int[] {1, 64, 1002, 1003, 1004, Integer.MAX_VALUE}) {
            try (DataLoader loader = loader(batchSize, true, 1, 1)) {
                List<List<Integer>> batches = NumberedImages.numbers(loader, 0);
                assertEquals(Math.ceilDiv(COUNT, batchSize), batches.size());
                assertEquals(batches.size(), loader.batches());
                int last = COUNT - (batches.size() - 1) * Math.min(batchSize, COUNT);
                assertEquals(last, batches.getLast().size());
            }
        }
    }

    @Test
    void labelsStayWithTheirImages() {
        try (DataLoader loader = loader(64, true, 1, 3)) {
            for (Batch batch : loader.epoch(0)) {
                assertEquals(batch.size(), batch.labels().length);
                assertEquals(batch.size() * NumberedImages.PIXELS, batch.images().length);
                for (int i = 0; i < batch.size(); i++) {
                    int low = NumberedImages.pixel(batch.images()[i * NumberedImages.PIXELS]);
                    int high = NumberedImages.pixel(batch.images()[i * NumberedImages.PIXELS + 1]);
                    assertEquals((low + 256 * high) % 10, batch.labels()[i]);
                }
            }
        }
    }

    @Test
    void endsWithNoSuchElement() {
        try (DataLoader loader = loader(COUNT, false, 1, 1)) {
            Iterator<Batch> batches = loader.epoch(0).iterator();
            assertTrue(batches.hasNext());
            batches.next();
            assertFalse(batches.hasNext());
            assertThrows(NoSuchElementException.class, batches::next);
        }
    }

    @Test
    void anEmptyDatasetHasNoBatches() {
        ImageDataset empty = NumberedImages.of(0);
        try (DataLoader loader = new DataLoader(empty, 8, true, Augmentation.FLIP, 1, 1)) {
            assertEquals(0, loader.batches());
            assertFalse(loader.epoch(0).iterator().hasNext());
        }
    }

    @Test
    void refusesWrongNumbers() {
        for (int[] wrong : new int[][] {{0, 1}, {-1, 1}, {1, -1}}) {
            ArgumentException error =
                    assertThrows(
                            ArgumentException.class, () -> loader(wrong[0], true, 1, wrong[1]));
            assertTrue(error.getMessage().contains("-1") || error.getMessage().contains("is 0"));
        }
    }
}
