// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.chaos;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import dev.keyway.nn.BatchNorm2d;
import dev.keyway.nn.Conv2d;
import dev.keyway.nn.CrossEntropyLoss;
import dev.keyway.nn.Dropout;
import dev.keyway.nn.Flatten;
import dev.keyway.nn.Linear;
import dev.keyway.nn.ReLU;
import dev.keyway.nn.Sequential;
import dev.keyway.nn.optim.SGD;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A network with its data on a device, and one step of training that always starts the same. */
final class TrainingStep implements AutoCloseable {
    private static final long IMAGES = 4;

    private final Keyway keyway;
    private final Sequential model;
    private final SGD optimizer;
    private final Tensor images;
    private final Tensor labels;
    private final Map<String, Tensor> start = new LinkedHashMap<>();

    TrainingStep(Keyway keyway, Device device) {
        this.keyway = keyway;
        keyway.manualSeed(7);
        model =
                new Sequential(
                        new Conv2d(device, 1, 3, 3, 1, 1, true, null),
                        new BatchNorm2d(device, 3),
                        new ReLU(),
                        new Dropout(0.25),
                        new Flatten(),
                        new Linear(device, 48, 5, null));
        optimizer = new SGD(model.namedParameters(), 0.1, 0.9, 0.01);
        float[] pixels = new float[(int) IMAGES * 16];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (i * 37 % 64) / 64f - 0.5f;
        }
        images = keyway.tensor(device, pixels, IMAGES, 1, 4, 4);
        labels = keyway.tensor(device, new long[] {0, 3, 1, 4}, IMAGES);
        model.stateDict().forEach((name, tensor) -> start.put(name, tensor.clone()));
    }

    /** Back to before the first step. */
    void reset() {
        model.loadStateDict(start);
        model.zeroGrad();
        optimizer.loadState(Map.of());
        keyway.manualSeed(11);
    }

    /** Forward, loss, backward, optimizer; the loss is read at the end. */
    double run() {
        try (Tensor loss = submit()) {
            return loss.item();
        }
    }

    /** As {@link #run}, but waits for nothing. The caller closes the loss. */
    Tensor submit() {
        Tensor loss = null;
        try (Tensor logits = model.forward(images)) {
            loss = new CrossEntropyLoss().forward(logits, labels);
            optimizer.zeroGrad();
            loss.backward();
            optimizer.step();
            return loss;
        } catch (RuntimeException e) {
            if (loss != null) {
                loss.close();
            }
            throw e;
        }
    }

    /** The bits of all parameters, buffers and momenta. */
    int bits() {
        int hash = 1;
        for (Map<String, Tensor> tensors : List.of(model.stateDict(), optimizer.state())) {
            for (Tensor tensor : tensors.values()) {
                hash = 31 * hash + Arrays.hashCode(tensor.toFloatArray());
            }
        }
        return hash;
    }

    @Override
    public void close() {
        start.values().forEach(Tensor::close);
        optimizer.close();
        model.close();
        images.close();
        labels.close();
    }
}
