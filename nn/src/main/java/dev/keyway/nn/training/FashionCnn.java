// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.training;

import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.nn.BatchNorm2d;
import dev.keyway.nn.Conv2d;
import dev.keyway.nn.Dropout;
import dev.keyway.nn.Flatten;
import dev.keyway.nn.Linear;
import dev.keyway.nn.MaxPool2d;
import dev.keyway.nn.ReLU;
import dev.keyway.nn.Sequential;

/** The small convolutional network that {@code keyway train} trains. */
public final class FashionCnn {
    private FashionCnn() {}

    /**
     * Two convolutions with batch normalization and pooling, dropout, a linear head; {@code [n, 1,
     * 28, 28]} to ten classes.
     *
     * @param device where the parameters are
     * @param generator where the first values come from
     * @param dropout probability, from 0 to 1
     * @return the network
     */
    public static Sequential create(Device device, Generator generator, double dropout) {
        return new Sequential(
                new Conv2d(device, 1, 32, 3, 1, 1, false, generator),
                new BatchNorm2d(device, 32),
                new ReLU(),
                new MaxPool2d(2),
                new Conv2d(device, 32, 64, 3, 1, 1, false, generator),
                new BatchNorm2d(device, 64),
                new ReLU(),
                new MaxPool2d(2),
                new Flatten(),
                new Dropout(dropout),
                new Linear(device, 64 * 7 * 7, 10, generator));
    }
}
