// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.UnaryOp;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** i64 rows of one operand by exact operations, so that vectors and tails agree to the bit. */
final class LongBasics {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Long.BYTES;

    private LongBasics() {}

    /** The loop of a function; null where it has none. */
    static @Nullable UnaryRow row(UnaryOp op) {
        return switch (op) {
            case NEG -> LongBasics::neg;
            case ABS -> LongBasics::abs;
            case RELU -> LongBasics::relu;
            case BITWISE_NOT -> LongBasics::not;
            default -> null;
        };
    }

    private static LongVector load(long address) {
        return Exact.LONGS.cast(LongVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static void neg(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i).neg().intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            long x = Memory.getLong(a + SIZE * i);
            Memory.putLong(out + SIZE * i, -x);
        }
    }

    private static void abs(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i).abs().intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            long x = Memory.getLong(a + SIZE * i);
            Memory.putLong(out + SIZE * i, Math.abs(x));
        }
    }

    private static void relu(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i).max(0L).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            long x = Memory.getLong(a + SIZE * i);
            Memory.putLong(out + SIZE * i, Math.max(x, 0L));
        }
    }

    private static void not(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i).not().intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            long x = Memory.getLong(a + SIZE * i);
            Memory.putLong(out + SIZE * i, ~x);
        }
    }
}
