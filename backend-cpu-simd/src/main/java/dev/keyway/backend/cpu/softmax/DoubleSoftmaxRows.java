// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.softmax;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.lanes.DoubleExp;
import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.lanes.DoubleLanes;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/** Softmax of dense f64 rows; sums run in the virtual lanes. */
final class DoubleSoftmaxRows implements SoftmaxRows {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Double.BYTES;

    @Override
    public void forward(long out, long self, long rows, int n, boolean logarithm) {
        double[] lanes = DoubleLanes.own();
        double[] most = new double[LENGTH];
        for (long row = 0; row < rows; row++) {
            long offset = SIZE * row * n;
            double largest = largest(self + offset, n, most);
            powers(out + offset, self + offset, largest, n);
            Arrays.fill(lanes, 0.0);
            DoubleLanes.sum(out + offset, n, lanes);
            double sum = DoubleLanes.fold(lanes);
            if (logarithm) {
                double log = StrictMath.log(sum);
                logarithms(out + offset, self + offset, largest, log, n);
            } else {
                divide(out + offset, sum, n);
            }
        }
    }

    @Override
    public void backward(long out, long grad, long y, long rows, int n, boolean logarithm) {
        double[] lanes = DoubleLanes.own();
        for (long row = 0; row < rows; row++) {
            long offset = SIZE * row * n;
            Arrays.fill(lanes, 0.0);
            if (logarithm) {
                DoubleLanes.sum(grad + offset, n, lanes);
                double sum = DoubleLanes.fold(lanes);
                ofLogarithm(out + offset, grad + offset, y + offset, sum, n);
            } else {
                DoubleLanes.dot(grad + offset, y + offset, n, lanes);
                double sum = DoubleLanes.fold(lanes);
                ofShare(out + offset, grad + offset, y + offset, sum, n);
            }
        }
    }

    private static DoubleVector load(long address) {
        return Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    static double largest(long a, int n, double[] most) {
        DoubleVector best = DoubleVector.broadcast(SPECIES, Double.NEGATIVE_INFINITY);
        DoubleVector second = best;
        DoubleVector third = best;
        DoubleVector fourth = best;
        int full = n - n % LENGTH;
        int fours = n - n % (4 * LENGTH);
        for (int i = 0; i < fours; i += 4 * LENGTH) {
            long at = a + (long) SIZE * i;
            best = load(at).max(best);
            second = load(at + SIZE * LENGTH).max(second);
            third = load(at + 2 * SIZE * LENGTH).max(third);
            fourth = load(at + 3 * SIZE * LENGTH).max(fourth);
        }
        for (int i = fours; i < full; i += LENGTH) {
            best = load(a + (long) SIZE * i).max(best);
        }
        Exact.DOUBLES
                .cast(best)
                .max(second)
                .max(Exact.DOUBLES.cast(third).max(fourth))
                .intoArray(most, 0);
        double result = ofLanes(most);
        for (int i = full; i < n; i++) {
            result = Math.max(result, Memory.getDouble(a + (long) SIZE * i));
        }
        return result;
    }

    /** Of the lanes; of 8 in four steps, each of which waits for the one before. */
    private static double ofLanes(double[] most) {
        if (most.length != 8) {
            double result = Double.NEGATIVE_INFINITY;
            for (double value : most) {
                result = Math.max(result, value);
            }
            return result;
        }
        double m0 = Math.max(most[0], most[4]);
        double m1 = Math.max(most[1], most[5]);
        double m2 = Math.max(most[2], most[6]);
        double m3 = Math.max(most[3], most[7]);
        return Math.max(Math.max(m0, m2), Math.max(m1, m3));
    }

    private static void powers(long out, long a, double largest, int n) {
        DoubleVector most = DoubleVector.broadcast(SPECIES, largest);
        int full = n - n % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            DoubleExp.exp(load(a + (long) SIZE * i).sub(most))
                    .intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < n; i++) {
            double distance = Memory.getDouble(a + (long) SIZE * i) - largest;
            Memory.putDouble(out + (long) SIZE * i, DoubleExp.exp(distance));
        }
    }

    private static void divide(long out, double sum, int n) {
        DoubleVector sums = DoubleVector.broadcast(SPECIES, sum);
        int full = n - n % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            load(out + (long) SIZE * i)
                    .div(sums)
                    .intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < n; i++) {
            double power = Memory.getDouble(out + (long) SIZE * i);
            Memory.putDouble(out + (long) SIZE * i, power / sum);
        }
    }

    private static void logarithms(long out, long a, double largest, double log, int n) {
        DoubleVector most = DoubleVector.broadcast(SPECIES, largest);
        DoubleVector logs = DoubleVector.broadcast(SPECIES, log);
        int full = n - n % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            load(a + (long) SIZE * i)
                    .sub(most)
                    .sub(logs)
                    .intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < n; i++) {
            double distance = Memory.getDouble(a + (long) SIZE * i) - largest;
            Memory.putDouble(out + (long) SIZE * i, distance - log);
        }
    }

    private static void ofShare(long out, long grad, long y, double sum, int n) {
        DoubleVector sums = DoubleVector.broadcast(SPECIES, sum);
        int full = n - n % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            load(grad + (long) SIZE * i)
                    .sub(sums)
                    .mul(load(y + (long) SIZE * i))
                    .intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < n; i++) {
            double less = Memory.getDouble(grad + (long) SIZE * i) - sum;
            Memory.putDouble(out + (long) SIZE * i, less * Memory.getDouble(y + (long) SIZE * i));
        }
    }

    private static void ofLogarithm(long out, long grad, long y, double sum, int n) {
        DoubleVector minus = DoubleVector.broadcast(SPECIES, -sum);
        int full = n - n % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            DoubleExp.exp(load(y + (long) SIZE * i))
                    .fma(minus, load(grad + (long) SIZE * i))
                    .intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < n; i++) {
            double power = DoubleExp.exp(Memory.getDouble(y + (long) SIZE * i));
            double value = Math.fma(power, -sum, Memory.getDouble(grad + (long) SIZE * i));
            Memory.putDouble(out + (long) SIZE * i, value);
        }
    }
}
