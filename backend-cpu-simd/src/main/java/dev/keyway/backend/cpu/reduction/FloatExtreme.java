// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Extremes in f32, as {@link Math#max(float, float)} has them: NaN wins and 0 is above -0. The
 * smallest is the negated largest of the negated numbers.
 *
 * @param sign 1 for the largest, -1 for the smallest
 */
record FloatExtreme(float sign) implements LineReduction {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int BLOCK = 4 * LENGTH;
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final long SIZE = Float.BYTES;

    @Override
    public int itemSize() {
        return Float.BYTES;
    }

    @Override
    public void rows(long self, long step, long rows, long n, long out) {
        float[] lanes = new float[LENGTH];
        for (long r = 0; r < rows; r++) {
            long row = self + r * step;
            long body = n - n % BLOCK;
            float largest = body == 0 ? Float.NEGATIVE_INFINITY : body(row, body, sign, lanes);
            largest = Math.max(largest, line(row + SIZE * body, SIZE, n - body, sign));
            Memory.putFloat(out + SIZE * r, sign * largest);
        }
    }

    private static float body(long row, long count, float sign, float[] lanes) {
        FloatVector signs = FloatVector.broadcast(SPECIES, sign);
        FloatVector m0 = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        FloatVector m1 = m0;
        FloatVector m2 = m0;
        FloatVector m3 = m0;
        for (long i = 0; i < count; i += BLOCK) {
            long at = row + SIZE * i;
            m0 = load(at).mul(signs).max(m0);
            m1 = load(at + BYTES).mul(signs).max(m1);
            m2 = load(at + 2 * BYTES).mul(signs).max(m2);
            m3 = load(at + 3 * BYTES).mul(signs).max(m3);
        }
        m0.max(m1).max(m2.max(m3)).intoArray(lanes, 0);
        float largest = lanes[0];
        for (int lane = 1; lane < LENGTH; lane++) {
            largest = Math.max(largest, lanes[lane]);
        }
        return largest;
    }

    private static float line(long self, long step, long n, float sign) {
        float largest = Float.NEGATIVE_INFINITY;
        for (long r = 0; r < n; r++) {
            largest = Math.max(largest, sign * Memory.getFloat(self + r * step));
        }
        return largest;
    }

    @Override
    public void columns(long self, long step, long n, long width, long out) {
        long i = 0;
        for (; i <= width - BLOCK; i += BLOCK) {
            strip(self + SIZE * i, step, n, sign, out + SIZE * i);
        }
        for (; i <= width - LENGTH; i += LENGTH) {
            vector(self + SIZE * i, step, n, sign, out + SIZE * i);
        }
        for (; i < width; i++) {
            Memory.putFloat(out + SIZE * i, sign * line(self + SIZE * i, step, n, sign));
        }
    }

    private static void strip(long self, long step, long n, float sign, long out) {
        FloatVector signs = FloatVector.broadcast(SPECIES, sign);
        FloatVector m0 = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        FloatVector m1 = m0;
        FloatVector m2 = m0;
        FloatVector m3 = m0;
        for (long r = 0; r < n; r++) {
            long at = self + r * step;
            m0 = load(at).mul(signs).max(m0);
            m1 = load(at + BYTES).mul(signs).max(m1);
            m2 = load(at + 2 * BYTES).mul(signs).max(m2);
            m3 = load(at + 3 * BYTES).mul(signs).max(m3);
        }
        m0.mul(signs).intoMemorySegment(ALL, out, ORDER);
        m1.mul(signs).intoMemorySegment(ALL, out + BYTES, ORDER);
        m2.mul(signs).intoMemorySegment(ALL, out + 2 * BYTES, ORDER);
        m3.mul(signs).intoMemorySegment(ALL, out + 3 * BYTES, ORDER);
    }

    private static void vector(long self, long step, long n, float sign, long out) {
        FloatVector signs = FloatVector.broadcast(SPECIES, sign);
        FloatVector largest = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (long r = 0; r < n; r++) {
            largest = load(self + r * step).mul(signs).max(largest);
        }
        largest.mul(signs).intoMemorySegment(ALL, out, ORDER);
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
