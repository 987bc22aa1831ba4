// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.lanes.DoubleLanes;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums in f64 that pass over NaN, in the order of {@link DoubleSum}: with 0 in the place of NaN.
 */
final class DoubleNumberSum implements LineReduction {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final long SIZE = Double.BYTES;
    private static final DoubleVector ZERO = DoubleVector.zero(SPECIES);

    @Override
    public int itemSize() {
        return Double.BYTES;
    }

    @Override
    public LineReduction ofResults() {
        return new DoubleSum();
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
            Arrays.fill(lanes, 0);
            DoubleLanes.numbers(self + r * step, Math.toIntExact(n), lanes);
            Memory.putDouble(out + SIZE * r, DoubleLanes.fold(lanes));
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
            s0 += number(at);
            s1 += number(at + SIZE);
            s2 += number(at + 2 * SIZE);
            s3 += number(at + 3 * SIZE);
        }
        for (; i < n; i++) {
            s0 += number(self + SIZE * i);
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
            sum += number(self + r * step);
        }
        return sum;
    }

    private static void addFour(long self, long step, long width, long out) {
        long i = 0;
        for (; i <= width - LENGTH; i += LENGTH) {
            long at = self + SIZE * i;
            DoubleVector first = numbers(at).add(numbers(at + step));
            DoubleVector second = numbers(at + 2 * step).add(numbers(at + 3 * step));
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
                    .add(numbers(self + SIZE * i))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (; i < width; i++) {
            double sum = Memory.getDouble(out + SIZE * i);
            Memory.putDouble(out + SIZE * i, sum + number(self + SIZE * i));
        }
    }

    private static double four(long at, long step) {
        double first = number(at) + number(at + step);
        return first + (number(at + 2 * step) + number(at + 3 * step));
    }

    private static double number(long at) {
        double x = Memory.getDouble(at);
        return Double.isNaN(x) ? 0 : x;
    }

    private static DoubleVector numbers(long at) {
        DoubleVector x = load(at);
        return x.blend(ZERO, x.compare(VectorOperators.NE, x));
    }

    private static DoubleVector load(long address) {
        return Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }
}
