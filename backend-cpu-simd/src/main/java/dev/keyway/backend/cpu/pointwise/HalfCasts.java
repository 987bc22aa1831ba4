// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.DType;
import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.toolkit.Half;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** Between f16, bf16 and f32; each rounds once, half to even. By integer operations on the bits. */
final class HalfCasts {
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LENGTH = INTS.length();
    private static final VectorSpecies<Short> SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(LENGTH * Short.SIZE));

    private static final Class<? extends ShortVector> EXACT_SHORTS =
            ShortVector.zero(SHORTS).getClass();

    private HalfCasts() {}

    /** The lower halves. */
    private static void store(IntVector halves, long address) {
        EXACT_SHORTS
                .cast(halves.convertShape(VectorOperators.I2S, SHORTS, 0))
                .intoMemorySegment(ALL, address, ORDER);
    }

    /** The loop of a conversion; null where it has none. */
    static @Nullable UnaryRow row(DType from, DType to) {
        return switch (from) {
            case F16 -> to == DType.F32 ? HalfCasts::f16ToF32 : null;
            case BF16 -> to == DType.F32 ? HalfCasts::bf16ToF32 : null;
            case F32 ->
                    switch (to) {
                        case F16 -> HalfCasts::f32ToF16;
                        case BF16 -> HalfCasts::f32ToBf16;
                        default -> null;
                    };
            default -> null;
        };
    }

    private static IntVector shorts(long address) {
        return Exact.INTS.cast(
                EXACT_SHORTS
                        .cast(ShortVector.fromMemorySegment(SHORTS, ALL, address, ORDER))
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0));
    }

    private static void f16ToF32(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            HalfBits.fromF16(shorts(a + 2 * i)).intoMemorySegment(ALL, out + 4 * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putFloat(out + 4 * i, Float.float16ToFloat(Memory.getShort(a + 2 * i)));
        }
    }

    private static void bf16ToF32(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            shorts(a + 2 * i)
                    .lanewise(VectorOperators.LSHL, 16)
                    .intoMemorySegment(ALL, out + 4 * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putInt(out + 4 * i, Memory.getShort(a + 2 * i) << 16);
        }
    }

    private static IntVector ints(long address) {
        return Exact.INTS.cast(IntVector.fromMemorySegment(INTS, ALL, address, ORDER));
    }

    private static void f32ToF16(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            store(HalfBits.toF16(ints(a + 4 * i)), out + 2 * i);
        }
        for (long i = full; i < count; i++) {
            Memory.putShort(out + 2 * i, Float.floatToFloat16(Memory.getFloat(a + 4 * i)));
        }
    }

    private static void f32ToBf16(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            IntVector rounded = HalfBits.toBf16(ints(a + 4 * i));
            store(rounded.lanewise(VectorOperators.LSHR, 16), out + 2 * i);
        }
        for (long i = full; i < count; i++) {
            Memory.putShort(out + 2 * i, Half.floatToBfloat16(Memory.getFloat(a + 4 * i)));
        }
    }
}
