// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.optim;

/** The learning rate as a function of the epoch. */
@FunctionalInterface
public interface LRScheduler {
    /**
     * {@return the rate for an epoch, counted from 0}
     *
     * @param epoch number of the epoch
     */
    double lr(int epoch);

    /**
     * {@code base/2 * (1 + cos(pi * epoch / tMax))}: CosineAnnealingLR with a minimum of 0.
     *
     * @param base the first rate
     * @param tMax epochs until the minimum
     * @return the schedule
     */
    static LRScheduler cosineAnnealing(double base, int tMax) {
        return epoch -> base / 2 * (1 + StrictMath.cos(Math.PI * epoch / tMax));
    }

    /**
     * {@code base * gamma^(epoch / stepSize)}: StepLR.
     *
     * @param base the first rate
     * @param stepSize epochs of one rate
     * @param gamma factor between rates
     * @return the schedule
     */
    static LRScheduler step(double base, int stepSize, double gamma) {
        return epoch -> base * StrictMath.pow(gamma, Math.floorDiv(epoch, stepSize));
    }
}
