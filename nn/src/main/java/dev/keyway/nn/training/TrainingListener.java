// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.training;

/** Hears of a run's progress, on the training thread. */
public interface TrainingListener {
    /**
     * The data are loaded: how many images are for training, held out, and for the test.
     *
     * @param train images for training
     * @param heldOut images held out
     * @param test images for the test
     */
    void onData(int train, int heldOut, int test);

    /**
     * A step is done; counts start at 1.
     *
     * @param epoch from 1
     * @param batch from 1
     * @param batches in the epoch
     * @param loss mean loss of the batch
     */
    void onBatch(int epoch, int batch, int batches, double loss);

    /**
     * An epoch is done.
     *
     * @param result what the epoch gave
     */
    void onEpoch(EpochResult result);

    /**
     * A checkpoint was saved.
     *
     * @param file the file
     */
    void onSaved(java.nio.file.Path file);

    /**
     * What an epoch gave.
     *
     * @param epoch from 1
     * @param epochs of how many
     * @param loss mean training loss
     * @param accuracy on the training images as they were seen
     * @param validationAccuracy on the held-out images
     * @param best whether it is the best so far
     * @param seconds time it took
     */
    record EpochResult(
            int epoch,
            int epochs,
            double loss,
            double accuracy,
            double validationAccuracy,
            boolean best,
            double seconds) {}
}
