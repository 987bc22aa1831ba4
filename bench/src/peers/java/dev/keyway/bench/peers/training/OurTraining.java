// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers.training;

import dev.keyway.Generator;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.bench.peers.KeywaySide;
import dev.keyway.nn.NnModule;
import dev.keyway.nn.optim.SGD;
import java.util.Map;

/** Our side: the model, its optimizer and a batch. */
final class OurTraining implements AutoCloseable {
    private final KeywaySide side;
    private final NnModule model;
    private final SGD optimizer;
    private final Tensor images;
    private final Tensor labels;

    OurTraining(Network network, int batch, int threads) {
        side = new KeywaySide(threads);
        model = network.ours(side.device, new Generator(1));
        optimizer = new SGD(model.namedParameters(), Network.LR, Network.MOMENTUM, 0);
        images = side.tensor(network.images(batch), network.sizes(batch));
        labels = side.keyway.tensor(side.device, network.labels(batch), batch);
    }

    Map<String, Tensor> state() {
        return model.stateDict();
    }

    /** A step; answers the loss from before it. */
    double step() {
        optimizer.zeroGrad();
        try (Tensor logits = model.forward(images);
                Tensor loss = Ops.crossEntropy(logits, labels)) {
            loss.backward();
            optimizer.step();
            return loss.item();
        }
    }

    @Override
    public void close() {
        optimizer.close();
        model.close();
        side.close();
    }
}
