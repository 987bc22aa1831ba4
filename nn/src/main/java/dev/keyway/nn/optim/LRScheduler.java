// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.optim;

/** The learning rate as a function of the epoch. */
@FunctionalInterface
public interface LRScheduler {
    /** The rate for an epoch, counted from 0. */
    double lr(int epoch);

    /** {@code base/2 * (1 + cos(pi * epoch / tMax))}: CosineAnnealingLR with a minimum of 0. */
    static LRScheduler cosineAnnealing(double base, int tMax) {
        return epoch -> base / 2 * (1 + StrictMath.cos(Math.PI * epoch / tMax));
    }

    /** {@code base * gamma^(epoch / stepSize)}: StepLR. */
    static LRScheduler step(double base, int stepSize, double gamma) {
        return epoch -> base * StrictMath.pow(gamma, Math.floorDiv(epoch, stepSize));
    }
}
