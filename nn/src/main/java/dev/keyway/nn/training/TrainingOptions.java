// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.training;

import dev.keyway.ArgumentException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Options of a training run.
 *
 * @param data folder of the IDX files
 * @param epochs number of epochs
 * @param batchSize images per step
 * @param lr the highest learning rate; it rises to it over the first epoch
 * @param seed decides weights, order, augmentation and dropout
 * @param save where the best checkpoint goes; null for nowhere
 * @param resume checkpoint to go on from; null to start afresh
 * @param limit the most training images to use; 0 for all
 */
public record TrainingOptions(
        Path data,
        int epochs,
        int batchSize,
        double lr,
        long seed,
        @Nullable Path save,
        @Nullable Path resume,
        int limit) {
    /**
     * Checks the numbers.
     *
     * @throws ArgumentException naming the option
     */
    public TrainingOptions {
        check("epochs", epochs >= 1, epochs, "at least 1");
        check("batchSize", batchSize >= 1, batchSize, "at least 1");
        check("lr", lr > 0 && lr < Double.POSITIVE_INFINITY, lr, "a number above 0");
        check("limit", limit >= 0, limit, "at least 0");
    }

    private static void check(String name, boolean right, Number value, String expected) {
        if (!right) {
            throw new ArgumentException(
                    "training option " + name + " is " + value + ", expected " + expected);
        }
    }

    /** Epochs by default. */
    public static final int EPOCHS = 16;

    /** Batch size by default. */
    public static final int BATCH_SIZE = 64;

    /** Learning rate by default. */
    public static final double LR = 0.01;

    /** Seed by default. */
    public static final long SEED = 1;

    /**
     * {@return the defaults, with nothing saved}
     *
     * @param data the folder with the data
     */
    public static TrainingOptions of(Path data) {
        return new TrainingOptions(data, EPOCHS, BATCH_SIZE, LR, SEED, null, null, 0);
    }

    /**
     * {@return the options with which a checkpoint was saved, to go on from it: unchanged, they
     * give the bits of the run that was never interrupted} Only the number of epochs may be
     * changed.
     *
     * @param checkpoint the file
     * @param data the folder with the data
     * @throws dev.keyway.nn.checkpoint.CheckpointException when it is not of a training run
     */
    public static TrainingOptions resume(Path checkpoint, Path data) {
        return TrainingMetadata.options(checkpoint, data);
    }
}
