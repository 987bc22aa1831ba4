// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import java.util.SplittableRandom;

/** Data of contests and how results are compared. */
public final class Numbers {
    private Numbers() {}

    /** Numbers around 0, the same for the same seed. */
    public static float[] normal(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    /**
     * The largest difference as a multiple of {@code relative} of the larger of the two numbers'
     * size and {@code scale}.
     */
    public static double difference(float[] ours, float[] theirs, double relative, double scale) {
        if (ours.length != theirs.length) {
            return Double.NaN;
        }
        double worst = 0;
        for (int i = 0; i < ours.length; i++) {
            double size = Math.max(scale, Math.max(Math.abs(ours[i]), Math.abs(theirs[i])));
            double difference = Math.abs((double) ours[i] - theirs[i]) / (relative * size);
            if (Double.isNaN(difference)) {
                return Double.NaN;
            }
            worst = Math.max(worst, difference);
        }
        return worst;
    }
}
