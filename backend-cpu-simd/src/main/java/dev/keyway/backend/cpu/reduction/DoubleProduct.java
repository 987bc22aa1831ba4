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
    private static final VectorSpecies<Double> SHORT = DoubleVector.SPECIES_128;
    private static final int SHORT_LENGTH = SHORT.length();
    private static final Class<? extends DoubleVector> SHORT_CLASS =
            DoubleVector.zero(SHORT).getClass();

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
        DoubleVector even = part(lanes, 0).mul(part(lanes, 4));
        DoubleVector odd = part(lanes, 2).mul(part(lanes, 6));
        even.mul(odd).intoArray(lanes, 0);
        return lanes[0] * lanes[1];
    }

    private static DoubleVector part(double[] lanes, int i) {
        return SHORT_CLASS.cast(DoubleVector.fromArray(SHORT, lanes, i));
    }

    /** The last steps are of short vectors: a number that is written alone makes the next wait. */
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
        for (; half >= SHORT_LENGTH; half /= 2) {
            for (int i = 0; i < half; i += SHORT_LENGTH) {
                part(lanes, i).mul(part(lanes, i + half)).intoArray(lanes, i);
            }
        }
        return lanes[0] * lanes[1];
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
