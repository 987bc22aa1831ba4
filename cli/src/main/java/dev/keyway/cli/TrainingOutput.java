// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.Device;
import dev.keyway.nn.training.TrainingListener;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A run for people: a line for each epoch, a bar for the one that is running. */
final class TrainingOutput implements TrainingListener, AutoCloseable {
    private final Terminal terminal;
    private final Device device;
    private final boolean json;
    private final List<EpochResult> epochs = new ArrayList<>();
    private @Nullable Progress progress;

    TrainingOutput(Terminal terminal, Device device, boolean json) {
        this.terminal = terminal;
        this.device = device;
        this.json = json;
    }

    List<EpochResult> epochs() {
        return List.copyOf(epochs);
    }

    private void print(String format, Object... values) {
        if (!json) {
            terminal.out().println(String.format(Locale.ROOT, format, values));
        }
    }

    @Override
    public void onData(int train, int heldOut, int test) {
        print(
                "training on %s: %,d images, %,d held out, %,d for the test",
                device.name(), train, heldOut, test);
        print("%5s  %8s  %8s  %8s  %7s", "epoch", "loss", "training", "held out", "seconds");
    }

    @Override
    public void onBatch(int epoch, int batch, int batches, double loss) {
        if (progress == null) {
            progress = new Progress(terminal, "epoch " + epoch, batches);
        }
        progress.step(String.format(Locale.ROOT, "loss %.3f", loss));
    }

    @Override
    public void onEpoch(EpochResult result) {
        close();
        epochs.add(result);
        print(
                "%5d  %8.4f  %8.4f  %8.4f  %7.1f%s",
                result.epoch(),
                result.loss(),
                result.accuracy(),
                result.validationAccuracy(),
                result.seconds(),
                result.best() ? "  best" : "");
    }

    @Override
    public void onSaved(Path file) {}

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
            progress = null;
        }
    }
}
