// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.nn.training.TrainingListener;
import java.nio.file.Path;

/** Tells nothing. */
class SilentListener implements TrainingListener {
    @Override
    public void onData(int train, int heldOut, int test) {}

    @Override
    public void onBatch(int epoch, int batch, int batches, double loss) {}

    @Override
    public void onEpoch(EpochResult result) {}

    @Override
    public void onSaved(Path file) {}
}
