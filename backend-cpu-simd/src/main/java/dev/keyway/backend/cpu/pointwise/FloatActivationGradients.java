// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.pointwise.FloatMath.LENGTH;
import static dev.keyway.backend.cpu.pointwise.FloatMath.SPECIES;

import dev.keyway.backend.cpu.Exact;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** f32 rows of gradients of activation functions: the incoming gradient times the slope. */
final class FloatActivationGradients {
    private static final int SIZE = Float.BYTES;

    private FloatActivationGradients() {}

    /** {@code s (1 + x (1-s))} with the sigmoid s of x. */
    private static FloatVector silu(FloatVector x) {
        FloatVector s = FloatMath.sigmoid(x);
        return s.mul(s.neg().add(1f).mul(x).add(1f));
    }

    private static FloatVector geluTanh(FloatVector x) {
        FloatVector square = x.mul(x);
        FloatVector gate = square.mul(0.044715f).add(1f).mul(x).mul(1.59576912f);
        FloatVector s = FloatMath.sigmoid(gate);
        FloatVector slope = square.mul(0.134145f).add(1f).mul(1.59576912f);
        return s.neg().add(1f).mul(s).mul(slope.mul(x)).add(s);
    }

    static void siluBackward(long out, long grad, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatVector g =
                    Exact.FLOATS.cast(
                            FloatVector.fromMemorySegment(SPECIES, ALL, grad + at, ORDER));
            FloatVector x =
                    Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, a + at, ORDER));
            g.mul(silu(x)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = SPECIES.indexInRange(0, count - full);
            long at = SIZE * full;
            FloatVector g =
                    Exact.FLOATS.cast(
                            FloatVector.fromMemorySegment(SPECIES, ALL, grad + at, ORDER, rest));
            FloatVector x =
                    Exact.FLOATS.cast(
                            FloatVector.fromMemorySegment(SPECIES, ALL, a + at, ORDER, rest));
            g.mul(silu(x)).intoMemorySegment(ALL, out + at, ORDER, rest);
        }
    }

    static void geluTanhBackward(long out, long grad, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatVector g =
                    Exact.FLOATS.cast(
                            FloatVector.fromMemorySegment(SPECIES, ALL, grad + at, ORDER));
            FloatVector x =
                    Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, a + at, ORDER));
            g.mul(geluTanh(x)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = SPECIES.indexInRange(0, count - full);
            long at = SIZE * full;
            FloatVector g =
                    Exact.FLOATS.cast(
                            FloatVector.fromMemorySegment(SPECIES, ALL, grad + at, ORDER, rest));
            FloatVector x =
                    Exact.FLOATS.cast(
                            FloatVector.fromMemorySegment(SPECIES, ALL, a + at, ORDER, rest));
            g.mul(geluTanh(x)).intoMemorySegment(ALL, out + at, ORDER, rest);
        }
    }

    static void sigmoidBackward(long out, long grad, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatVector g =
                    Exact.FLOATS.cast(
                            FloatVector.fromMemorySegment(SPECIES, ALL, grad + at, ORDER));
            FloatVector x =
                    Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, a + at, ORDER));
            g.mul(x.neg().add(1f).mul(x)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = SPECIES.indexInRange(0, count - full);
            long at = SIZE * full;
            FloatVector g =
                    Exact.FLOATS.cast(
                            FloatVector.fromMemorySegment(SPECIES, ALL, grad + at, ORDER, rest));
            FloatVector x =
                    Exact.FLOATS.cast(
                            FloatVector.fromMemorySegment(SPECIES, ALL, a + at, ORDER, rest));
            g.mul(x.neg().add(1f).mul(x)).intoMemorySegment(ALL, out + at, ORDER, rest);
        }
    }

    static void tanhBackward(long out, long grad, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatVector g =
                    Exact.FLOATS.cast(
                            FloatVector.fromMemorySegment(SPECIES, ALL, grad + at, ORDER));
            FloatVector x =
                    Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, a + at, ORDER));
            g.mul(x.mul(x).neg().add(1f)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = SPECIES.indexInRange(0, count - full);
            long at = SIZE * full;
            FloatVector g =
                    Exact.FLOATS.cast(
                            FloatVector.fromMemorySegment(SPECIES, ALL, grad + at, ORDER, rest));
            FloatVector x =
                    Exact.FLOATS.cast(
                            FloatVector.fromMemorySegment(SPECIES, ALL, a + at, ORDER, rest));
            g.mul(x.mul(x).neg().add(1f)).intoMemorySegment(ALL, out + at, ORDER, rest);
        }
    }
}
