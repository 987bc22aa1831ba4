// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Extremes in f64, as {@link Math#max(double, double)} has them: NaN wins and 0 is above -0. The
 * smallest is the negated largest of the negated numbers.
 *
 * @param sign 1 for the largest, -1 for the smallest
 */
record DoubleExtreme(double sign) implements LineReduction {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int BLOCK = 4 * LENGTH;
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final long SIZE = Double.BYTES;

    @Override
    public int itemSize() {
        return Double.BYTES;
    }

    @Override
    public void rows(long self, long step, long rows, long n, long out) {
        double[] lanes = new double[LENGTH];
        for (long r = 0; r < rows; r++) {
            long row = self + r * step;
            long body = n - n % BLOCK;
            double largest = body == 0 ? Double.NEGATIVE_INFINITY : body(row, body, sign, lanes);
            largest = Math.max(largest, line(row + SIZE * body, SIZE, n - body, sign));
            Memory.putDouble(out + SIZE * r, sign * largest);
        }
    }

    private static double body(long row, long count, double sign, double[] lanes) {
        DoubleVector signs = DoubleVector.broadcast(SPECIES, sign);
        DoubleVector m0 = DoubleVector.broadcast(SPECIES, Double.NEGATIVE_INFINITY);
        DoubleVector m1 = m0;
        DoubleVector m2 = m0;
        DoubleVector m3 = m0;
        for (long i = 0; i < count; i += BLOCK) {
            long at = row + SIZE * i;
            m0 = load(at).mul(signs).max(m0);
            m1 = load(at + BYTES).mul(signs).max(m1);
            m2 = load(at + 2 * BYTES).mul(signs).max(m2);
            m3 = load(at + 3 * BYTES).mul(signs).max(m3);
        }
        m0.max(m1).max(m2.max(m3)).intoArray(lanes, 0);
        double largest = lanes[0];
        for (int lane = 1; lane < LENGTH; lane++) {
            largest = Math.max(largest, lanes[lane]);
        }
        return largest;
    }

    private static double line(long self, long step, long n, double sign) {
        double largest = Double.NEGATIVE_INFINITY;
        for (long r = 0; r < n; r++) {
            largest = Math.max(largest, sign * Memory.getDouble(self + r * step));
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
            Memory.putDouble(out + SIZE * i, sign * line(self + SIZE * i, step, n, sign));
        }
    }

    private static void strip(long self, long step, long n, double sign, long out) {
        DoubleVector signs = DoubleVector.broadcast(SPECIES, sign);
        DoubleVector m0 = DoubleVector.broadcast(SPECIES, Double.NEGATIVE_INFINITY);
        DoubleVector m1 = m0;
        DoubleVector m2 = m0;
        DoubleVector m3 = m0;
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

    private static void vector(long self, long step, long n, double sign, long out) {
        DoubleVector signs = DoubleVector.broadcast(SPECIES, sign);
        DoubleVector largest = DoubleVector.broadcast(SPECIES, Double.NEGATIVE_INFINITY);
        for (long r = 0; r < n; r++) {
            largest = load(self + r * step).mul(signs).max(largest);
        }
        largest.mul(signs).intoMemorySegment(ALL, out, ORDER);
    }

    private static DoubleVector load(long address) {
        return DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
