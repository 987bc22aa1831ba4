// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.pointwise.FloatMath.LENGTH;
import static dev.keyway.backend.cpu.pointwise.FloatMath.SPECIES;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.spi.UnaryOp;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/** f32 rows of activation functions. */
final class FloatActivations {
    private static final int SIZE = Float.BYTES;

    private FloatActivations() {}

    /** The loop of a function; null where it has none. */
    static @Nullable UnaryRow row(UnaryOp op) {
        return switch (op) {
            case TANH -> FloatActivations::tanh;
            case SIGMOID -> FloatActivations::sigmoid;
            case SILU -> FloatActivations::silu;
            case ERF -> FloatActivations::erf;
            case GELU -> FloatActivations::gelu;
            default -> null;
        };
    }

    private static FloatVector load(long address) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static FloatVector load(long address, VectorMask<Float> mask) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER, mask));
    }

    private static VectorMask<Float> tail(long left) {
        return SPECIES.indexInRange(0, left);
    }

    private static void tanh(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatMath.tanh(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = tail(count - full);
            FloatMath.tanh(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void sigmoid(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatMath.sigmoid(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = tail(count - full);
            FloatMath.sigmoid(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void silu(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatMath.silu(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = tail(count - full);
            FloatMath.silu(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void erf(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatErrorFunction.erf(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = tail(count - full);
            FloatErrorFunction.erf(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }

    private static void gelu(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatErrorFunction.gelu(load(a + at)).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = tail(count - full);
            FloatErrorFunction.gelu(load(a + SIZE * full, rest))
                    .intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }
}
