// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.DType;
import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.toolkit.Half;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Conversions of blocks between f16 or bf16 and f32 in an order of their own, which pointwise loops
 * between them don't mind: a lane of an int vector holds two neighbours, which come apart and
 * together by shifts, while the order of memory takes narrower vectors or permutations. Of each two
 * vectors of f32 the first holds the lower halves. What is left at the end is in order.
 */
final class HalfPairs {
    private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final IntVector LOWER = IntVector.broadcast(SPECIES, 0xFFFF);
    private static final IntVector UPPER = IntVector.broadcast(SPECIES, 0xFFFF0000);

    private HalfPairs() {}

    /** The loop of a conversion; null where it has none. */
    static @Nullable UnaryRow row(DType from, DType to) {
        return switch (from) {
            case F16 -> to == DType.F32 ? HalfPairs::fromF16 : null;
            case BF16 -> to == DType.F32 ? HalfPairs::fromBf16 : null;
            case F32 ->
                    switch (to) {
                        case F16 -> HalfPairs::toF16;
                        case BF16 -> HalfPairs::toBf16;
                        default -> null;
                    };
            default -> null;
        };
    }

    private static IntVector load(long address) {
        return Exact.INTS.cast(IntVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static void fromBf16(long out, long a, long count) {
        long full = count - count % (2 * LENGTH);
        for (long i = 0; i < full; i += 2 * LENGTH) {
            IntVector both = load(a + 2 * i);
            both.lanewise(VectorOperators.LSHL, 16).intoMemorySegment(ALL, out + 4 * i, ORDER);
            both.and(UPPER).intoMemorySegment(ALL, out + 4 * i + BYTES, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putInt(out + 4 * i, Memory.getShort(a + 2 * i) << 16);
        }
    }

    private static void toBf16(long out, long a, long count) {
        long full = count - count % (2 * LENGTH);
        for (long i = 0; i < full; i += 2 * LENGTH) {
            IntVector lower = HalfBits.toBf16(load(a + 4 * i)).lanewise(VectorOperators.LSHR, 16);
            IntVector upper = HalfBits.toBf16(load(a + 4 * i + BYTES)).and(UPPER);
            lower.or(upper).intoMemorySegment(ALL, out + 2 * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putShort(out + 2 * i, Half.floatToBfloat16(Memory.getFloat(a + 4 * i)));
        }
    }

    private static void fromF16(long out, long a, long count) {
        long full = count - count % (2 * LENGTH);
        for (long i = 0; i < full; i += 2 * LENGTH) {
            IntVector both = load(a + 2 * i);
            HalfBits.fromF16(both.and(LOWER)).intoMemorySegment(ALL, out + 4 * i, ORDER);
            HalfBits.fromF16(both.lanewise(VectorOperators.LSHR, 16))
                    .intoMemorySegment(ALL, out + 4 * i + BYTES, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putFloat(out + 4 * i, Float.float16ToFloat(Memory.getShort(a + 2 * i)));
        }
    }

    private static void toF16(long out, long a, long count) {
        long full = count - count % (2 * LENGTH);
        for (long i = 0; i < full; i += 2 * LENGTH) {
            IntVector lower = HalfBits.toF16(load(a + 4 * i));
            IntVector upper = HalfBits.toF16(load(a + 4 * i + BYTES));
            lower.or(upper.lanewise(VectorOperators.LSHL, 16))
                    .intoMemorySegment(ALL, out + 2 * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putShort(out + 2 * i, Float.floatToFloat16(Memory.getFloat(a + 4 * i)));
        }
    }
}
