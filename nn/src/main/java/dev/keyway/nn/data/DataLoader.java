// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.data;

import dev.keyway.spi.toolkit.Philox;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Batches of a dataset, prepared ahead by background threads. Order and augmentation depend on seed
 * and epoch alone: image at position i of the epoch's order is exchanged by Fisher and Yates'
 * method with Philox words, and its augmentation takes the words of block {@code index} under a key
 * of seed and epoch. One thread consumes.
 */
public final class DataLoader implements AutoCloseable {
    private static final int PREFETCH = 4;

    private final ImageDataset dataset;
    private final int batchSize;
    private final boolean shuffle;
    private final Augmentation augmentation;
    private final long seed;
    private final ExecutorService workers;

    /**
     * A loader.
     *
     * @param workerCount background threads, at least 1
     */
    public DataLoader(
            ImageDataset dataset,
            int batchSize,
            boolean shuffle,
            Augmentation augmentation,
            long seed,
            int workerCount) {
        this.dataset = dataset;
        this.batchSize = batchSize;
        this.shuffle = shuffle;
        this.augmentation = augmentation;
        this.seed = seed;
        this.workers =
                Executors.newFixedThreadPool(
                        workerCount,
                        Thread.ofPlatform().daemon().name("keyway-data-", 0).factory());
    }

    /** The number of batches of an epoch; the last may be smaller. */
    public int batches() {
        return (dataset.count() + batchSize - 1) / batchSize;
    }

    /** The batches of an epoch, in order. */
    public Iterable<Batch> epoch(int epoch) {
        int[] order = order(epoch);
        return () -> new Batches(order, epoch);
    }

    private static long key(long seed, int epoch) {
        return seed * 1_000_003L + epoch;
    }

    private int[] order(int epoch) {
        int[] order = new int[dataset.count()];
        java.util.Arrays.setAll(order, i -> i);
        if (shuffle) {
            int[] words = new int[4];
            long key = ~key(seed, epoch);
            for (int i = order.length - 1; i > 0; i--) {
                Philox.block(key, i, words);
                int j = (int) Philox.integer(words[0], 0, i + 1L);
                int swapped = order[i];
                order[i] = order[j];
                order[j] = swapped;
            }
        }
        return order;
    }

    private Batch prepare(int[] order, int epoch, int start) {
        int size = Math.min(batchSize, order.length - start);
        int pixels = dataset.height() * dataset.width();
        float[] images = new float[size * pixels];
        long[] labels = new long[size];
        int[] words = new int[4];
        for (int i = 0; i < size; i++) {
            int index = order[start + i];
            labels[i] = dataset.labels()[index];
            int shiftY = 0;
            int shiftX = 0;
            boolean flip = false;
            if (augmentation != Augmentation.NONE) {
                Philox.block(key(seed, epoch), index, words);
                flip = words[2] < 0;
            }
            if (augmentation == Augmentation.FLIP_AND_SHIFT) {
                shiftY = (int) Philox.integer(words[0], -2, 3);
                shiftX = (int) Philox.integer(words[1], -2, 3);
            }
            copy(index, images, i * pixels, shiftY, shiftX, flip);
        }
        return new Batch(images, labels, size);
    }

    /** Pixels that come from outside of the image are black. */
    private void copy(int index, float[] target, int to, int shiftY, int shiftX, boolean flip) {
        int height = dataset.height();
        int width = dataset.width();
        int from = index * height * width;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int sourceY = y + shiftY;
                int sourceX = (flip ? width - 1 - x : x) + shiftX;
                boolean inside =
                        sourceY >= 0 && sourceY < height && sourceX >= 0 && sourceX < width;
                int pixel = inside ? dataset.images()[from + sourceY * width + sourceX] & 0xFF : 0;
                target[to + y * width + x] =
                        (pixel / 255f - FashionMnist.MEAN) / FashionMnist.STANDARD_DEVIATION;
            }
        }
    }

    /** Stops the background threads. */
    @Override
    public void close() {
        workers.shutdownNow();
    }

    private final class Batches implements Iterator<Batch> {
        private final int[] order;
        private final int epoch;
        private final Queue<Future<Batch>> ahead = new ArrayDeque<>();
        private int next;

        Batches(int[] order, int epoch) {
            this.order = order;
            this.epoch = epoch;
            for (int i = 0; i < PREFETCH; i++) {
                submit();
            }
        }

        private void submit() {
            int start = next;
            if (start < order.length) {
                next += batchSize;
                Callable<Batch> work = () -> prepare(order, epoch, start);
                ahead.add(workers.submit(work));
            }
        }

        @Override
        public boolean hasNext() {
            return !ahead.isEmpty();
        }

        @Override
        public Batch next() {
            Future<Batch> first = ahead.poll();
            if (first == null) {
                throw new NoSuchElementException("the epoch has no further batch");
            }
            try {
                Batch batch = first.get();
                submit();
                return batch;
            } catch (ExecutionException e) {
                throw new DataException("a batch could not be prepared: " + e.getCause(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DataException("interrupted while waiting for a batch", e);
            }
        }
    }
}
