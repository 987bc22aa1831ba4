// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A run that was interrupted and goes on ends with the bits of one that was not. */
class ResumeTest extends TrainingFixture {
    @Test
    void interruptedAfterItsFirstCheckpointOnOneThreadAndResumedOnTwo() throws Exception {
        int epochs = 4;
        Recording whole = new Recording();
        double accuracy = train(options(epochs, folder.resolve("whole"), null), whole);
        assertTrue(whole.saved.size() >= 2, "saved " + whole.saved.size());

        Path file = folder.resolve("interrupted");
        Interrupting first = new Interrupting();
        assertThrows(Interruption.class, () -> train(1, options(epochs, file, null), first));
        assertArrayEquals(whole.saved.getFirst(), Files.readAllBytes(file));

        Recording rest = new Recording();
        assertEquals(accuracy, train(2, options(epochs, file, file), rest));
        assertEquals(whole.saved.size() - 1, rest.saved.size());
        for (int i = 0; i < rest.saved.size(); i++) {
            assertArrayEquals(whole.saved.get(i + 1), rest.saved.get(i));
        }
        assertArrayEquals(Files.readAllBytes(folder.resolve("whole")), Files.readAllBytes(file));
        int done = first.losses.size();
        assertEquals(whole.losses.subList(done, whole.losses.size()), rest.losses);
        assertEquals(accuracies(whole).subList(1, epochs), accuracies(rest));
    }

    private static List<Double> accuracies(Recording heard) {
        return heard.epochs.stream().map(epoch -> epoch.validationAccuracy()).toList();
    }

    @Test
    void theOptionsComeFromTheCheckpoint() {
        Path file = folder.resolve("run");
        TrainingOptions saved = new TrainingOptions(data, 2, 40, 0.015, 9, file, null, 100);
        assertThrows(Interruption.class, () -> train(saved, new Interrupting()));
        assertEquals(
                new TrainingOptions(data, 2, 40, 0.015, 9, null, file, 100),
                TrainingOptions.resume(file, data));
    }

    @Test
    void aFinishedRunIsTestedOnly() {
        Path file = folder.resolve("run");
        double accuracy = train(options(1, file, null), new Recording());
        Recording rest = new Recording();
        assertEquals(accuracy, train(options(1, null, file), rest));
        assertEquals(0, rest.losses.size());
    }

    @Test
    void aRunCanBeProlonged() {
        Path file = folder.resolve("run");
        train(options(1, file, null), new Recording());
        Recording more = new Recording();
        train(options(2, null, file), more);
        assertEquals(1, more.epochs.size());
        assertEquals(2, more.epochs.getFirst().epoch());
    }
}
