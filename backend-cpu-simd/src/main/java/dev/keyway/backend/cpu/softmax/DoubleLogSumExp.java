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

/** Logarithms of sums of exponentials of f64 lines. */
final class DoubleLogSumExp implements LogSumExp {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Double.BYTES;

    @Override
    public void dense(long out, long line, int n) {
        double largest = DoubleSoftmaxRows.largest(line, n, new double[LENGTH]);
        if (Double.isInfinite(largest) || Double.isNaN(largest)) {
            Memory.putDouble(out, largest);
            return;
        }
        double[] lanes = DoubleLanes.own();
        Arrays.fill(lanes, 0.0);
        int full = n & -DoubleLanes.LANES;
        for (int p = 0; p < full; p += DoubleLanes.LANES) {
            for (int lane = 0; lane < DoubleLanes.LANES; lane += LENGTH) {
                long at = line + (long) SIZE * (p + lane);
                DoubleVector x =
                        Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, at, ORDER));
                DoubleVector sum = Exact.DOUBLES.cast(DoubleVector.fromArray(SPECIES, lanes, lane));
                sum.add(DoubleExp.exp(x.sub(largest))).intoArray(lanes, lane);
            }
        }
        for (int p = full; p < n; p++) {
            double distance = Memory.getDouble(line + (long) SIZE * p) - largest;
            lanes[p - full] = lanes[p - full] + DoubleExp.exp(distance);
        }
        Memory.putDouble(out, largest + StrictMath.log(DoubleLanes.fold(lanes)));
    }

    @Override
    public void spread(long out, long line, long[] inside) {
        double largest = Double.NEGATIVE_INFINITY;
        for (long at : inside) {
            largest = Math.max(largest, Memory.getDouble(line + at));
        }
        if (Double.isInfinite(largest) || Double.isNaN(largest)) {
            Memory.putDouble(out, largest);
            return;
        }
        double sum = 0;
        for (long at : inside) {
            sum += DoubleExp.exp(Memory.getDouble(line + at) - largest);
        }
        Memory.putDouble(out, largest + StrictMath.log(sum));
    }

    @Override
    public void columns(long out, long self, long n, long step, int width) {
        double[] largest = new double[width];
        double[] sum = new double[width];
        Arrays.fill(largest, Double.NEGATIVE_INFINITY);
        for (long j = 0; j < n; j++) {
            DoubleSoftmaxColumns.largest(self + j * step, largest);
        }
        for (long j = 0; j < n; j++) {
            add(self + j * step, largest, sum);
        }
        for (int i = 0; i < width; i++) {
            boolean finite = Math.abs(largest[i]) < Double.POSITIVE_INFINITY;
            double result = finite ? largest[i] + StrictMath.log(sum[i]) : largest[i];
            Memory.putDouble(out + (long) SIZE * i, result);
        }
    }

    private static void add(long a, double[] largest, double[] sum) {
        int full = sum.length - sum.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            DoubleVector x =
                    Exact.DOUBLES.cast(
                            DoubleVector.fromMemorySegment(
                                    SPECIES, ALL, a + (long) SIZE * i, ORDER));
            DoubleVector power =
                    DoubleExp.exp(
                            x.sub(Exact.DOUBLES.cast(DoubleVector.fromArray(SPECIES, largest, i))));
            Exact.DOUBLES
                    .cast(DoubleVector.fromArray(SPECIES, sum, i))
                    .add(power)
                    .intoArray(sum, i);
        }
        for (int i = full; i < sum.length; i++) {
            sum[i] += DoubleExp.exp(Memory.getDouble(a + (long) SIZE * i) - largest[i]);
        }
    }
}
