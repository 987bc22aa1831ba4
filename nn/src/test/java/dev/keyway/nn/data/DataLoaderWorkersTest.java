// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ClosedException;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of the background threads, and their errors. */
@Timeout(60)
class DataLoaderWorkersTest {
    private static List<Thread> workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("keyway-data-"))
                .toList();
    }

    private static DataLoader loader(ImageDataset dataset, int workers) {
        return new DataLoader(dataset, 16, true, Augmentation.FLIP, 1, workers);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void closingEarlyStopsTheWorkers(int count) throws InterruptedException {
        List<Thread> before = workers();
        DataLoader loader = loader(NumberedImages.of(5000), count);
        loader.epoch(0).iterator().next();
        List<Thread> started =
                workers().stream().filter(thread -> !before.contains(thread)).toList();
        assertEquals(count, started.size());
        assertTrue(started.stream().allMatch(Thread::isDaemon));
        loader.close();
        for (Thread thread : started) {
            thread.join();
        }
    }

    @Test
    void withoutWorkersTheConsumerPrepares() {
        List<Thread> before = workers();
        try (DataLoader loader = loader(NumberedImages.of(500), 0)) {
            loader.epoch(0).iterator().next();
            assertTrue(before.containsAll(workers()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void aClosedLoaderSaysSo(int count) {
        DataLoader loader = loader(NumberedImages.of(5000), count);
        Iterator<Batch> batches = loader.epoch(0).iterator();
        batches.next();
        loader.close();
        loader.close();
        ClosedException error = assertThrows(ClosedException.class, batches::next);
        assertTrue(error.getMessage().contains("closed"), error.getMessage());
    }

    @Test
    void closingFreesAWaitingConsumer() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            DataLoader loader = loader(NumberedImages.of(20_000), 2);
            Throwable[] ended = new Throwable[1];
            Thread consumer =
                    new Thread(
                            () -> {
                                try {
                                    while (true) {
                                        loader.epoch(0).forEach(batch -> {});
                                    }
                                } catch (ClosedException e) {
                                    ended[0] = e;
                                }
                            });
            consumer.start();
            Thread.sleep(round % 10);
            loader.close();
            consumer.join();
            assertInstanceOf(ClosedException.class, ended[0]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void anErrorInAWorkerReachesTheConsumer(int count) {
        ImageDataset whole = NumberedImages.of(100);
        ImageDataset broken = new ImageDataset(whole.images(), new byte[50], 100, 2, 2);
        try (DataLoader loader = loader(broken, count)) {
            DataException error =
                    assertThrows(DataException.class, () -> loader.epoch(0).forEach(batch -> {}));
            assertTrue(error.getMessage().contains("could not be prepared"), error.getMessage());
            Throwable cause = error.getCause();
            assertNotNull(cause);
            assertInstanceOf(ArrayIndexOutOfBoundsException.class, cause);
        }
    }
}
