// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.CompareOp;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Comparisons of i32 rows; operands step by 0 or 1, results are bytes. */
final class IntComparisons {
    private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();

    /** Elements of a step: whole vectors, and a multiple of {@link MaskBytes#COUNT}. */
    private static final int STEP = Math.max(LENGTH, MaskBytes.COUNT);

    private static final int SIZE = Integer.BYTES;

    private IntComparisons() {}

    /** The loop of a comparison. */
    static BinaryRow row(CompareOp op) {
        return switch (op) {
            case EQ -> IntComparisons::eq;
            case NE -> IntComparisons::ne;
            case LT -> IntComparisons::lt;
            case LE -> IntComparisons::le;
            case GT -> IntComparisons::gt;
            case GE -> IntComparisons::ge;
        };
    }

    /** The loop for two contiguous operands. */
    static DenseRow dense(CompareOp op) {
        return switch (op) {
            case EQ -> (out, a, b, count) -> eq(out, a, 1, b, 1, count);
            case NE -> (out, a, b, count) -> ne(out, a, 1, b, 1, count);
            case LT -> (out, a, b, count) -> lt(out, a, 1, b, 1, count);
            case LE -> (out, a, b, count) -> le(out, a, 1, b, 1, count);
            case GT -> (out, a, b, count) -> gt(out, a, 1, b, 1, count);
            case GE -> (out, a, b, count) -> ge(out, a, 1, b, 1, count);
        };
    }

    /** The loop for a contiguous operand and a number. */
    static DenseRow withNumber(CompareOp op) {
        return switch (op) {
            case EQ -> (out, a, b, count) -> eq(out, a, 1, b, 0, count);
            case NE -> (out, a, b, count) -> ne(out, a, 1, b, 0, count);
            case LT -> (out, a, b, count) -> lt(out, a, 1, b, 0, count);
            case LE -> (out, a, b, count) -> le(out, a, 1, b, 0, count);
            case GT -> (out, a, b, count) -> gt(out, a, 1, b, 0, count);
            case GE -> (out, a, b, count) -> ge(out, a, 1, b, 0, count);
        };
    }

    private static IntVector load(long address, long step) {
        return step == 0
                ? Exact.INTS.cast(IntVector.broadcast(SPECIES, Memory.getInt(address)))
                : Exact.INTS.cast(IntVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static void eq(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % STEP;
        for (long i = 0; i < full; i += STEP) {
            long bits = 0;
            for (int k = 0; k < STEP; k += LENGTH) {
                IntVector y = load(b + SIZE * (i + k) * stepB, stepB);
                IntVector x = load(a + SIZE * (i + k) * stepA, stepA);
                bits |= x.compare(VectorOperators.EQ, y).toLong() << k;
            }
            MaskBytes.put(out + i, bits, STEP);
        }
        for (long i = full; i < count; i++) {
            int x = Memory.getInt(a + SIZE * i * stepA);
            int y = Memory.getInt(b + SIZE * i * stepB);
            Memory.putByte(out + i, (byte) (x == y ? 1 : 0));
        }
    }

    private static void ne(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % STEP;
        for (long i = 0; i < full; i += STEP) {
            long bits = 0;
            for (int k = 0; k < STEP; k += LENGTH) {
                IntVector y = load(b + SIZE * (i + k) * stepB, stepB);
                IntVector x = load(a + SIZE * (i + k) * stepA, stepA);
                bits |= x.compare(VectorOperators.NE, y).toLong() << k;
            }
            MaskBytes.put(out + i, bits, STEP);
        }
        for (long i = full; i < count; i++) {
            int x = Memory.getInt(a + SIZE * i * stepA);
            int y = Memory.getInt(b + SIZE * i * stepB);
            Memory.putByte(out + i, (byte) (x != y ? 1 : 0));
        }
    }

    private static void lt(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % STEP;
        for (long i = 0; i < full; i += STEP) {
            long bits = 0;
            for (int k = 0; k < STEP; k += LENGTH) {
                IntVector y = load(b + SIZE * (i + k) * stepB, stepB);
                IntVector x = load(a + SIZE * (i + k) * stepA, stepA);
                bits |= x.compare(VectorOperators.LT, y).toLong() << k;
            }
            MaskBytes.put(out + i, bits, STEP);
        }
        for (long i = full; i < count; i++) {
            int x = Memory.getInt(a + SIZE * i * stepA);
            int y = Memory.getInt(b + SIZE * i * stepB);
            Memory.putByte(out + i, (byte) (x < y ? 1 : 0));
        }
    }

    private static void le(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % STEP;
        for (long i = 0; i < full; i += STEP) {
            long bits = 0;
            for (int k = 0; k < STEP; k += LENGTH) {
                IntVector y = load(b + SIZE * (i + k) * stepB, stepB);
                IntVector x = load(a + SIZE * (i + k) * stepA, stepA);
                bits |= x.compare(VectorOperators.LE, y).toLong() << k;
            }
            MaskBytes.put(out + i, bits, STEP);
        }
        for (long i = full; i < count; i++) {
            int x = Memory.getInt(a + SIZE * i * stepA);
            int y = Memory.getInt(b + SIZE * i * stepB);
            Memory.putByte(out + i, (byte) (x <= y ? 1 : 0));
        }
    }

    private static void gt(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % STEP;
        for (long i = 0; i < full; i += STEP) {
            long bits = 0;
            for (int k = 0; k < STEP; k += LENGTH) {
                IntVector y = load(b + SIZE * (i + k) * stepB, stepB);
                IntVector x = load(a + SIZE * (i + k) * stepA, stepA);
                bits |= x.compare(VectorOperators.GT, y).toLong() << k;
            }
            MaskBytes.put(out + i, bits, STEP);
        }
        for (long i = full; i < count; i++) {
            int x = Memory.getInt(a + SIZE * i * stepA);
            int y = Memory.getInt(b + SIZE * i * stepB);
            Memory.putByte(out + i, (byte) (x > y ? 1 : 0));
        }
    }

    private static void ge(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % STEP;
        for (long i = 0; i < full; i += STEP) {
            long bits = 0;
            for (int k = 0; k < STEP; k += LENGTH) {
                IntVector y = load(b + SIZE * (i + k) * stepB, stepB);
                IntVector x = load(a + SIZE * (i + k) * stepA, stepA);
                bits |= x.compare(VectorOperators.GE, y).toLong() << k;
            }
            MaskBytes.put(out + i, bits, STEP);
        }
        for (long i = full; i < count; i++) {
            int x = Memory.getInt(a + SIZE * i * stepA);
            int y = Memory.getInt(b + SIZE * i * stepB);
            Memory.putByte(out + i, (byte) (x >= y ? 1 : 0));
        }
    }
}
