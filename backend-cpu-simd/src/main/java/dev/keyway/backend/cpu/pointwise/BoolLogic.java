// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.CompareOp;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** Rows of truth values, bytes that are 0 or 1; operands step by 0 or 1. */
final class BoolLogic {
    private static final VectorSpecies<Byte> SPECIES = ByteVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();

    private BoolLogic() {}

    /** The loop of a function; null where bool has none. */
    static @Nullable BinaryRow row(BinaryOp op) {
        return switch (op) {
            case MUL, MINIMUM, FMIN, BITWISE_AND -> BoolLogic::and;
            case ADD, MAXIMUM, FMAX, BITWISE_OR -> BoolLogic::or;
            case BITWISE_XOR -> BoolLogic::xor;
            default -> null;
        };
    }

    /** The loop of a comparison; null where there is none. */
    static @Nullable BinaryRow row(CompareOp op) {
        return op == CompareOp.NE ? BoolLogic::xor : op == CompareOp.EQ ? BoolLogic::same : null;
    }

    private static ByteVector load(long address, long step) {
        return step == 0
                ? ByteVector.broadcast(SPECIES, Memory.getByte(address))
                : ByteVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }

    private static void and(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            ByteVector x = load(a + i * stepA, stepA);
            ByteVector y = load(b + i * stepB, stepB);
            x.and(y).intoMemorySegment(ALL, out + i, ORDER);
        }
        for (long i = full; i < count; i++) {
            int x = Memory.getByte(a + i * stepA);
            int y = Memory.getByte(b + i * stepB);
            Memory.putByte(out + i, (byte) (x & y));
        }
    }

    private static void or(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            ByteVector x = load(a + i * stepA, stepA);
            ByteVector y = load(b + i * stepB, stepB);
            x.or(y).intoMemorySegment(ALL, out + i, ORDER);
        }
        for (long i = full; i < count; i++) {
            int x = Memory.getByte(a + i * stepA);
            int y = Memory.getByte(b + i * stepB);
            Memory.putByte(out + i, (byte) (x | y));
        }
    }

    private static void xor(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            ByteVector x = load(a + i * stepA, stepA);
            ByteVector y = load(b + i * stepB, stepB);
            x.lanewise(VectorOperators.XOR, y).intoMemorySegment(ALL, out + i, ORDER);
        }
        for (long i = full; i < count; i++) {
            int x = Memory.getByte(a + i * stepA);
            int y = Memory.getByte(b + i * stepB);
            Memory.putByte(out + i, (byte) (x ^ y));
        }
    }

    private static void same(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            ByteVector x = load(a + i * stepA, stepA);
            ByteVector y = load(b + i * stepB, stepB);
            x.lanewise(VectorOperators.XOR, y)
                    .lanewise(VectorOperators.XOR, (byte) 1)
                    .intoMemorySegment(ALL, out + i, ORDER);
        }
        for (long i = full; i < count; i++) {
            int x = Memory.getByte(a + i * stepA);
            int y = Memory.getByte(b + i * stepB);
            Memory.putByte(out + i, (byte) (x ^ y ^ 1));
        }
    }
}
