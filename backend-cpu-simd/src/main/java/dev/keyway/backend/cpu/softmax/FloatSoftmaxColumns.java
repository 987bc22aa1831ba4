// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.softmax;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.lanes.FloatExp;
import dev.keyway.backend.cpu.lanes.Logarithm;
import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Softmax of f32 columns that lie side by side, row after row of some columns at a time; each
 * column is summed from the first row to the last.
 */
final class FloatSoftmaxColumns implements SoftmaxColumns {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    @Override
    public void forward(long out, long self, long n, long step, int width, boolean logarithm) {
        float[] largest = new float[width];
        float[] sum = new float[width];
        Arrays.fill(largest, Float.NEGATIVE_INFINITY);
        for (long j = 0; j < n; j++) {
            largest(self + j * step, largest);
        }
        for (long j = 0; j < n; j++) {
            powers(out + j * step, self + j * step, largest, sum);
        }
        if (logarithm) {
            for (int i = 0; i < width; i++) {
                sum[i] = (float) Logarithm.log(sum[i]);
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
        float[] sum = new float[width];
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

    private static FloatVector load(long address) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static FloatVector load(float[] values, int i) {
        return Exact.FLOATS.cast(FloatVector.fromArray(SPECIES, values, i));
    }

    static void largest(long a, float[] largest) {
        int full = largest.length - largest.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            load(largest, i).max(load(a + (long) SIZE * i)).intoArray(largest, i);
        }
        for (int i = full; i < largest.length; i++) {
            largest[i] = Math.max(largest[i], Memory.getFloat(a + (long) SIZE * i));
        }
    }

    private static void powers(long out, long a, float[] largest, float[] sum) {
        int full = sum.length - sum.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            FloatVector power = FloatExp.exp(load(a + (long) SIZE * i).sub(load(largest, i)));
            power.intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
            load(sum, i).add(power).intoArray(sum, i);
        }
        for (int i = full; i < sum.length; i++) {
            float power = FloatExp.exp(Memory.getFloat(a + (long) SIZE * i) - largest[i]);
            Memory.putFloat(out + (long) SIZE * i, power);
            sum[i] += power;
        }
    }

    private static void add(long a, float[] sum) {
        int full = sum.length - sum.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            load(a + (long) SIZE * i).add(load(sum, i)).intoArray(sum, i);
        }
        for (int i = full; i < sum.length; i++) {
            sum[i] += Memory.getFloat(a + (long) SIZE * i);
        }
    }

    private static void add(long a, long b, float[] sum) {
        int full = sum.length - sum.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            long at = (long) SIZE * i;
            load(a + at).fma(load(b + at), load(sum, i)).intoArray(sum, i);
        }
        for (int i = full; i < sum.length; i++) {
            long at = (long) SIZE * i;
            sum[i] = Math.fma(Memory.getFloat(a + at), Memory.getFloat(b + at), sum[i]);
        }
    }

    private static void divide(long out, float[] sum) {
        int full = sum.length - sum.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            load(out + (long) SIZE * i)
                    .div(load(sum, i))
                    .intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < sum.length; i++) {
            float power = Memory.getFloat(out + (long) SIZE * i);
            Memory.putFloat(out + (long) SIZE * i, power / sum[i]);
        }
    }

    private static void logarithms(long out, long a, float[] largest, float[] log) {
        int full = log.length - log.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            load(a + (long) SIZE * i)
                    .sub(load(largest, i))
                    .sub(load(log, i))
                    .intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < log.length; i++) {
            float distance = Memory.getFloat(a + (long) SIZE * i) - largest[i];
            Memory.putFloat(out + (long) SIZE * i, distance - log[i]);
        }
    }

    private static void ofShare(long out, long grad, long y, float[] sum) {
        int full = sum.length - sum.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            load(grad + (long) SIZE * i)
                    .sub(load(sum, i))
                    .mul(load(y + (long) SIZE * i))
                    .intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < sum.length; i++) {
            float less = Memory.getFloat(grad + (long) SIZE * i) - sum[i];
            Memory.putFloat(out + (long) SIZE * i, less * Memory.getFloat(y + (long) SIZE * i));
        }
    }

    private static void ofLogarithm(long out, long grad, long y, float[] sum) {
        int full = sum.length - sum.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            FloatExp.exp(load(y + (long) SIZE * i))
                    .fma(load(sum, i).neg(), load(grad + (long) SIZE * i))
                    .intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < sum.length; i++) {
            float power = FloatExp.exp(Memory.getFloat(y + (long) SIZE * i));
            float value = Math.fma(power, -sum[i], Memory.getFloat(grad + (long) SIZE * i));
            Memory.putFloat(out + (long) SIZE * i, value);
        }
    }
}
