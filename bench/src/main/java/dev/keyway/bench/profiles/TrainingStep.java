// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.profiles;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.nn.Sequential;
import dev.keyway.nn.optim.SGD;
import dev.keyway.nn.training.FashionCnn;
import java.util.function.Supplier;

/** A training step of the network that {@code keyway train} trains; gives the loss. */
final class TrainingStep implements Supplier<Tensor> {
    private static final long BATCH = 16;
    private static final double LR = 1e-4;

    private final Sequential model;
    private final SGD optimizer;
    private final Tensor images;
    private final Tensor labels;

    TrainingStep(Device device) {
        model = FashionCnn.create(device, new Generator(1), 0.3);
        optimizer = new SGD(model.namedParameters(), LR, 0.9, 0);
        images = Ops.randn(device, DType.F32, BATCH, 1, 28, 28);
        labels = Ops.randint(device, DType.I64, 0, 10, BATCH);
    }

    @Override
    public Tensor get() {
        optimizer.zeroGrad();
        try (Tensor logits = model.forward(images)) {
            Tensor loss = Ops.crossEntropy(logits, labels);
            loss.backward();
            optimizer.step();
            return loss;
        }
    }
}
