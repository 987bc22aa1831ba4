// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.BinaryOp;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** i64 rows of two operands by single exact operations; operands step by 0 or 1. */
final class LongArithmetic {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Long.BYTES;

    private LongArithmetic() {}

    /** The loop of a function; null where it has none. */
    static @Nullable BinaryRow row(BinaryOp op) {
        return switch (op) {
            case ADD -> LongArithmetic::add;
            case SUB -> LongArithmetic::sub;
            case MUL -> LongArithmetic::mul;
            case MAXIMUM -> LongArithmetic::max;
            case MINIMUM -> LongArithmetic::min;
            case BITWISE_AND -> LongArithmetic::and;
            case BITWISE_OR -> LongArithmetic::or;
            case BITWISE_XOR -> LongArithmetic::xor;
            case LEFT_SHIFT -> LongArithmetic::left;
            case RIGHT_SHIFT -> LongArithmetic::right;
            default -> null;
        };
    }

    /** The loop for two contiguous operands; null where it has none. */
    static @Nullable DenseRow dense(BinaryOp op) {
        return switch (op) {
            case ADD -> (out, a, b, count) -> add(out, a, 1, b, 1, count);
            case SUB -> (out, a, b, count) -> sub(out, a, 1, b, 1, count);
            case MUL -> (out, a, b, count) -> mul(out, a, 1, b, 1, count);
            case MAXIMUM -> (out, a, b, count) -> max(out, a, 1, b, 1, count);
            case MINIMUM -> (out, a, b, count) -> min(out, a, 1, b, 1, count);
            case BITWISE_AND -> (out, a, b, count) -> and(out, a, 1, b, 1, count);
            case BITWISE_OR -> (out, a, b, count) -> or(out, a, 1, b, 1, count);
            case BITWISE_XOR -> (out, a, b, count) -> xor(out, a, 1, b, 1, count);
            default -> null;
        };
    }

    /** The loop for a contiguous operand and a number; null where it has none. */
    static @Nullable DenseRow withNumber(BinaryOp op) {
        return switch (op) {
            case ADD -> (out, a, b, count) -> add(out, a, 1, b, 0, count);
            case SUB -> (out, a, b, count) -> sub(out, a, 1, b, 0, count);
            case MUL -> (out, a, b, count) -> mul(out, a, 1, b, 0, count);
            case MAXIMUM -> (out, a, b, count) -> max(out, a, 1, b, 0, count);
            case MINIMUM -> (out, a, b, count) -> min(out, a, 1, b, 0, count);
            case BITWISE_AND -> (out, a, b, count) -> and(out, a, 1, b, 0, count);
            case BITWISE_OR -> (out, a, b, count) -> or(out, a, 1, b, 0, count);
            case BITWISE_XOR -> (out, a, b, count) -> xor(out, a, 1, b, 0, count);
            default -> null;
        };
    }

    private static LongVector load(long address, long step) {
        return step == 0
                ? Exact.LONGS.cast(LongVector.broadcast(SPECIES, Memory.getLong(address)))
                : Exact.LONGS.cast(LongVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static void add(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            LongVector y = load(b + SIZE * i * stepB, stepB);
            load(a + SIZE * i * stepA, stepA).add(y).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            long x = Memory.getLong(a + SIZE * i * stepA);
            long y = Memory.getLong(b + SIZE * i * stepB);
            Memory.putLong(out + SIZE * i, x + y);
        }
    }

    private static void sub(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            LongVector y = load(b + SIZE * i * stepB, stepB);
            load(a + SIZE * i * stepA, stepA).sub(y).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            long x = Memory.getLong(a + SIZE * i * stepA);
            long y = Memory.getLong(b + SIZE * i * stepB);
            Memory.putLong(out + SIZE * i, x - y);
        }
    }

    private static void mul(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            LongVector y = load(b + SIZE * i * stepB, stepB);
            load(a + SIZE * i * stepA, stepA).mul(y).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            long x = Memory.getLong(a + SIZE * i * stepA);
            long y = Memory.getLong(b + SIZE * i * stepB);
            Memory.putLong(out + SIZE * i, x * y);
        }
    }

    private static void max(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            LongVector y = load(b + SIZE * i * stepB, stepB);
            load(a + SIZE * i * stepA, stepA).max(y).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            long x = Memory.getLong(a + SIZE * i * stepA);
            long y = Memory.getLong(b + SIZE * i * stepB);
            Memory.putLong(out + SIZE * i, Math.max(x, y));
        }
    }

    private static void min(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            LongVector y = load(b + SIZE * i * stepB, stepB);
            load(a + SIZE * i * stepA, stepA).min(y).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            long x = Memory.getLong(a + SIZE * i * stepA);
            long y = Memory.getLong(b + SIZE * i * stepB);
            Memory.putLong(out + SIZE * i, Math.min(x, y));
        }
    }

    private static void and(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            LongVector y = load(b + SIZE * i * stepB, stepB);
            load(a + SIZE * i * stepA, stepA).and(y).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            long x = Memory.getLong(a + SIZE * i * stepA);
            long y = Memory.getLong(b + SIZE * i * stepB);
            Memory.putLong(out + SIZE * i, x & y);
        }
    }

    private static void or(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            LongVector y = load(b + SIZE * i * stepB, stepB);
            load(a + SIZE * i * stepA, stepA).or(y).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            long x = Memory.getLong(a + SIZE * i * stepA);
            long y = Memory.getLong(b + SIZE * i * stepB);
            Memory.putLong(out + SIZE * i, x | y);
        }
    }

    private static void xor(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            LongVector y = load(b + SIZE * i * stepB, stepB);
            load(a + SIZE * i * stepA, stepA)
                    .lanewise(VectorOperators.XOR, y)
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            long x = Memory.getLong(a + SIZE * i * stepA);
            long y = Memory.getLong(b + SIZE * i * stepB);
            Memory.putLong(out + SIZE * i, x ^ y);
        }
    }

    private static VectorMask<Long> outside(LongVector shift) {
        return shift.compare(VectorOperators.LT, 0).or(shift.compare(VectorOperators.GE, 64));
    }

    private static void left(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            LongVector x = load(a + SIZE * i * stepA, stepA);
            LongVector y = load(b + SIZE * i * stepB, stepB);
            VectorMask<Long> outside = outside(y);
            x.lanewise(VectorOperators.LSHL, y)
                    .blend(0, outside)
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            long x = Memory.getLong(a + SIZE * i * stepA);
            long y = Memory.getLong(b + SIZE * i * stepB);
            Memory.putLong(out + SIZE * i, BinaryOp.LEFT_SHIFT.apply(x, y));
        }
    }

    private static void right(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            LongVector x = load(a + SIZE * i * stepA, stepA);
            LongVector y = load(b + SIZE * i * stepB, stepB);
            VectorMask<Long> outside = outside(y);
            x.lanewise(VectorOperators.ASHR, y.blend(63, outside))
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            long x = Memory.getLong(a + SIZE * i * stepA);
            long y = Memory.getLong(b + SIZE * i * stepB);
            Memory.putLong(out + SIZE * i, BinaryOp.RIGHT_SHIFT.apply(x, y));
        }
    }
}
