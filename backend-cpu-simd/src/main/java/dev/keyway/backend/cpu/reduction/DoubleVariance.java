// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.lanes.DoubleLanes;

/** Variances of f64 lines. */
final class DoubleVariance implements LineVariance {
    @Override
    public void dense(long out, long line, int n, double divisor) {
        double[] lanes = new double[DoubleLanes.LANES];
        DoubleLanes.sum(line, n, lanes);
        double mean = DoubleLanes.fold(lanes) / n;
        java.util.Arrays.fill(lanes, 0.0);
        DoubleLanes.squares(line, mean, n, lanes);
        Memory.putDouble(out, DoubleLanes.fold(lanes) / divisor);
    }

    @Override
    public void spread(long out, long line, long[] inside, double divisor) {
        double sum = 0;
        for (long at : inside) {
            sum += Memory.getDouble(line + at);
        }
        double mean = sum / inside.length;
        double squares = 0;
        for (long at : inside) {
            double distance = Memory.getDouble(line + at) - mean;
            squares += distance * distance;
        }
        Memory.putDouble(out, squares / divisor);
    }
}
