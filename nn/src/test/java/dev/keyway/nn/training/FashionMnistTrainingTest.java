// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ArgumentException;
import dev.keyway.nn.checkpoint.CheckpointException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A short run learns, reports, and depends on its options alone. */
class FashionMnistTrainingTest extends TrainingFixture {
    @Test
    void learnsAndReports() {
        Recording heard = new Recording();
        double accuracy = train(options(3, null, null), heard);
        assertTrue(accuracy > 0.3 && accuracy <= 1, "accuracy " + accuracy);
        assertEquals(List.of(297, 33, 60), heard.images);
        assertEquals(List.of(1, 2, 3), heard.epochs.stream().map(e -> e.epoch()).toList());
        assertEquals(3 * Math.ceilDiv(297, BATCH_SIZE), heard.losses.size());
        assertTrue(heard.epochs.getLast().loss() < heard.epochs.getFirst().loss());
        assertTrue(heard.epochs.getFirst().best());
        assertEquals(0, heard.saved.size());
    }

    @Test
    void theSeedDecidesEveryLoss() {
        assertEquals(losses(5), losses(5));
        assertNotEquals(losses(5), losses(6));
    }

    private static List<Double> losses(long seed) {
        Recording heard = new Recording();
        train(new TrainingOptions(data, 1, 30, 0.02, seed, null, null, 60), heard);
        assertEquals(2, heard.losses.size());
        return heard.losses;
    }

    @Test
    void savesTheBestOnly() throws Exception {
        Path file = folder.resolve("best");
        Recording heard = new Recording();
        train(options(3, file, null), heard);
        long best = heard.epochs.stream().filter(e -> e.best()).count();
        assertEquals(best, heard.saved.size());
        assertArrayEquals(heard.saved.getLast(), Files.readAllBytes(file));
    }

    @Test
    void refusesATargetThatCanNotBeWrittenBeforeItTrains() {
        Path missing = folder.resolve("missing").resolve("run");
        for (Path file : List.of(missing, folder)) {
            Recording heard = new Recording();
            CheckpointException error =
                    assertThrows(
                            CheckpointException.class, () -> train(options(1, file, null), heard));
            assertTrue(error.getMessage().contains(file + " can't be written"));
            assertEquals(List.of(), heard.losses);
        }
        assertFalse(Files.exists(missing));
    }

    @Test
    void refusesWrongOptions() {
        refuses("epochs is 0", 0, 30, 0.02, 0);
        refuses("batchSize is 0", 1, 0, 0.02, 0);
        refuses("lr is -1.0", 1, 30, -1, 0);
        refuses("lr is NaN", 1, 30, Double.NaN, 0);
        refuses("lr is Infinity", 1, 30, Double.POSITIVE_INFINITY, 0);
        refuses("limit is -1", 1, 30, 0.02, -1);
    }

    private static void refuses(String part, int epochs, int batchSize, double lr, int limit) {
        ArgumentException error =
                assertThrows(
                        ArgumentException.class,
                        () ->
                                new TrainingOptions(
                                        data, epochs, batchSize, lr, 1, null, null, limit));
        assertTrue(error.getMessage().contains(part), error.getMessage());
    }
}
