// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import dev.keyway.nn.BatchNorm2d;
import dev.keyway.nn.Conv2d;
import dev.keyway.nn.CrossEntropyLoss;
import dev.keyway.nn.Dropout;
import dev.keyway.nn.Flatten;
import dev.keyway.nn.Linear;
import dev.keyway.nn.MaxPool2d;
import dev.keyway.nn.ReLU;
import dev.keyway.nn.Sequential;
import dev.keyway.nn.optim.SGD;

/** The layers of the example's network on few pixels, so that unloading it is what takes time. */
final class SmallTraining {
    private static final int SIDE = 8;
    private static final long[] LABELS = {0, 3, 1, 4};

    private SmallTraining() {}

    /** Two steps; the losses of both. */
    static double[] run(Keyway keyway, Device device) {
        keyway.manualSeed(7);
        Generator initial = new Generator(7);
        float[] pixels = new float[LABELS.length * SIDE * SIDE];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (i * 37 % 64) / 64f - 0.5f;
        }
        try (Sequential model = network(device, initial);
                SGD optimizer = new SGD(model.namedParameters(), 0.1, 0.9, 0.01);
                Tensor images = keyway.tensor(device, pixels, LABELS.length, 1, SIDE, SIDE);
                Tensor labels = keyway.tensor(device, LABELS, LABELS.length)) {
            return new double[] {
                step(model, optimizer, images, labels), step(model, optimizer, images, labels)
            };
        }
    }

    private static Sequential network(Device device, Generator initial) {
        return new Sequential(
                new Conv2d(device, 1, 4, 3, 1, 1, false, initial),
                new BatchNorm2d(device, 4),
                new ReLU(),
                new MaxPool2d(2),
                new Flatten(),
                new Dropout(0.25),
                new Linear(device, 4 * SIDE * SIDE / 4, 5, initial));
    }

    private static double step(Sequential model, SGD optimizer, Tensor images, Tensor labels) {
        optimizer.zeroGrad();
        try (Tensor logits = model.forward(images);
                Tensor loss = new CrossEntropyLoss().forward(logits, labels)) {
            loss.backward();
            optimizer.step();
            return loss.item();
        }
    }
}
