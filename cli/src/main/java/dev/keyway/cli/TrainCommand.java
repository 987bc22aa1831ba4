// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.nn.training.TrainingOptions;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;

/** Trains the small network. */
@Command(
        name = "train",
        header = "Trains a small convolutional network on Fashion-MNIST.",
        description = {
            "",
            "Two convolutions with batch normalization, max pooling, dropout and a linear layer;"
                    + " cross-entropy, SGD with momentum 0.9 and weight decay 5e-4, a cosine"
                    + " schedule. The weights that did best on 1,000 held-out training images are"
                    + " tested once, at the end. The same seed gives the same weights, bit for bit,"
                    + " whatever the number of threads.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keyway train                                  with the defaults",
            "  keyway train --device cpu --threads 1         on one thread of the CPU",
            "  keyway train --save best.safetensors          keep the best checkpoint",
            "  keyway train --resume best.safetensors        go on from it",
            "  keyway train --data /usr/share/datasets/fashion-mnist",
            "                                                all 60,000 images, from Debian's package",
            "                                                dataset-fashion-mnist",
            "",
            "The last line of the output is 'test accuracy: 0.NNNN'.",
            "Exit status: 0 when trained, 2 for wrong options, 3 without the device, 4 when data or",
            "a checkpoint can't be read or written."
        })
final class TrainCommand implements Callable<Integer> {
    @Mixin CommonOptions common = new CommonOptions();
    @Mixin DeviceOption device = new DeviceOption();
    @Mixin FallbackOption fallback = new FallbackOption();

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description =
                    "Passes over the training images. Default: " + TrainingOptions.EPOCHS + ".")
    private @Nullable Integer epochs;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Images per step. Default: " + TrainingOptions.BATCH_SIZE + ".")
    private @Nullable Integer batchSize;

    @Option(
            names = "--lr",
            paramLabel = "X",
            description =
                    "Highest learning rate; the first epoch rises to it, the cosine falls from it."
                            + " Default: "
                            + TrainingOptions.LR
                            + ".")
    private @Nullable Double lr;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "Decides weights, order, mirroring and dropout. Default: "
                            + TrainingOptions.SEED
                            + ".")
    private @Nullable Long seed;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads to compute with. Default: one for each processor.")
    private @Nullable Integer threads;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Use only the first N training images. Default: all.")
    private @Nullable Integer limit;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Folder of the four IDX files, gzipped or plain, under upstream's names."
                            + " Default: $KEYWAY_DATA (the launcher sets it to the images that come"
                            + " along).")
    private @Nullable Path data;

    @Option(
            names = "--save",
            paramLabel = "FILE",
            description =
                    "Save the best checkpoint here (safetensors), whenever there is a better.")
    private @Nullable Path save;

    @Option(
            names = "--resume",
            paramLabel = "FILE",
            description =
                    "Go on from this checkpoint, with the options and data it was saved with; only"
                            + " --epochs may be another number.")
    private @Nullable Path resume;

    private final Terminal terminal;

    TrainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        positive("--epochs", epochs);
        positive("--batch-size", batchSize);
        positive("--threads", threads);
        positive("--limit", limit);
        if (lr != null && !(lr > 0 && lr < Double.POSITIVE_INFINITY)) {
            throw usage("--lr is " + lr + ", expected a number above 0");
        }
        new TrainRun(this, terminal).run(options());
        return ExitCode.OK.status();
    }

    /** Threads to compute with; null for the default. */
    @Nullable Integer threads() {
        return threads;
    }

    private TrainingOptions options() {
        Path folder = folder();
        TrainingOptions base =
                resume == null
                        ? TrainingOptions.of(folder)
                        : TrainingOptions.resume(resume, folder);
        return new TrainingOptions(
                folder,
                Objects.requireNonNullElse(epochs, base.epochs()),
                Objects.requireNonNullElse(batchSize, base.batchSize()),
                Objects.requireNonNullElse(lr, base.lr()),
                Objects.requireNonNullElse(seed, base.seed()),
                save,
                resume,
                Objects.requireNonNullElse(limit, base.limit()));
    }

    private Path folder() {
        if (data != null) {
            return data;
        }
        String variable = terminal.variable("KEYWAY_DATA");
        if (variable == null) {
            throw new CommandException(
                    ExitCode.DATA,
                    "no data folder; name the folder with the IDX files with --data or KEYWAY_DATA"
                            + " (the launcher ./keyway sets it)");
        }
        return Path.of(variable);
    }

    private static void positive(String option, @Nullable Integer value) {
        if (value != null && value < 1) {
            throw usage(option + " is " + value + ", expected a number above 0");
        }
    }

    private static CommandException usage(String message) {
        return new CommandException(ExitCode.USAGE, message);
    }
}
