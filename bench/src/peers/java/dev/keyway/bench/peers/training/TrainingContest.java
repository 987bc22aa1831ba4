// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers.training;

import dev.keyway.bench.compare.Contest;
import dev.keyway.bench.peers.KeywaySide;

/**
 * A step of training: forward, backward, stochastic gradient descent with momentum. Both start from
 * the same weights and get the same batch again and again; the losses of the first steps are
 * compared, the later ones of which have seen the updates.
 */
final class TrainingContest implements Contest {
    private static final int COMPARED = 3;
    private static final double RELATIVE = 1e-3;

    private final int threads;
    private final OurTraining ours;
    private final TorchTraining theirs;
    private double ourLoss;
    private double theirLoss;

    TrainingContest(Network network, int batch, int threads) {
        this.threads = threads;
        ours = new OurTraining(network, batch, threads);
        theirs = TorchTraining.fastest(network, ours.state(), batch, threads);
    }

    @Override
    public void ours() {
        ourLoss = ours.step();
    }

    @Override
    public void peer() {
        theirLoss = theirs.step();
    }

    @Override
    public double difference() {
        double worst = compared();
        for (int i = 1; i < COMPARED; i++) {
            ours();
            peer();
            worst = Math.max(worst, compared());
        }
        return worst;
    }

    private double compared() {
        return Math.abs(ourLoss - theirLoss) / (RELATIVE * Math.abs(theirLoss));
    }

    @Override
    public String description() {
        return TorchNetwork.version()
                + " called through DJL, "
                + theirs.layout()
                + ", which is the faster layout here, gradients dropped between steps, "
                + KeywaySide.named(threads);
    }

    @Override
    public void close() {
        theirs.close();
        ours.close();
    }
}
