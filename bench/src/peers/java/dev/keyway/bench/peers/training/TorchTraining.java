// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers.training;

import ai.djl.pytorch.engine.PtNDArray;
import dev.keyway.Tensor;
import java.util.Map;

/** The peer's side: the same model and the same batch. */
final class TorchTraining implements AutoCloseable {
    private static final int TRIALS = 4;

    private final Network network;
    private final TorchNetwork torch;
    private final PtNDArray images;
    private final PtNDArray labels;
    private final boolean channelsLast;

    TorchTraining(
            Network network,
            Map<String, Tensor> state,
            int batch,
            int threads,
            boolean channelsLast) {
        this.network = network;
        this.channelsLast = channelsLast;
        torch = new TorchNetwork(state, threads, channelsLast);
        images = torch.tensor(network.images(batch), network.sizes(batch));
        labels = torch.tensor(network.labels(batch), batch, 1);
    }

    /** In the layout in which it is faster here. */
    static TorchTraining fastest(
            Network network, Map<String, Tensor> state, int batch, int threads) {
        long plain = time(network, state, batch, threads, false);
        long last = time(network, state, batch, threads, true);
        return new TorchTraining(network, state, batch, threads, last < plain);
    }

    private static long time(
            Network network, Map<String, Tensor> state, int batch, int threads, boolean last) {
        try (TorchTraining training = new TorchTraining(network, state, batch, threads, last)) {
            long best = Long.MAX_VALUE;
            for (int i = 0; i < TRIALS; i++) {
                long start = System.nanoTime();
                training.step();
                best = Math.min(best, System.nanoTime() - start);
            }
            return best;
        }
    }

    /** The layout's name. */
    String layout() {
        return channelsLast ? "channels last" : "channels first";
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
