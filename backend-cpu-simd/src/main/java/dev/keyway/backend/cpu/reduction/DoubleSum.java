// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.lanes.DoubleLanes;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums in f64. A dense line goes through the lanes of {@link DoubleLanes}, or four of them when it
 * is shorter than that; of lines side by side four rows are added up before they meet the sum.
 */
final class DoubleSum implements LineReduction {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final long SIZE = Double.BYTES;

    @Override
    public int itemSize() {
        return Double.BYTES;
    }

    @Override
    public void rows(long self, long step, long rows, long n, long out) {
        if (n < DoubleLanes.LANES) {
            for (long r = 0; r < rows; r++) {
                Memory.putDouble(out + SIZE * r, shortRow(self + r * step, n));
            }
            return;
        }
        double[] lanes = DoubleLanes.own();
        for (long r = 0; r < rows; r++) {
            double sum = DoubleLanes.total(self + r * step, Math.toIntExact(n), lanes);
            Memory.putDouble(out + SIZE * r, sum);
        }
    }

    private static double shortRow(long self, long n) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        long i = 0;
        for (; i < n - 3; i += 4) {
            long at = self + SIZE * i;
            s0 += Memory.getDouble(at);
            s1 += Memory.getDouble(at + SIZE);
            s2 += Memory.getDouble(at + 2 * SIZE);
            s3 += Memory.getDouble(at + 3 * SIZE);
        }
        for (; i < n; i++) {
            s0 += Memory.getDouble(self + SIZE * i);
        }
        return (s0 + s1) + (s2 + s3);
    }

    @Override
    public void columns(long self, long step, long n, long width, long out) {
        if (width == 1) {
            Memory.putDouble(out, line(self, step, n));
            return;
        }
        for (long i = 0; i < width; i++) {
            Memory.putDouble(out + SIZE * i, 0);
        }
        long r = 0;
        for (; r < n - 3; r += 4) {
            addFour(self + r * step, step, width, out);
        }
        for (; r < n; r++) {
            add(self + r * step, width, out);
        }
    }

    /** As a column of a wider group. */
    private static double line(long self, long step, long n) {
        double sum = 0;
        long r = 0;
        for (; r < n - 3; r += 4) {
            sum += four(self + r * step, step);
        }
        for (; r < n; r++) {
            sum += Memory.getDouble(self + r * step);
        }
        return sum;
    }

    private static void addFour(long self, long step, long width, long out) {
        long i = 0;
        for (; i <= width - LENGTH; i += LENGTH) {
            long at = self + SIZE * i;
            DoubleVector first = load(at).add(load(at + step));
            DoubleVector second = load(at + 2 * step).add(load(at + 3 * step));
            load(out + SIZE * i)
                    .add(first.add(second))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (; i < width; i++) {
            double sum = Memory.getDouble(out + SIZE * i);
            Memory.putDouble(out + SIZE * i, sum + four(self + SIZE * i, step));
        }
    }

    private static void add(long self, long width, long out) {
        long i = 0;
        for (; i <= width - LENGTH; i += LENGTH) {
            load(out + SIZE * i)
                    .add(load(self + SIZE * i))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (; i < width; i++) {
            double sum = Memory.getDouble(out + SIZE * i);
            Memory.putDouble(out + SIZE * i, sum + Memory.getDouble(self + SIZE * i));
        }
    }

    private static double four(long at, long step) {
        double first = Memory.getDouble(at) + Memory.getDouble(at + step);
        return first + (Memory.getDouble(at + 2 * step) + Memory.getDouble(at + 3 * step));
    }

    private static DoubleVector load(long address) {
        return Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }
}
