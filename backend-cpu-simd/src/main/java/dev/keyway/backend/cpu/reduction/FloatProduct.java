// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products in f32. Number p of a dense line goes to product p modulo {@link #LANES}, whatever the
 * width of vectors, and the products are multiplied by halves; of lines side by side each is
 * multiplied from its first number to its last.
 */
final class FloatProduct implements LineReduction {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final long SIZE = Float.BYTES;

    /** Products of a line. */
    private static final int LANES = 32;

    @Override
    public int itemSize() {
        return Float.BYTES;
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }

    @Override
    public void rows(long self, long step, long rows, long n, long out) {
        float[] lanes = new float[LANES];
        for (long r = 0; r < rows; r++) {
            Arrays.fill(lanes, 1);
            multiply(self + r * step, n, lanes);
            for (int half = LANES / 2; half > 0; half /= 2) {
                for (int i = 0; i < half; i++) {
                    lanes[i] *= lanes[i + half];
                }
            }
            Memory.putFloat(out + SIZE * r, lanes[0]);
        }
    }

    private static void multiply(long a, long n, float[] lanes) {
        long full = n - n % LANES;
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            FloatVector product = FloatVector.broadcast(SPECIES, 1f);
            for (long p = lane; p < full; p += LANES) {
                product = load(a + SIZE * p).mul(product);
            }
            product.intoArray(lanes, lane);
        }
        for (long p = full; p < n; p++) {
            lanes[(int) (p - full)] *= Memory.getFloat(a + SIZE * p);
        }
    }

    @Override
    public void columns(long self, long step, long n, long width, long out) {
        long i = 0;
        for (; i <= width - LENGTH; i += LENGTH) {
            FloatVector product = FloatVector.broadcast(SPECIES, 1f);
            for (long r = 0; r < n; r++) {
                product = load(self + SIZE * i + r * step).mul(product);
            }
            product.intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (; i < width; i++) {
            float product = 1;
            for (long r = 0; r < n; r++) {
                product *= Memory.getFloat(self + SIZE * i + r * step);
            }
            Memory.putFloat(out + SIZE * i, product);
        }
    }
}
