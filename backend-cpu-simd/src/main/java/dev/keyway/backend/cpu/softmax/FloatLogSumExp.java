// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.softmax;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.lanes.DoubleExp;
import dev.keyway.backend.cpu.lanes.FloatExp;
import dev.keyway.backend.cpu.lanes.Logarithm;
import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.lanes.FloatLanes;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Logarithms of sums of exponentials of f32 lines. */
final class FloatLogSumExp implements LogSumExp {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    @Override
    public void dense(long out, long line, int n) {
        float largest = FloatSoftmaxRows.largest(line, n);
        if (Float.isInfinite(largest) || Float.isNaN(largest)) {
            Memory.putFloat(out, largest);
            return;
        }
        float[] lanes = FloatLanes.own();
        Arrays.fill(lanes, 0f);
        int full = n & -FloatLanes.LANES;
        for (int p = 0; p < full; p += FloatLanes.LANES) {
            for (int lane = 0; lane < FloatLanes.LANES; lane += LENGTH) {
                long at = line + (long) SIZE * (p + lane);
                FloatVector x =
                        Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, at, ORDER));
                FloatVector sum = Exact.FLOATS.cast(FloatVector.fromArray(SPECIES, lanes, lane));
                sum.add(FloatExp.exp(x.sub(largest))).intoArray(lanes, lane);
            }
        }
        for (int p = full; p < n; p++) {
            float distance = Memory.getFloat(line + (long) SIZE * p) - largest;
            lanes[p - full] = lanes[p - full] + FloatExp.exp(distance);
        }
        Memory.putFloat(out, (float) (largest + Logarithm.log(FloatLanes.fold(lanes))));
    }

    @Override
    public void spread(long out, long line, long[] inside) {
        double largest = Double.NEGATIVE_INFINITY;
        for (long at : inside) {
            largest = Math.max(largest, Memory.getFloat(line + at));
        }
        if (Double.isInfinite(largest) || Double.isNaN(largest)) {
            Memory.putFloat(out, (float) largest);
            return;
        }
        double sum = 0;
        for (long at : inside) {
            sum += DoubleExp.exp(Memory.getFloat(line + at) - largest);
        }
        Memory.putFloat(out, (float) (largest + Logarithm.log(sum)));
    }

    @Override
    public void columns(long out, long self, long n, long step, int width) {
        float[] largest = new float[width];
        float[] sum = new float[width];
        Arrays.fill(largest, Float.NEGATIVE_INFINITY);
        for (long j = 0; j < n; j++) {
            FloatSoftmaxColumns.largest(self + j * step, largest);
        }
        for (long j = 0; j < n; j++) {
            add(self + j * step, largest, sum);
        }
        for (int i = 0; i < width; i++) {
            boolean finite = Math.abs(largest[i]) < Float.POSITIVE_INFINITY;
            float result = finite ? (float) (largest[i] + Logarithm.log(sum[i])) : largest[i];
            Memory.putFloat(out + (long) SIZE * i, result);
        }
    }

    private static void add(long a, float[] largest, float[] sum) {
        int full = sum.length - sum.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            FloatVector x =
                    Exact.FLOATS.cast(
                            FloatVector.fromMemorySegment(
                                    SPECIES, ALL, a + (long) SIZE * i, ORDER));
            FloatVector power =
                    FloatExp.exp(
                            x.sub(Exact.FLOATS.cast(FloatVector.fromArray(SPECIES, largest, i))));
            Exact.FLOATS.cast(FloatVector.fromArray(SPECIES, sum, i)).add(power).intoArray(sum, i);
        }
        for (int i = full; i < sum.length; i++) {
            sum[i] += FloatExp.exp(Memory.getFloat(a + (long) SIZE * i) - largest[i]);
        }
    }
}
