// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
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
    private static final VectorSpecies<Float> SHORT = FloatVector.SPECIES_128;
    private static final int SHORT_LENGTH = SHORT.length();
    private static final Class<? extends FloatVector> SHORT_CLASS =
            FloatVector.zero(SHORT).getClass();

    /** Products of a line. */
    private static final int LANES = 32;

    @Override
    public int itemSize() {
        return Float.BYTES;
    }

    private static FloatVector load(long address) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    @Override
    public void rows(long self, long step, long rows, long n, long out) {
        float[] lanes = new float[LANES];
        for (long r = 0; r < rows; r++) {
            if (2 * LENGTH == LANES && n % LANES == 0) {
                Memory.putFloat(out + SIZE * r, full(self + r * step, n, lanes));
                continue;
            }
            Arrays.fill(lanes, 1);
            multiply(self + r * step, n, lanes);
            Memory.putFloat(out + SIZE * r, fold(lanes));
        }
    }

    /** A line of full vectors, two of which are the lanes, in registers. */
    private static float full(long a, long n, float[] lanes) {
        FloatVector first = FloatVector.broadcast(SPECIES, 1f);
        FloatVector second = first;
        for (long p = 0; p < n; p += LANES) {
            first = load(a + SIZE * p).mul(first);
            second = load(a + SIZE * (p + LENGTH)).mul(second);
        }
        Exact.FLOATS.cast(first).mul(second).intoArray(lanes, 0);
        FloatVector even = part(lanes, 0).mul(part(lanes, 8));
        FloatVector odd = part(lanes, 4).mul(part(lanes, 12));
        even.mul(odd).intoArray(lanes, 0);
        return (lanes[0] * lanes[2]) * (lanes[1] * lanes[3]);
    }

    private static FloatVector part(float[] lanes, int i) {
        return SHORT_CLASS.cast(FloatVector.fromArray(SHORT, lanes, i));
    }

    /** The last steps are of short vectors: a number that is written alone makes the next wait. */
    private static float fold(float[] lanes) {
        int half = LANES / 2;
        for (; half >= LENGTH; half /= 2) {
            for (int i = 0; i < half; i += LENGTH) {
                Exact.FLOATS
                        .cast(FloatVector.fromArray(SPECIES, lanes, i))
                        .mul(FloatVector.fromArray(SPECIES, lanes, i + half))
                        .intoArray(lanes, i);
            }
        }
        for (; half >= SHORT_LENGTH; half /= 2) {
            for (int i = 0; i < half; i += SHORT_LENGTH) {
                part(lanes, i).mul(part(lanes, i + half)).intoArray(lanes, i);
            }
        }
        return (lanes[0] * lanes[2]) * (lanes[1] * lanes[3]);
    }

    private static void multiply(long a, long n, float[] lanes) {
        long full = n - n % LANES;
        for (int lane = 0; lane < LANES; lane += 2 * LENGTH) {
            FloatVector first = FloatVector.broadcast(SPECIES, 1f);
            FloatVector second = first;
            for (long p = lane; p < full; p += LANES) {
                first = load(a + SIZE * p).mul(first);
                second = load(a + SIZE * (p + LENGTH)).mul(second);
            }
            Exact.FLOATS.cast(first).intoArray(lanes, lane);
            Exact.FLOATS.cast(second).intoArray(lanes, lane + LENGTH);
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
            Exact.FLOATS.cast(product).intoMemorySegment(ALL, out + SIZE * i, ORDER);
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
