// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.data;

import dev.keyway.ArgumentException;
import dev.keyway.ClosedException;
import dev.keyway.spi.toolkit.Philox;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Batches of a dataset, prepared ahead by background threads. Order and augmentation depend on seed
 * and epoch alone: image at position i of the epoch's order is exchanged by Fisher and Yates'
 * method with Philox words, and its augmentation takes the words of block {@code index} under a key
 * of seed and epoch; how many threads prepare does not matter. One thread consumes.
 */
public final class DataLoader implements AutoCloseable {
    private static final int PREFETCH = 4;
    private static final String CLOSED = "the data loader is closed; open another for more batches";

    private final ImageDataset dataset;
    private final int batchSize;
    private final boolean shuffle;
    private final Augmentation augmentation;
    private final long seed;
    private final @Nullable ExecutorService workers;
    private volatile boolean closed;

    /**
     * A loader.
     *
     * @param dataset where examples come from
     * @param batchSize examples in a batch, at least 1
     * @param shuffle whether the order is drawn for each epoch
     * @param augmentation changes images
     * @param seed decides order and changes
     * @param workerCount background threads; 0 to prepare each batch when it is asked for
     * @throws ArgumentException for a batch size below 1 or a negative number of workers
     */
    public DataLoader(
            ImageDataset dataset,
            int batchSize,
            boolean shuffle,
            Augmentation augmentation,
            long seed,
            int workerCount) {
        if (batchSize < 1 || workerCount < 0) {
            throw new ArgumentException(
                    "DataLoader: batchSize is "
                            + batchSize
                            + ", expected at least 1; workerCount is "
                            + workerCount
                            + ", expected at least 0");
        }
        this.dataset = dataset;
        this.batchSize = batchSize;
        this.shuffle = shuffle;
        this.augmentation = augmentation;
        this.seed = seed;
        this.workers = workerCount == 0 ? null : start(workerCount);
    }

    private static ExecutorService start(int workerCount) {
        return Executors.newFixedThreadPool(
                workerCount, Thread.ofPlatform().daemon().name("keyway-data-", 0).factory());
    }

    /** {@return the number of batches of an epoch; the last may be smaller} */
    public int batches() {
        return Math.ceilDiv(dataset.count(), batchSize);
    }

    /**
     * {@return the batches of an epoch, in order}
     *
     * @param epoch number of the epoch
     */
    public Iterable<Batch> epoch(int epoch) {
        int[] order = order(epoch);
        return () -> new Batches(order, epoch);
    }

    private static long key(long seed, int epoch) {
        return seed * 1_000_003L + epoch;
    }

    private int[] order(int epoch) {
        int[] order = new int[dataset.count()];
        Arrays.setAll(order, i -> i);
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

    /** Stops the background threads; a consumer that waits for a batch gets an error. */
    @Override
    public void close() {
        closed = true;
        if (workers != null) {
            for (Runnable waiting : workers.shutdownNow()) {
                ((FutureTask<?>) waiting).cancel(true);
            }
        }
    }

    private final class Batches implements Iterator<Batch> {
        private final int[] order;
        private final int epoch;
        private final Queue<FutureTask<Batch>> ahead = new ArrayDeque<>();
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
                FutureTask<Batch> work = new FutureTask<>(() -> prepare(order, epoch, start));
                ahead.add(work);
                if (workers != null) {
                    try {
                        workers.execute(work);
                    } catch (RejectedExecutionException e) {
                        throw new ClosedException(CLOSED, e);
                    }
                }
            }
        }

        @Override
        public boolean hasNext() {
            return !ahead.isEmpty();
        }

        @Override
        public Batch next() {
            FutureTask<Batch> first = ahead.poll();
            if (first == null) {
                throw new NoSuchElementException("the epoch has no further batch");
            }
            if (closed) {
                throw new ClosedException(CLOSED);
            }
            if (workers == null) {
                first.run();
            }
            Batch batch = await(first);
            submit();
            return batch;
        }

        private static Batch await(FutureTask<Batch> work) {
            try {
                return work.get();
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                throw new DataException("a batch could not be prepared: " + cause, cause);
            } catch (CancellationException e) {
                throw new ClosedException(CLOSED, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DataException("interrupted while waiting for a batch", e);
            }
        }
    }
}
