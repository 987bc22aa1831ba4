// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers.training;

/** Steps of training of ResNet-18 by one side alone. */
public final class PeerTraining {
    private PeerTraining() {}

    /** By Keyway. */
    public static Runnable ours(int batch, int threads) {
        OurTraining training = new OurTraining(Network.RESNET_18, batch, threads);
        return training::step;
    }

    /** By libtorch; Keyway only draws the first weights and is closed. Channels last. */
    public static Runnable libtorch(int batch, int threads) {
        try (OurTraining first = new OurTraining(Network.RESNET_18, 1, 1)) {
            return new TorchTraining(Network.RESNET_18, first.state(), batch, threads, true)::step;
        }
    }
}
