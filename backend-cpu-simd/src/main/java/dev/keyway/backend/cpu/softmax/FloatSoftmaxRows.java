// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.softmax;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.lanes.FloatLanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Softmax of dense f32 rows; sums run in the virtual lanes. */
final class FloatSoftmaxRows implements SoftmaxRows {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    @Override
    public void forward(long out, long self, long rows, int n, boolean logarithm) {
        float[] lanes = new float[FloatLanes.LANES];
        float[] most = new float[LENGTH];
        for (long row = 0; row < rows; row++) {
            long offset = SIZE * row * n;
            float largest = largest(self + offset, n, most);
            powers(out + offset, self + offset, largest, n);
            float sum = FloatLanes.total(out + offset, n, lanes);
            if (logarithm) {
                float log = (float) StrictMath.log(sum);
                logarithms(out + offset, self + offset, largest, log, n);
            } else {
                divide(out + offset, sum, n);
            }
        }
    }

    @Override
    public void backward(long out, long grad, long y, long rows, int n, boolean logarithm) {
        float[] lanes = new float[FloatLanes.LANES];
        for (long row = 0; row < rows; row++) {
            long offset = SIZE * row * n;
            if (logarithm) {
                float sum = FloatLanes.total(grad + offset, n, lanes);
                ofLogarithm(out + offset, grad + offset, y + offset, sum, n);
            } else {
                float sum = FloatLanes.total(grad + offset, y + offset, n, lanes);
                ofShare(out + offset, grad + offset, y + offset, sum, n);
            }
        }
    }

    private static FloatVector load(long address) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    static float largest(long a, int n, float[] most) {
        FloatVector best = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        FloatVector second = best;
        FloatVector third = best;
        FloatVector fourth = best;
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
        Exact.FLOATS
                .cast(best)
                .max(second)
                .max(Exact.FLOATS.cast(third).max(fourth))
                .intoArray(most, 0);
        float result = ofLanes(most);
        for (int i = full; i < n; i++) {
            result = Math.max(result, Memory.getFloat(a + (long) SIZE * i));
        }
        return result;
    }

    /** Of the lanes; of 16 in four steps, each of which waits for the one before. */
    private static float ofLanes(float[] most) {
        if (most.length != 16) {
            float result = Float.NEGATIVE_INFINITY;
            for (float value : most) {
                result = Math.max(result, value);
            }
            return result;
        }
        float m0 = Math.max(Math.max(most[0], most[8]), Math.max(most[4], most[12]));
        float m1 = Math.max(Math.max(most[1], most[9]), Math.max(most[5], most[13]));
        float m2 = Math.max(Math.max(most[2], most[10]), Math.max(most[6], most[14]));
        float m3 = Math.max(Math.max(most[3], most[11]), Math.max(most[7], most[15]));
        return Math.max(Math.max(m0, m2), Math.max(m1, m3));
    }

    private static void powers(long out, long a, float largest, int n) {
        FloatVector most = FloatVector.broadcast(SPECIES, largest);
        int full = n - n % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            FloatExp.exp(load(a + (long) SIZE * i).sub(most))
                    .intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < n; i++) {
            float distance = Memory.getFloat(a + (long) SIZE * i) - largest;
            Memory.putFloat(out + (long) SIZE * i, FloatExp.exp(distance));
        }
    }

    private static void divide(long out, float sum, int n) {
        FloatVector sums = FloatVector.broadcast(SPECIES, sum);
        int full = n - n % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            load(out + (long) SIZE * i)
                    .div(sums)
                    .intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < n; i++) {
            float power = Memory.getFloat(out + (long) SIZE * i);
            Memory.putFloat(out + (long) SIZE * i, power / sum);
        }
    }

    private static void logarithms(long out, long a, float largest, float log, int n) {
        FloatVector most = FloatVector.broadcast(SPECIES, largest);
        FloatVector logs = FloatVector.broadcast(SPECIES, log);
        int full = n - n % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            load(a + (long) SIZE * i)
                    .sub(most)
                    .sub(logs)
                    .intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < n; i++) {
            float distance = Memory.getFloat(a + (long) SIZE * i) - largest;
            Memory.putFloat(out + (long) SIZE * i, distance - log);
        }
    }

    private static void ofShare(long out, long grad, long y, float sum, int n) {
        FloatVector sums = FloatVector.broadcast(SPECIES, sum);
        int full = n - n % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            load(grad + (long) SIZE * i)
                    .sub(sums)
                    .mul(load(y + (long) SIZE * i))
                    .intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < n; i++) {
            float less = Memory.getFloat(grad + (long) SIZE * i) - sum;
            Memory.putFloat(out + (long) SIZE * i, less * Memory.getFloat(y + (long) SIZE * i));
        }
    }

    private static void ofLogarithm(long out, long grad, long y, float sum, int n) {
        FloatVector minus = FloatVector.broadcast(SPECIES, -sum);
        int full = n - n % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            FloatExp.exp(load(y + (long) SIZE * i))
                    .fma(minus, load(grad + (long) SIZE * i))
                    .intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < n; i++) {
            float power = FloatExp.exp(Memory.getFloat(y + (long) SIZE * i));
            float value = Math.fma(power, -sum, Memory.getFloat(grad + (long) SIZE * i));
            Memory.putFloat(out + (long) SIZE * i, value);
        }
    }
}
