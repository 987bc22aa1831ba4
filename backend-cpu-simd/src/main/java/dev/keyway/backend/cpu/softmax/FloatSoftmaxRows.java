// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.softmax;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.lanes.FloatExp;
import dev.keyway.backend.cpu.lanes.Logarithm;
import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.lanes.FloatLanes;
import dev.keyway.backend.cpu.lanes.FloatLargest;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Softmax of dense f32 rows; sums run in the virtual lanes. */
final class FloatSoftmaxRows implements SoftmaxRows {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    @Override
    public void forward(long out, long self, long rows, int n, boolean logarithm) {
        float[] lanes = FloatLanes.own();
        for (long row = 0; row < rows; row++) {
            long offset = SIZE * row * n;
            float largest = largest(self + offset, n);
            powers(out + offset, self + offset, largest, n);
            float sum = FloatLanes.total(out + offset, n, lanes);
            if (logarithm) {
                float log = (float) Logarithm.log(sum);
                logarithms(out + offset, self + offset, largest, log, n);
            } else {
                divide(out + offset, sum, n);
            }
        }
    }

    @Override
    public void backward(long out, long grad, long y, long rows, int n, boolean logarithm) {
        float[] lanes = FloatLanes.own();
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

    /** The largest number, leaving NaN out unless the largest is infinite: NaN then. */
    static float largest(long a, int n) {
        FloatVector first = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        FloatVector second = first;
        FloatVector third = first;
        FloatVector fourth = first;
        int full = n - n % LENGTH;
        int fours = n - n % (4 * LENGTH);
        for (int i = 0; i < fours; i += 4 * LENGTH) {
            long at = a + (long) SIZE * i;
            first = FloatLargest.larger(first, load(at));
            second = FloatLargest.larger(second, load(at + SIZE * LENGTH));
            third = FloatLargest.larger(third, load(at + 2 * SIZE * LENGTH));
            fourth = FloatLargest.larger(fourth, load(at + 3 * SIZE * LENGTH));
        }
        for (int i = fours; i < full; i += LENGTH) {
            first = FloatLargest.larger(first, load(a + (long) SIZE * i));
        }
        float result =
                FloatLargest.ofLanes(
                        FloatLargest.larger(
                                FloatLargest.larger(first, second),
                                FloatLargest.larger(third, fourth)));
        for (int i = full; i < n; i++) {
            float x = Memory.getFloat(a + (long) SIZE * i);
            result = x > result ? x : result;
        }
        return Float.isInfinite(result) ? largestOfAll(a, n) : result;
    }

    private static float largestOfAll(long a, int n) {
        float result = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            result = Math.max(result, Memory.getFloat(a + (long) SIZE * i));
        }
        return result;
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
