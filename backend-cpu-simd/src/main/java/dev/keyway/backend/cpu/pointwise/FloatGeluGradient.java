// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.pointwise.FloatMath.LENGTH;
import static dev.keyway.backend.cpu.pointwise.FloatMath.SPECIES;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Spare;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * f32 rows of the gelu's gradient: probability and density of the normal distribution, {@code P(x)
 * + x p(x)}. Loops over arrays, as the compiler stops to inline into one that has grown long. Each
 * loads before it computes: what comes last is refused first, and vectors that are handed to it are
 * objects.
 */
final class FloatGeluGradient {
    private static final int SIZE = Float.BYTES;

    /** Elements that are computed at once, in whole vectors. */
    private static final int BLOCK = 256;

    private static final float ROOT_HALF = 0.707106781f;

    /** {@code 1/sqrt(2 pi)}. */
    private static final float PEAK = 0.398942280f;

    /** Calls leave no arrays. */
    private static final Spare<FloatGeluGradient> SPARE = new Spare<>(FloatGeluGradient::new);

    private final float[] x = new float[BLOCK];
    private final float[] slopes = new float[BLOCK];
    private final float[] bells = new float[BLOCK];

    private FloatGeluGradient() {}

    static void run(long out, long grad, long a, long count) {
        FloatGeluGradient block = SPARE.take();
        for (long start = 0; start < count; start += BLOCK) {
            int size = (int) Math.min(BLOCK, count - start);
            read(a + SIZE * start, block.x, size);
            read(grad + SIZE * start, block.slopes, size);
            bells(block.x, block.bells, size);
            slopes(block.x, block.bells, block.slopes, size);
            MemorySegment.copy(
                    block.slopes,
                    0,
                    ALL,
                    ValueLayout.JAVA_FLOAT_UNALIGNED,
                    out + SIZE * start,
                    size);
        }
        SPARE.give(block);
    }

    private static void read(long from, float[] to, int size) {
        MemorySegment.copy(ALL, ValueLayout.JAVA_FLOAT_UNALIGNED, from, to, 0, size);
    }

    private static FloatVector load(float[] array, int i) {
        return Exact.FLOATS.cast(FloatVector.fromArray(SPECIES, array, i));
    }

    /** {@code x p(x)}. */
    private static void bells(float[] numbers, float[] bells, int size) {
        for (int i = 0; i < size; i += LENGTH) {
            FloatVector x = load(numbers, i);
            FloatMath.exp(x.mul(x).mul(-0.5f)).mul(PEAK).mul(x).intoArray(bells, i);
        }
    }

    /** Multiplies what is handed down. */
    private static void slopes(float[] numbers, float[] bells, float[] slopes, int size) {
        for (int i = 0; i < size; i += LENGTH) {
            FloatVector grad = load(slopes, i);
            FloatVector bell = load(bells, i);
            FloatVector below =
                    FloatErrorFunction.erf(load(numbers, i).mul(ROOT_HALF)).mul(0.5f).add(0.5f);
            grad.mul(below.add(bell)).intoArray(slopes, i);
        }
    }
}
