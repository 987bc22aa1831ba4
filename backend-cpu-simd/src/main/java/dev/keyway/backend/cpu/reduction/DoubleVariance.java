// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.lanes.DoubleLanes;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/** Variances of f64 lines. */
final class DoubleVariance implements LineVariance {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final long SIZE = Double.BYTES;

    @Override
    public void dense(long out, long line, int n, double divisor) {
        double[] lanes = DoubleLanes.own();
        Arrays.fill(lanes, 0.0);
        DoubleLanes.sum(line, n, lanes);
        double mean = DoubleLanes.fold(lanes) / n;
        Arrays.fill(lanes, 0.0);
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
            Memory.putDouble(out + SIZE * i, (squares[i] / divisor));
        }
    }

    private static void add(long a, double[] sums) {
        int full = sums.length - sums.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i).add(load(sums, i)).intoArray(sums, i);
        }
        for (int i = full; i < sums.length; i++) {
            sums[i] += Memory.getDouble(a + SIZE * i);
        }
    }

    private static void addSquares(long a, double[] means, double[] squares) {
        int full = means.length - means.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            DoubleVector distance = load(a + SIZE * i).sub(load(means, i));
            distance.mul(distance).add(load(squares, i)).intoArray(squares, i);
        }
        for (int i = full; i < means.length; i++) {
            double distance = Memory.getDouble(a + SIZE * i) - means[i];
            squares[i] += distance * distance;
        }
    }

    private static DoubleVector load(double[] array, int i) {
        return Exact.DOUBLES.cast(DoubleVector.fromArray(SPECIES, array, i));
    }

    private static DoubleVector load(long address) {
        return Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }
}
