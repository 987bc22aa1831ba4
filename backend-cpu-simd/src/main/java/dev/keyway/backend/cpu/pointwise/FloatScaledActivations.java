// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.pointwise.FloatMath.LENGTH;
import static dev.keyway.backend.cpu.pointwise.FloatMath.SPECIES;

import dev.keyway.backend.cpu.Exact;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** f32 rows of activation functions with attributes. */
final class FloatScaledActivations {
    private static final int SIZE = Float.BYTES;

    private FloatScaledActivations() {}

    private static FloatVector leaky(FloatVector x, float slope) {
        return x.mul(slope).blend(x, x.compare(VectorOperators.GT, 0f));
    }

    private static FloatVector elu(FloatVector x, float above, float below, float inner) {
        FloatVector low = FloatMath.expm1(x.mul(inner)).mul(below);
        return low.blend(x.mul(above), x.compare(VectorOperators.GT, 0f));
    }

    static void geluTanh(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatVector x =
                    Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, a + at, ORDER));
            FloatMath.geluTanh(x).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = SPECIES.indexInRange(0, count - full);
            long at = SIZE * full;
            FloatVector x =
                    Exact.FLOATS.cast(
                            FloatVector.fromMemorySegment(SPECIES, ALL, a + at, ORDER, rest));
            FloatMath.geluTanh(x).intoMemorySegment(ALL, out + at, ORDER, rest);
        }
    }

    static void leakyRelu(long out, long a, float slope, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatVector x =
                    Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, a + at, ORDER));
            leaky(x, slope).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = SPECIES.indexInRange(0, count - full);
            long at = SIZE * full;
            FloatVector x =
                    Exact.FLOATS.cast(
                            FloatVector.fromMemorySegment(SPECIES, ALL, a + at, ORDER, rest));
            leaky(x, slope).intoMemorySegment(ALL, out + at, ORDER, rest);
        }
    }

    static void elu(long out, long a, float above, float below, float inner, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatVector x =
                    Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, a + at, ORDER));
            elu(x, above, below, inner).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = SPECIES.indexInRange(0, count - full);
            long at = SIZE * full;
            FloatVector x =
                    Exact.FLOATS.cast(
                            FloatVector.fromMemorySegment(SPECIES, ALL, a + at, ORDER, rest));
            elu(x, above, below, inner).intoMemorySegment(ALL, out + at, ORDER, rest);
        }
    }
}
