// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Keyway;
import dev.keyway.backend.cpu.CpuBackend;
import dev.keyway.nn.training.FashionMnistTraining;
import dev.keyway.nn.training.TrainingListener;
import dev.keyway.nn.training.TrainingOptions;
import dev.keyway.spi.Backend;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A short training reaches what it reaches on the CPU. */
@Tag("opencl")
class OpenClTrainingTest {
    private static final int IMAGES = 600;
    private static final int EPOCHS = 4;

    private static final TrainingListener SILENT =
            new TrainingListener() {
                @Override
                public void onData(int train, int heldOut, int test) {}

                @Override
                public void onBatch(int epoch, int batch, int batches, double loss) {}

                @Override
                public void onEpoch(EpochResult result) {}

                @Override
                public void onSaved(Path file) {}
            };

    private static double train(Backend backend, String device) {
        TrainingOptions defaults = TrainingOptions.of(Path.of("../../data/fashion-mnist"));
        TrainingOptions options =
                new TrainingOptions(
                        defaults.data(),
                        EPOCHS,
                        defaults.batchSize(),
                        defaults.lr(),
                        defaults.seed(),
                        null,
                        null,
                        IMAGES);
        try (Keyway keyway = Keyway.builder().classPathBackends(false).backend(backend).open()) {
            return new FashionMnistTraining(keyway.device(device), options, SILENT).run();
        }
    }

    @Test
    void itReachesTheAccuracyOfTheCpu() {
        double here = train(new OpenClBackend(), "opencl");
        double cpu = train(new CpuBackend(), "cpu");
        assertTrue(cpu > 0.6, "accuracy on the CPU: " + cpu);
        assertEquals(cpu, here, 0.03);
    }
}
