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
    private static final long BYTES = SPECIES.vectorByteSize();

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
        return folded(lanes);
    }

    /** Of 16 lanes. */
    private static float folded(float[] lanes) {
        float s0 = (lanes[0] * lanes[8]) * (lanes[4] * lanes[12]);
        float s1 = (lanes[1] * lanes[9]) * (lanes[5] * lanes[13]);
        float s2 = (lanes[2] * lanes[10]) * (lanes[6] * lanes[14]);
        float s3 = (lanes[3] * lanes[11]) * (lanes[7] * lanes[15]);
        return (s0 * s2) * (s1 * s3);
    }

    /** The last steps are in registers: a number that is written makes the next step wait. */
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
        if (half == 8) {
            return folded(lanes);
        }
        for (; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                lanes[i] *= lanes[i + half];
            }
        }
        return lanes[0];
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
        for (; i <= width - 4 * LENGTH; i += 4 * LENGTH) {
            FloatVector p0 = FloatVector.broadcast(SPECIES, 1f);
            FloatVector p1 = p0;
            FloatVector p2 = p0;
            FloatVector p3 = p0;
            for (long r = 0; r < n; r++) {
                long at = self + SIZE * i + r * step;
                p0 = load(at).mul(p0);
                p1 = load(at + BYTES).mul(p1);
                p2 = load(at + 2 * BYTES).mul(p2);
                p3 = load(at + 3 * BYTES).mul(p3);
            }
            long to = out + SIZE * i;
            Exact.FLOATS.cast(p0).intoMemorySegment(ALL, to, ORDER);
            Exact.FLOATS.cast(p1).intoMemorySegment(ALL, to + BYTES, ORDER);
            Exact.FLOATS.cast(p2).intoMemorySegment(ALL, to + 2 * BYTES, ORDER);
            Exact.FLOATS.cast(p3).intoMemorySegment(ALL, to + 3 * BYTES, ORDER);
        }
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
