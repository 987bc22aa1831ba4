// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.UnaryOp;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * f32 rows whose output steps by one element. The functions here are single IEEE operations, so
 * that vectors and the scalar tail agree to the bit.
 */
final class FloatPointwise {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    private FloatPointwise() {}

    static boolean has(BinaryOp op) {
        return switch (op) {
            case ADD, SUB, MUL, DIV, MAXIMUM, MINIMUM -> true;
            default -> false;
        };
    }

    static boolean has(UnaryOp op) {
        return switch (op) {
            case NEG, ABS, SQRT, RELU -> true;
            default -> false;
        };
    }

    /** {@code out = a op b}; steps of the inputs are 0 or 1. */
    static void binary(BinaryOp op, long out, long a, long stepA, long b, long stepB, long count) {
        switch (op) {
            case ADD -> add(out, a, stepA, b, stepB, count);
            case SUB -> sub(out, a, stepA, b, stepB, count);
            case MUL -> mul(out, a, stepA, b, stepB, count);
            case DIV -> div(out, a, stepA, b, stepB, count);
            case MAXIMUM -> max(out, a, stepA, b, stepB, count);
            case MINIMUM -> min(out, a, stepA, b, stepB, count);
            default -> throw new IllegalArgumentException("no f32 kernel for " + op);
        }
    }

    private static FloatVector load(long address, long step) {
        return step == 0
                ? FloatVector.broadcast(SPECIES, Memory.getFloat(address))
                : FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }

    private static void add(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i * stepA, stepA)
                    .add(load(b + SIZE * i * stepB, stepB))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i * stepA);
            Memory.putFloat(out + SIZE * i, x + Memory.getFloat(b + SIZE * i * stepB));
        }
    }

    private static void sub(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i * stepA, stepA)
                    .sub(load(b + SIZE * i * stepB, stepB))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i * stepA);
            Memory.putFloat(out + SIZE * i, x - Memory.getFloat(b + SIZE * i * stepB));
        }
    }

    private static void mul(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i * stepA, stepA)
                    .mul(load(b + SIZE * i * stepB, stepB))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i * stepA);
            Memory.putFloat(out + SIZE * i, x * Memory.getFloat(b + SIZE * i * stepB));
        }
    }

    private static void div(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i * stepA, stepA)
                    .div(load(b + SIZE * i * stepB, stepB))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i * stepA);
            Memory.putFloat(out + SIZE * i, x / Memory.getFloat(b + SIZE * i * stepB));
        }
    }

    private static void max(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i * stepA, stepA)
                    .max(load(b + SIZE * i * stepB, stepB))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i * stepA);
            Memory.putFloat(out + SIZE * i, Math.max(x, Memory.getFloat(b + SIZE * i * stepB)));
        }
    }

    private static void min(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i * stepA, stepA)
                    .min(load(b + SIZE * i * stepB, stepB))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i * stepA);
            Memory.putFloat(out + SIZE * i, Math.min(x, Memory.getFloat(b + SIZE * i * stepB)));
        }
    }

    /** {@code out = a + alpha * b}, the product rounded before the sum. */
    static void scaledAdd(long out, long a, long b, float alpha, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(b + SIZE * i, 1)
                    .mul(alpha)
                    .add(load(a + SIZE * i, 1))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float scaled = Memory.getFloat(b + SIZE * i) * alpha;
            Memory.putFloat(out + SIZE * i, scaled + Memory.getFloat(a + SIZE * i));
        }
    }

    /** As above for a row of any strides, in bytes. */
    static void scaledAdd(
            long out,
            long stepOut,
            long a,
            long stepA,
            long b,
            long stepB,
            float alpha,
            long count) {
        for (long i = 0; i < count; i++) {
            float scaled = Memory.getFloat(b + i * stepB) * alpha;
            Memory.putFloat(out + i * stepOut, scaled + Memory.getFloat(a + i * stepA));
        }
    }

    /** {@code out = op(a)}, both contiguous. */
    static void unary(UnaryOp op, long out, long a, long count) {
        switch (op) {
            case NEG -> neg(out, a, count);
            case ABS -> abs(out, a, count);
            case SQRT -> sqrt(out, a, count);
            case RELU -> relu(out, a, count);
            default -> throw new IllegalArgumentException("no f32 kernel for " + op);
        }
    }

    private static void neg(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i, 1).neg().intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putFloat(out + SIZE * i, -Memory.getFloat(a + SIZE * i));
        }
    }

    private static void abs(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i, 1).abs().intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putFloat(out + SIZE * i, Math.abs(Memory.getFloat(a + SIZE * i)));
        }
    }

    private static void sqrt(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i, 1)
                    .lanewise(VectorOperators.SQRT)
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putFloat(out + SIZE * i, (float) Math.sqrt(Memory.getFloat(a + SIZE * i)));
        }
    }

    /** {@code Math.max(x, 0)}, which keeps NaN. */
    private static void relu(long out, long a, long count) {
        FloatVector zero = FloatVector.zero(SPECIES);
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i, 1).max(zero).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putFloat(out + SIZE * i, Math.max(Memory.getFloat(a + SIZE * i), 0f));
        }
    }
}
