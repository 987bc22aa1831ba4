// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.training;

import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.nn.NnModule;
import dev.keyway.nn.Sequential;
import dev.keyway.nn.checkpoint.Safetensors;
import dev.keyway.nn.data.Augmentation;
import dev.keyway.nn.data.Batch;
import dev.keyway.nn.data.DataLoader;
import dev.keyway.nn.data.FashionMnist;
import dev.keyway.nn.data.ImageDataset;
import dev.keyway.nn.optim.LRScheduler;
import dev.keyway.nn.optim.SGD;
import dev.keyway.nn.training.TrainingListener.EpochResult;
import java.nio.file.Path;

/**
 * Trains {@link FashionCnn} and tests the weights that were best on 1,000 held-out training images.
 * The result depends on options and device alone, not on threads.
 */
public final class FashionMnistTraining {
    private static final int HELD_OUT = 1000;
    private static final int EVALUATION_BATCH = 250;
    private static final double MOMENTUM = 0.9;
    private static final double WEIGHT_DECAY = 5e-4;
    private static final double DROPOUT = 0.3;

    private final Keyway keyway;
    private final Device device;
    private final TrainingOptions options;
    private final TrainingListener listener;

    /**
     * A run on the device.
     *
     * @param device where the parameters are
     * @param options the options
     * @param listener told of the progress, on the thread that trains
     */
    public FashionMnistTraining(Device device, TrainingOptions options, TrainingListener listener) {
        this.keyway = device.keyway();
        this.device = device;
        this.options = options;
        this.listener = listener;
    }

    /**
     * Trains, then tests the best weights once.
     *
     * @return the test accuracy, from 0 to 1
     */
    public double run() {
        checkWritable();
        FashionMnist data = FashionMnist.load(options.data());
        int available = data.train().count();
        int heldOut = Math.min(HELD_OUT, available / 10);
        int used = available - heldOut;
        if (options.limit() > 0) {
            used = Math.min(used, options.limit());
        }
        ImageDataset train = data.train().slice(0, used);
        ImageDataset validation = data.train().slice(available - heldOut, heldOut);
        listener.onData(train.count(), validation.count(), data.test().count());
        keyway.manualSeed(options.seed());
        Generator initial = new Generator(options.seed());
        try (Sequential model = FashionCnn.create(device, initial, DROPOUT);
                SGD optimizer =
                        new SGD(model.namedParameters(), options.lr(), MOMENTUM, WEIGHT_DECAY)) {
            try (BestWeights best = new BestWeights(model)) {
                train(model, optimizer, best, train, validation);
                best.restore();
            }
            return accuracy(model, data.test());
        }
    }

    /** Fails before the work, not after it. */
    private void checkWritable() {
        if (options.save() != null) {
            Safetensors.checkWritable(options.save());
        }
    }

    private void train(
            NnModule model,
            SGD optimizer,
            BestWeights best,
            ImageDataset train,
            ImageDataset validation) {
        TrainingMetadata run = TrainingMetadata.of(options, train, validation);
        TrainingCheckpoint last = new TrainingCheckpoint(0, -1);
        if (options.resume() != null) {
            last =
                    TrainingCheckpoint.load(
                            options.resume(), device, model, optimizer, keyway.generator(), run);
            best.keep();
        }
        int first = last.epoch();
        double bestAccuracy = last.bestAccuracy();
        LRScheduler schedule = LRScheduler.cosineAnnealing(options.lr(), options.epochs());
        try (DataLoader loader =
                new DataLoader(
                        train, options.batchSize(), true, Augmentation.FLIP, options.seed(), 1)) {
            for (int epoch = first; epoch < options.epochs(); epoch++) {
                optimizer.setLr(schedule.lr(epoch));
                long start = System.nanoTime();
                Sums sums = epoch(model, optimizer, loader, epoch);
                double accuracy = accuracy(model, validation);
                boolean better = accuracy > bestAccuracy;
                double seconds = (System.nanoTime() - start) / 1e9;
                listener.onEpoch(
                        new EpochResult(
                                epoch + 1,
                                options.epochs(),
                                sums.loss / sums.seen,
                                (double) sums.correct / sums.seen,
                                accuracy,
                                better,
                                seconds));
                if (better) {
                    bestAccuracy = accuracy;
                    best.keep();
                    save(model, optimizer, run, new TrainingCheckpoint(epoch + 1, accuracy));
                }
            }
        }
    }

    private void save(NnModule model, SGD optimizer, TrainingMetadata run, TrainingCheckpoint at) {
        Path file = options.save();
        if (file != null) {
            TrainingCheckpoint.save(file, model, optimizer, keyway.generator(), run, at);
            listener.onSaved(file);
        }
    }

    /** Totals of an epoch. */
    private static final class Sums {
        private double loss;
        private long correct;
        private long seen;
    }

    private Sums epoch(NnModule model, SGD optimizer, DataLoader loader, int epoch) {
        model.train(true);
        Sums sums = new Sums();
        int number = 0;
        for (Batch batch : loader.epoch(epoch)) {
            optimizer.zeroGrad();
            if (epoch == 0) {
                // The head's 3,136 inputs make the full rate unstable until the weights have
                // settled.
                optimizer.setLr(options.lr() * (number + 1) / loader.batches());
            }
            try (Tensor images = images(batch.images(), batch.size());
                    Tensor labels = keyway.tensor(device, batch.labels(), batch.size());
                    Tensor logits = model.forward(images);
                    Tensor loss = Ops.crossEntropy(logits, labels)) {
                loss.backward();
                optimizer.step();
                double value = loss.item();
                sums.loss += value * batch.size();
                sums.correct += correct(logits, labels);
                sums.seen += batch.size();
                listener.onBatch(epoch + 1, ++number, loader.batches(), value);
            }
        }
        optimizer.zeroGrad();
        return sums;
    }

    private Tensor images(float[] pixels, int size) {
        int side = (int) Math.sqrt((double) pixels.length / size);
        return keyway.tensor(device, pixels, size, 1, side, side);
    }

    private long correct(Tensor logits, Tensor labels) {
        try (var scope = keyway.noGrad();
                Tensor predicted = logits.argmax(1L);
                Tensor equal = predicted.eq(labels);
                Tensor count = equal.sum()) {
            return count.itemLong();
        }
    }

    private double accuracy(NnModule model, ImageDataset dataset) {
        model.eval();
        long correct = 0;
        try (var scope = keyway.noGrad();
                DataLoader loader =
                        new DataLoader(
                                dataset,
                                EVALUATION_BATCH,
                                false,
                                Augmentation.NONE,
                                options.seed(),
                                1)) {
            for (Batch batch : loader.epoch(0)) {
                try (Tensor images = images(batch.images(), batch.size());
                        Tensor labels = keyway.tensor(device, batch.labels(), batch.size());
                        Tensor logits = model.forward(images)) {
                    correct += correct(logits, labels);
                }
            }
        }
        return (double) correct / Math.max(dataset.count(), 1);
    }
}
