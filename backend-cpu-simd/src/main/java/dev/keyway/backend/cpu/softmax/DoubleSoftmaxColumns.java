// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.softmax;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.lanes.DoubleExp;
import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Softmax of f64 columns that lie side by side, row after row of some columns at a time; each
 * column is summed from the first row to the last.
 */
final class DoubleSoftmaxColumns implements SoftmaxColumns {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Double.BYTES;

    @Override
    public void forward(long out, long self, long n, long step, int width, boolean logarithm) {
        double[] largest = new double[width];
        double[] sum = new double[width];
        Arrays.fill(largest, Double.NEGATIVE_INFINITY);
        for (long j = 0; j < n; j++) {
            largest(self + j * step, largest);
        }
        for (long j = 0; j < n; j++) {
            powers(out + j * step, self + j * step, largest, sum);
        }
        if (logarithm) {
            for (int i = 0; i < width; i++) {
                sum[i] = StrictMath.log(sum[i]);
            }
        }
        for (long j = 0; j < n; j++) {
            if (logarithm) {
                logarithms(out + j * step, self + j * step, largest, sum);
            } else {
                divide(out + j * step, sum);
            }
        }
    }

    @Override
    public void backward(
            long out, long grad, long y, long n, long step, int width, boolean logarithm) {
        double[] sum = new double[width];
        for (long j = 0; j < n; j++) {
            if (logarithm) {
                add(grad + j * step, sum);
            } else {
                add(grad + j * step, y + j * step, sum);
            }
        }
        for (long j = 0; j < n; j++) {
            if (logarithm) {
                ofLogarithm(out + j * step, grad + j * step, y + j * step, sum);
            } else {
                ofShare(out + j * step, grad + j * step, y + j * step, sum);
            }
        }
    }

    private static DoubleVector load(long address) {
        return Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static DoubleVector load(double[] values, int i) {
        return Exact.DOUBLES.cast(DoubleVector.fromArray(SPECIES, values, i));
    }

    static void largest(long a, double[] largest) {
        int full = largest.length - largest.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            load(largest, i).max(load(a + (long) SIZE * i)).intoArray(largest, i);
        }
        for (int i = full; i < largest.length; i++) {
            largest[i] = Math.max(largest[i], Memory.getDouble(a + (long) SIZE * i));
        }
    }

    private static void powers(long out, long a, double[] largest, double[] sum) {
        int full = sum.length - sum.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            DoubleVector power = DoubleExp.exp(load(a + (long) SIZE * i).sub(load(largest, i)));
            power.intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
            load(sum, i).add(power).intoArray(sum, i);
        }
        for (int i = full; i < sum.length; i++) {
            double power = DoubleExp.exp(Memory.getDouble(a + (long) SIZE * i) - largest[i]);
            Memory.putDouble(out + (long) SIZE * i, power);
            sum[i] += power;
        }
    }

    private static void add(long a, double[] sum) {
        int full = sum.length - sum.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            load(a + (long) SIZE * i).add(load(sum, i)).intoArray(sum, i);
        }
        for (int i = full; i < sum.length; i++) {
            sum[i] += Memory.getDouble(a + (long) SIZE * i);
        }
    }

    private static void add(long a, long b, double[] sum) {
        int full = sum.length - sum.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            long at = (long) SIZE * i;
            load(a + at).fma(load(b + at), load(sum, i)).intoArray(sum, i);
        }
        for (int i = full; i < sum.length; i++) {
            long at = (long) SIZE * i;
            sum[i] = Math.fma(Memory.getDouble(a + at), Memory.getDouble(b + at), sum[i]);
        }
    }

    private static void divide(long out, double[] sum) {
        int full = sum.length - sum.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            load(out + (long) SIZE * i)
                    .div(load(sum, i))
                    .intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < sum.length; i++) {
            double power = Memory.getDouble(out + (long) SIZE * i);
            Memory.putDouble(out + (long) SIZE * i, power / sum[i]);
        }
    }

    private static void logarithms(long out, long a, double[] largest, double[] log) {
        int full = log.length - log.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            load(a + (long) SIZE * i)
                    .sub(load(largest, i))
                    .sub(load(log, i))
                    .intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < log.length; i++) {
            double distance = Memory.getDouble(a + (long) SIZE * i) - largest[i];
            Memory.putDouble(out + (long) SIZE * i, distance - log[i]);
        }
    }

    private static void ofShare(long out, long grad, long y, double[] sum) {
        int full = sum.length - sum.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            load(grad + (long) SIZE * i)
                    .sub(load(sum, i))
                    .mul(load(y + (long) SIZE * i))
                    .intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < sum.length; i++) {
            double less = Memory.getDouble(grad + (long) SIZE * i) - sum[i];
            Memory.putDouble(out + (long) SIZE * i, less * Memory.getDouble(y + (long) SIZE * i));
        }
    }

    private static void ofLogarithm(long out, long grad, long y, double[] sum) {
        int full = sum.length - sum.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            DoubleExp.exp(load(y + (long) SIZE * i))
                    .fma(load(sum, i).neg(), load(grad + (long) SIZE * i))
                    .intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < sum.length; i++) {
            double power = DoubleExp.exp(Memory.getDouble(y + (long) SIZE * i));
            double value = Math.fma(power, -sum[i], Memory.getDouble(grad + (long) SIZE * i));
            Memory.putDouble(out + (long) SIZE * i, value);
        }
    }
}
