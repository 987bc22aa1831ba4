// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.BinaryOp;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** f32 rows of two operands by single exact operations; operands step by 0 or 1. */
final class FloatArithmetic {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    private FloatArithmetic() {}

    /** The loop of a function; null where it has none. */
    static @Nullable BinaryRow row(BinaryOp op) {
        return switch (op) {
            case ADD -> FloatArithmetic::add;
            case SUB -> FloatArithmetic::sub;
            case MUL -> FloatArithmetic::mul;
            case DIV -> FloatArithmetic::div;
            case MAXIMUM -> FloatArithmetic::max;
            case MINIMUM -> FloatArithmetic::min;
            case FMAX -> FloatArithmetic::fmax;
            case FMIN -> FloatArithmetic::fmin;
            case COPYSIGN -> FloatArithmetic::copysign;
            default -> null;
        };
    }

    /** The loop for two contiguous operands; null where it has none. */
    static @Nullable DenseRow dense(BinaryOp op) {
        return switch (op) {
            case ADD -> (out, a, b, count) -> add(out, a, 1, b, 1, count);
            case SUB -> (out, a, b, count) -> sub(out, a, 1, b, 1, count);
            case MUL -> (out, a, b, count) -> mul(out, a, 1, b, 1, count);
            case DIV -> (out, a, b, count) -> div(out, a, 1, b, 1, count);
            case MAXIMUM -> (out, a, b, count) -> max(out, a, 1, b, 1, count);
            case MINIMUM -> (out, a, b, count) -> min(out, a, 1, b, 1, count);
            default -> null;
        };
    }

    /** The loop for a contiguous operand and a number; null where it has none. */
    static @Nullable DenseRow withNumber(BinaryOp op) {
        return switch (op) {
            case ADD -> (out, a, b, count) -> add(out, a, 1, b, 0, count);
            case SUB -> (out, a, b, count) -> sub(out, a, 1, b, 0, count);
            case MUL -> (out, a, b, count) -> mul(out, a, 1, b, 0, count);
            case DIV -> (out, a, b, count) -> div(out, a, 1, b, 0, count);
            case MAXIMUM -> (out, a, b, count) -> max(out, a, 1, b, 0, count);
            case MINIMUM -> (out, a, b, count) -> min(out, a, 1, b, 0, count);
            default -> null;
        };
    }

    private static FloatVector load(long address, long step) {
        return step == 0
                ? Exact.FLOATS.cast(FloatVector.broadcast(SPECIES, Memory.getFloat(address)))
                : Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static void add(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            FloatVector y = load(b + SIZE * i * stepB, stepB);
            load(a + SIZE * i * stepA, stepA).add(y).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i * stepA);
            float y = Memory.getFloat(b + SIZE * i * stepB);
            Memory.putFloat(out + SIZE * i, x + y);
        }
    }

    private static void sub(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            FloatVector y = load(b + SIZE * i * stepB, stepB);
            load(a + SIZE * i * stepA, stepA).sub(y).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i * stepA);
            float y = Memory.getFloat(b + SIZE * i * stepB);
            Memory.putFloat(out + SIZE * i, x - y);
        }
    }

    private static void mul(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            FloatVector y = load(b + SIZE * i * stepB, stepB);
            load(a + SIZE * i * stepA, stepA).mul(y).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i * stepA);
            float y = Memory.getFloat(b + SIZE * i * stepB);
            Memory.putFloat(out + SIZE * i, x * y);
        }
    }

    private static void div(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            FloatVector y = load(b + SIZE * i * stepB, stepB);
            load(a + SIZE * i * stepA, stepA).div(y).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i * stepA);
            float y = Memory.getFloat(b + SIZE * i * stepB);
            Memory.putFloat(out + SIZE * i, x / y);
        }
    }

    private static void max(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            FloatVector y = load(b + SIZE * i * stepB, stepB);
            load(a + SIZE * i * stepA, stepA).max(y).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i * stepA);
            float y = Memory.getFloat(b + SIZE * i * stepB);
            Memory.putFloat(out + SIZE * i, Math.max(x, y));
        }
    }

    private static void min(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            FloatVector y = load(b + SIZE * i * stepB, stepB);
            load(a + SIZE * i * stepA, stepA).min(y).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i * stepA);
            float y = Memory.getFloat(b + SIZE * i * stepB);
            Memory.putFloat(out + SIZE * i, Math.min(x, y));
        }
    }

    /** A number wins over NaN. */
    private static void fmax(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            FloatVector x = load(a + SIZE * i * stepA, stepA);
            FloatVector y = load(b + SIZE * i * stepB, stepB);
            x.max(y)
                    .blend(y, x.compare(VectorOperators.NE, x))
                    .blend(x, y.compare(VectorOperators.NE, y))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i * stepA);
            float y = Memory.getFloat(b + SIZE * i * stepB);
            Memory.putFloat(
                    out + SIZE * i, Float.isNaN(x) ? y : Float.isNaN(y) ? x : Math.max(x, y));
        }
    }

    /** A number wins over NaN. */
    private static void fmin(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            FloatVector x = load(a + SIZE * i * stepA, stepA);
            FloatVector y = load(b + SIZE * i * stepB, stepB);
            x.min(y)
                    .blend(y, x.compare(VectorOperators.NE, x))
                    .blend(x, y.compare(VectorOperators.NE, y))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i * stepA);
            float y = Memory.getFloat(b + SIZE * i * stepB);
            Memory.putFloat(
                    out + SIZE * i, Float.isNaN(x) ? y : Float.isNaN(y) ? x : Math.min(x, y));
        }
    }

    private static void copysign(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            FloatVector x = load(a + SIZE * i * stepA, stepA);
            FloatVector y = load(b + SIZE * i * stepB, stepB);
            x.reinterpretAsInts()
                    .and(0x7FFFFFFF)
                    .or(y.reinterpretAsInts().and(0x80000000))
                    .reinterpretAsFloats()
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            float x = Memory.getFloat(a + SIZE * i * stepA);
            float y = Memory.getFloat(b + SIZE * i * stepB);
            Memory.putFloat(out + SIZE * i, StrictMath.copySign(x, y));
        }
    }
}
