// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.lanes.FloatLanes;

/** Variances of f32 lines. */
final class FloatVariance implements LineVariance {
    @Override
    public void dense(long out, long line, int n, double divisor) {
        float[] lanes = new float[FloatLanes.LANES];
        FloatLanes.sum(line, n, lanes);
        float mean = (float) (FloatLanes.fold(lanes) / (double) n);
        java.util.Arrays.fill(lanes, 0f);
        FloatLanes.squares(line, mean, n, lanes);
        Memory.putFloat(out, (float) (FloatLanes.fold(lanes) / divisor));
    }

    @Override
    public void spread(long out, long line, long[] inside, double divisor) {
        double sum = 0;
        for (long at : inside) {
            sum += Memory.getFloat(line + at);
        }
        double mean = sum / inside.length;
        double squares = 0;
        for (long at : inside) {
            double distance = Memory.getFloat(line + at) - mean;
            squares += distance * distance;
        }
        Memory.putFloat(out, (float) (squares / divisor));
    }
}
