// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.training;

import dev.keyway.Keyway;
import dev.keyway.nn.training.TrainingListener.EpochResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Runs on a few images, and what they tell. */
abstract class TrainingFixture {
    static final int IMAGES = 330;
    static final int BATCH_SIZE = 30;

    @TempDir static Path data;
    @TempDir Path folder;

    @BeforeAll
    static void write() throws IOException {
        FewImages.write(data, IMAGES, 60);
    }

    static TrainingOptions options(int epochs, @Nullable Path save, @Nullable Path resume) {
        return new TrainingOptions(data, epochs, BATCH_SIZE, 0.02, 1, save, resume, 0);
    }

    /** Trains in a runtime that is opened for this run alone. */
    static double train(TrainingOptions options, TrainingListener listener) {
        return train(2, options, listener);
    }

    static double train(int threads, TrainingOptions options, TrainingListener listener) {
        try (Keyway keyway = Keyway.builder().threads(threads).open()) {
            return new FashionMnistTraining(keyway.device("cpu"), options, listener).run();
        }
    }

    /** Remembers all it hears, and each checkpoint's bytes. */
    static class Recording implements TrainingListener {
        final List<EpochResult> epochs = new ArrayList<>();
        final List<byte[]> saved = new ArrayList<>();
        final List<Double> losses = new ArrayList<>();
        final List<Integer> images = new ArrayList<>();

        @Override
        public void onData(int train, int heldOut, int test) {
            images.addAll(List.of(train, heldOut, test));
        }

        @Override
        public void onBatch(int epoch, int batch, int batches, double loss) {
            losses.add(loss);
        }

        @Override
        public void onEpoch(EpochResult result) {
            epochs.add(result);
        }

        @Override
        public void onSaved(Path file) {
            try {
                saved.add(Files.readAllBytes(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Stops the run after its first checkpoint. */
    static final class Interrupting extends Recording {
        @Override
        public void onSaved(Path file) {
            super.onSaved(file);
            throw new Interruption();
        }
    }

    /** What a listener throws to stop a run. */
    static final class Interruption extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
