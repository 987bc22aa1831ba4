// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers.training;

import ai.djl.pytorch.engine.PtNDArray;
import dev.keyway.Tensor;
import java.util.Map;

/** The peer's side: the same model and the same batch. */
final class TorchTraining implements AutoCloseable {
    private final Network network;
    private final TorchNetwork torch;
    private final PtNDArray images;
    private final PtNDArray labels;

    TorchTraining(Network network, Map<String, Tensor> state, int batch, int threads) {
        this.network = network;
        torch = new TorchNetwork(state, threads);
        images = torch.tensor(network.images(batch), network.sizes(batch));
        labels = torch.tensor(network.labels(batch), batch, 1);
    }

    /** A step; answers the loss from before it. */
    double step() {
        PtNDArray logits = network.theirs(torch, images);
        return torch.step(torch.loss(logits, labels), Network.LR, Network.MOMENTUM);
    }

    @Override
    public void close() {
        torch.close();
    }
}
