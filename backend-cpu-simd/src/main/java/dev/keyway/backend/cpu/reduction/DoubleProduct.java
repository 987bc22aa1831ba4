// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

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

    /** Products of a line. */
    private static final int LANES = 32;

    @Override
    public int itemSize() {
        return Double.BYTES;
    }

    private static DoubleVector load(long address) {
        return DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }

    @Override
    public void rows(long self, long step, long rows, long n, long out) {
        double[] lanes = new double[LANES];
        for (long r = 0; r < rows; r++) {
            Arrays.fill(lanes, 1);
            multiply(self + r * step, n, lanes);
            for (int half = LANES / 2; half > 0; half /= 2) {
                for (int i = 0; i < half; i++) {
                    lanes[i] *= lanes[i + half];
                }
            }
            Memory.putDouble(out + SIZE * r, lanes[0]);
        }
    }

    private static void multiply(long a, long n, double[] lanes) {
        long full = n - n % LANES;
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            DoubleVector product = DoubleVector.broadcast(SPECIES, 1);
            for (long p = lane; p < full; p += LANES) {
                product = load(a + SIZE * p).mul(product);
            }
            product.intoArray(lanes, lane);
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
            product.intoMemorySegment(ALL, out + SIZE * i, ORDER);
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
