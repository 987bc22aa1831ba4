// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.UnaryOp;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** i32 rows of one operand by exact operations, so that vectors and tails agree to the bit. */
final class IntBasics {
    private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Integer.BYTES;

    private IntBasics() {}

    /** The loop of a function; null where it has none. */
    static @Nullable UnaryRow row(UnaryOp op) {
        return switch (op) {
            case NEG -> IntBasics::neg;
            case ABS -> IntBasics::abs;
            case RELU -> IntBasics::relu;
            case BITWISE_NOT -> IntBasics::not;
            default -> null;
        };
    }

    private static IntVector load(long address) {
        return Exact.INTS.cast(IntVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static void neg(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i).neg().intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            int x = Memory.getInt(a + SIZE * i);
            Memory.putInt(out + SIZE * i, -x);
        }
    }

    private static void abs(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i).abs().intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            int x = Memory.getInt(a + SIZE * i);
            Memory.putInt(out + SIZE * i, Math.abs(x));
        }
    }

    private static void relu(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i).max(0).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            int x = Memory.getInt(a + SIZE * i);
            Memory.putInt(out + SIZE * i, Math.max(x, 0));
        }
    }

    private static void not(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            load(a + SIZE * i).not().intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            int x = Memory.getInt(a + SIZE * i);
            Memory.putInt(out + SIZE * i, ~x);
        }
    }
}
