// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products in f64. Number p of a dense line goes to product p modulo {@link #LANES}, whatever the
 * width of vectors, and the products are multiplied by halves; of lines side by side each is
 * multiplied from its first number to its last.
 */
final class DoubleProduct implements LineReduction {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final long SIZE = Double.BYTES;
    private static final long BYTES = SPECIES.vectorByteSize();

    /** Products of a line. */
    private static final int LANES = 32;

    @Override
    public int itemSize() {
        return Double.BYTES;
    }

    private static DoubleVector load(long address) {
        return Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    @Override
    public void rows(long self, long step, long rows, long n, long out) {
        double[] lanes = new double[LANES];
        for (long r = 0; r < rows; r++) {
            if (4 * LENGTH == LANES && n % LANES == 0) {
                Memory.putDouble(out + SIZE * r, full(self + r * step, n, lanes));
                continue;
            }
            Arrays.fill(lanes, 1);
            multiply(self + r * step, n, lanes);
            Memory.putDouble(out + SIZE * r, fold(lanes));
        }
    }

    /** A line of full vectors, four of which are the lanes, in registers. */
    private static double full(long a, long n, double[] lanes) {
        DoubleVector p0 = DoubleVector.broadcast(SPECIES, 1);
        DoubleVector p1 = p0;
        DoubleVector p2 = p0;
        DoubleVector p3 = p0;
        for (long p = 0; p < n; p += LANES) {
            p0 = load(a + SIZE * p).mul(p0);
            p1 = load(a + SIZE * (p + LENGTH)).mul(p1);
            p2 = load(a + SIZE * (p + 2 * LENGTH)).mul(p2);
            p3 = load(a + SIZE * (p + 3 * LENGTH)).mul(p3);
        }
        DoubleVector all = Exact.DOUBLES.cast(p0).mul(p2).mul(Exact.DOUBLES.cast(p1).mul(p3));
        all.intoArray(lanes, 0);
        return folded(lanes);
    }

    /** Of 8 lanes. */
    private static double folded(double[] lanes) {
        double s0 = lanes[0] * lanes[4];
        double s1 = lanes[1] * lanes[5];
        double s2 = lanes[2] * lanes[6];
        double s3 = lanes[3] * lanes[7];
        return (s0 * s2) * (s1 * s3);
    }

    /** The last steps are in registers: a number that is written makes the next step wait. */
    private static double fold(double[] lanes) {
        int half = LANES / 2;
        for (; half >= LENGTH; half /= 2) {
            for (int i = 0; i < half; i += LENGTH) {
                Exact.DOUBLES
                        .cast(DoubleVector.fromArray(SPECIES, lanes, i))
                        .mul(DoubleVector.fromArray(SPECIES, lanes, i + half))
                        .intoArray(lanes, i);
            }
        }
        if (half == 4) {
            return folded(lanes);
        }
        for (; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                lanes[i] *= lanes[i + half];
            }
        }
        return lanes[0];
    }

    private static void multiply(long a, long n, double[] lanes) {
        long full = n - n % LANES;
        for (int lane = 0; lane < LANES; lane += 2 * LENGTH) {
            DoubleVector first = DoubleVector.broadcast(SPECIES, 1);
            DoubleVector second = first;
            for (long p = lane; p < full; p += LANES) {
                first = load(a + SIZE * p).mul(first);
                second = load(a + SIZE * (p + LENGTH)).mul(second);
            }
            Exact.DOUBLES.cast(first).intoArray(lanes, lane);
            Exact.DOUBLES.cast(second).intoArray(lanes, lane + LENGTH);
        }
        for (long p = full; p < n; p++) {
            lanes[(int) (p - full)] *= Memory.getDouble(a + SIZE * p);
        }
    }

    @Override
    public void columns(long self, long step, long n, long width, long out) {
        long i = 0;
        for (; i <= width - 4 * LENGTH; i += 4 * LENGTH) {
            DoubleVector p0 = DoubleVector.broadcast(SPECIES, 1);
            DoubleVector p1 = p0;
            DoubleVector p2 = p0;
            DoubleVector p3 = p0;
            for (long r = 0; r < n; r++) {
                long at = self + SIZE * i + r * step;
                p0 = load(at).mul(p0);
                p1 = load(at + BYTES).mul(p1);
                p2 = load(at + 2 * BYTES).mul(p2);
                p3 = load(at + 3 * BYTES).mul(p3);
            }
            long to = out + SIZE * i;
            Exact.DOUBLES.cast(p0).intoMemorySegment(ALL, to, ORDER);
            Exact.DOUBLES.cast(p1).intoMemorySegment(ALL, to + BYTES, ORDER);
            Exact.DOUBLES.cast(p2).intoMemorySegment(ALL, to + 2 * BYTES, ORDER);
            Exact.DOUBLES.cast(p3).intoMemorySegment(ALL, to + 3 * BYTES, ORDER);
        }
        for (; i <= width - LENGTH; i += LENGTH) {
            DoubleVector product = DoubleVector.broadcast(SPECIES, 1);
            for (long r = 0; r < n; r++) {
                product = load(self + SIZE * i + r * step).mul(product);
            }
            Exact.DOUBLES.cast(product).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (; i < width; i++) {
            double product = 1;
            for (long r = 0; r < n; r++) {
                product *= Memory.getDouble(self + SIZE * i + r * step);
            }
            Memory.putDouble(out + SIZE * i, product);
        }
    }
}
