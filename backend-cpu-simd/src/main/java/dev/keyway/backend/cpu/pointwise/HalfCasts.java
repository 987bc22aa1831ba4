// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.DType;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.toolkit.Half;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
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

    private static final int MAGNITUDE = 0x7FFFFFFF;
    private static final int INFINITY = 0x7F800000;

    /** Exponents of f32 less those of f16, as bits of an f32. */
    private static final int REBIAS = 112 << 23;

    /** The least normal f16, as an f32. */
    private static final int LEAST = 113 << 23;

    private static final int HALF_INFINITY = 0x7C00;

    private HalfCasts() {}

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
        return (IntVector)
                ShortVector.fromMemorySegment(SHORTS, ALL, address, ORDER)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
    }

    /**
     * Exponent and fraction of the f16 become those of a tiny f32, which a power of two brings to
     * its size; so denormals need nothing of their own.
     */
    private static void f16ToF32(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            IntVector bits = shorts(a + 2 * i);
            IntVector sign = bits.and(0x8000).lanewise(VectorOperators.LSHL, 16);
            IntVector shifted = bits.and(0x7FFF).lanewise(VectorOperators.LSHL, 13);
            IntVector number = shifted.reinterpretAsFloats().mul(0x1p112f).reinterpretAsInts();
            VectorMask<Integer> infinite = shifted.compare(VectorOperators.GE, HALF_INFINITY << 13);
            IntVector nan = shifted.or(INFINITY);
            nan =
                    nan.blend(
                            nan.or(0x400000),
                            shifted.compare(VectorOperators.GT, HALF_INFINITY << 13));
            number.blend(nan, infinite).or(sign).intoMemorySegment(ALL, out + 4 * i, ORDER);
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

    /** Denormals are rounded by the sum with 1/2, whose last bit is that of an f16 denormal. */
    private static void f32ToF16(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            IntVector bits = IntVector.fromMemorySegment(INTS, ALL, a + 4 * i, ORDER);
            IntVector size = bits.and(MAGNITUDE);
            IntVector odd = size.lanewise(VectorOperators.LSHR, 13).and(1);
            IntVector normal =
                    size.sub(REBIAS)
                            .add(0xFFF)
                            .add(odd)
                            .lanewise(VectorOperators.LSHR, 13)
                            .min(HALF_INFINITY);
            IntVector small =
                    size.reinterpretAsFloats()
                            .add(0.5f)
                            .reinterpretAsInts()
                            .sub(Float.floatToRawIntBits(0.5f));
            IntVector nan =
                    size.lanewise(VectorOperators.LSHR, 13).and(0x3FF).or(HALF_INFINITY | 0x200);
            IntVector half =
                    normal.blend(small, size.compare(VectorOperators.LT, LEAST))
                            .blend(nan, size.compare(VectorOperators.GT, INFINITY));
            half.or(bits.lanewise(VectorOperators.LSHR, 16).and(0x8000))
                    .convertShape(VectorOperators.I2S, SHORTS, 0)
                    .reinterpretAsShorts()
                    .intoMemorySegment(ALL, out + 2 * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putShort(out + 2 * i, Float.floatToFloat16(Memory.getFloat(a + 4 * i)));
        }
    }

    private static void f32ToBf16(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            IntVector bits = IntVector.fromMemorySegment(INTS, ALL, a + 4 * i, ORDER);
            IntVector top = bits.lanewise(VectorOperators.LSHR, 16);
            IntVector rounded = bits.add(0x7FFF).add(top.and(1)).lanewise(VectorOperators.LSHR, 16);
            rounded.blend(top.or(0x40), bits.and(MAGNITUDE).compare(VectorOperators.GT, INFINITY))
                    .convertShape(VectorOperators.I2S, SHORTS, 0)
                    .reinterpretAsShorts()
                    .intoMemorySegment(ALL, out + 2 * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putShort(out + 2 * i, Half.floatToBfloat16(Memory.getFloat(a + 4 * i)));
        }
    }
}
