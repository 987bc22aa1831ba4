// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.FloatHalves;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.lanes.FloatLanes;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/** Variances of f32 lines. */
final class FloatVariance implements LineVariance {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final long SIZE = Float.BYTES;

    /** Elements that are added in f32 lanes; sums of these pieces are added in f64. */
    private static final int PIECE = 1 << 14;

    @Override
    public void dense(long out, long line, int n, double divisor) {
        float[] lanes = FloatLanes.own();
        double sum = 0;
        for (int from = 0; from < n; from += PIECE) {
            Arrays.fill(lanes, 0f);
            FloatLanes.sum(line + SIZE * from, Math.min(PIECE, n - from), lanes);
            sum += FloatLanes.fold(lanes);
        }
        float mean = (float) (sum / n);
        double squares = 0;
        for (int from = 0; from < n; from += PIECE) {
            Arrays.fill(lanes, 0f);
            FloatLanes.squares(line + SIZE * from, mean, Math.min(PIECE, n - from), lanes);
            squares += FloatLanes.fold(lanes);
        }
        Memory.putFloat(out, (float) (squares / divisor));
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

    @Override
    public void columns(long out, long line, long[] inside, double divisor, int width) {
        double[] means = new double[width];
        double[] squares = new double[width];
        for (long at : inside) {
            add(line + at, means);
        }
        for (int i = 0; i < width; i++) {
            means[i] = means[i] / inside.length;
        }
        for (long at : inside) {
            addSquares(line + at, means, squares);
        }
        for (int i = 0; i < width; i++) {
            Memory.putFloat(out + SIZE * i, (float) (squares[i] / divisor));
        }
    }

    private static void add(long a, double[] sums) {
        int full = sums.length - sums.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            FloatHalves.load(a + SIZE * i).add(load(sums, i)).intoArray(sums, i);
        }
        for (int i = full; i < sums.length; i++) {
            sums[i] += Memory.getFloat(a + SIZE * i);
        }
    }

    private static void addSquares(long a, double[] means, double[] squares) {
        int full = means.length - means.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            DoubleVector distance = FloatHalves.load(a + SIZE * i).sub(load(means, i));
            distance.mul(distance).add(load(squares, i)).intoArray(squares, i);
        }
        for (int i = full; i < means.length; i++) {
            double distance = Memory.getFloat(a + SIZE * i) - means[i];
            squares[i] += distance * distance;
        }
    }

    private static DoubleVector load(double[] array, int i) {
        return Exact.DOUBLES.cast(DoubleVector.fromArray(SPECIES, array, i));
    }
}
