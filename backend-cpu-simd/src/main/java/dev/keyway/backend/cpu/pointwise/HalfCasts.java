// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.DType;
import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.toolkit.Half;
import jdk.incubator.vector.FloatVector;
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

    private static final int HALF_INFINITY = 0x7C00;

    private static final Class<? extends ShortVector> EXACT_SHORTS =
            ShortVector.zero(SHORTS).getClass();

    private static final FloatVector HALF =
            FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 0.5f);
    private static final FloatVector BIAS_UP =
            FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 0x1p112f);
    private static final IntVector HALF_BITS = HALF.reinterpretAsInts();
    private static final IntVector ONE = splat(1);
    private static final IntVector SIGN_16 = splat(0x8000);
    private static final IntVector MAGNITUDE_16 = splat(0x7FFF);
    private static final IntVector FRACTION_16 = splat(0x3FF);
    private static final IntVector BELOW_HALF = splat(0xFFF);
    private static final IntVector MAGNITUDE = splat(0x7FFFFFFF);
    private static final IntVector INFINITY = splat(0x7F800000);
    private static final IntVector QUIET = splat(0x400000);
    private static final IntVector QUIET_BF16 = splat(0x40);

    /** Exponents of f32 less those of f16, as bits of an f32. */
    private static final IntVector REBIAS = splat(112 << 23);

    /** The least normal f16, as an f32. */
    private static final IntVector LEAST = splat(113 << 23);

    private static final IntVector V_HALF_INFINITY = splat(HALF_INFINITY);
    private static final IntVector INFINITE_13 = splat(HALF_INFINITY << 13);
    private static final IntVector QUIET_16 = splat(HALF_INFINITY | 0x200);

    private HalfCasts() {}

    private static IntVector splat(int value) {
        return IntVector.broadcast(INTS, value);
    }

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

    /**
     * Exponent and fraction of the f16 become those of a tiny f32, which a power of two brings to
     * its size; so denormals need nothing of their own.
     */
    private static void f16ToF32(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            IntVector bits = shorts(a + 2 * i);
            IntVector sign = bits.and(SIGN_16).lanewise(VectorOperators.LSHL, 16);
            IntVector shifted = bits.and(MAGNITUDE_16).lanewise(VectorOperators.LSHL, 13);
            IntVector number =
                    Exact.INTS.cast(
                            Exact.FLOATS
                                    .cast(shifted.reinterpretAsFloats())
                                    .mul(BIAS_UP)
                                    .reinterpretAsInts());
            VectorMask<Integer> infinite = shifted.compare(VectorOperators.GE, INFINITE_13);
            IntVector nan = shifted.or(INFINITY);
            nan = nan.blend(nan.or(QUIET), shifted.compare(VectorOperators.GT, INFINITE_13));
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
            IntVector bits =
                    Exact.INTS.cast(IntVector.fromMemorySegment(INTS, ALL, a + 4 * i, ORDER));
            IntVector size = bits.and(MAGNITUDE);
            IntVector odd = size.lanewise(VectorOperators.LSHR, 13).and(ONE);
            IntVector normal =
                    size.sub(REBIAS)
                            .add(BELOW_HALF)
                            .add(odd)
                            .lanewise(VectorOperators.LSHR, 13)
                            .min(V_HALF_INFINITY);
            IntVector small =
                    Exact.INTS
                            .cast(
                                    Exact.FLOATS
                                            .cast(size.reinterpretAsFloats())
                                            .add(HALF)
                                            .reinterpretAsInts())
                            .sub(HALF_BITS);
            IntVector nan = size.lanewise(VectorOperators.LSHR, 13).and(FRACTION_16).or(QUIET_16);
            IntVector half =
                    normal.blend(small, size.compare(VectorOperators.LT, LEAST))
                            .blend(nan, size.compare(VectorOperators.GT, INFINITY));
            half = half.or(bits.lanewise(VectorOperators.LSHR, 16).and(SIGN_16));
            store(half, out + 2 * i);
        }
        for (long i = full; i < count; i++) {
            Memory.putShort(out + 2 * i, Float.floatToFloat16(Memory.getFloat(a + 4 * i)));
        }
    }

    private static void f32ToBf16(long out, long a, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            IntVector bits =
                    Exact.INTS.cast(IntVector.fromMemorySegment(INTS, ALL, a + 4 * i, ORDER));
            IntVector top = bits.lanewise(VectorOperators.LSHR, 16);
            IntVector rounded =
                    bits.add(MAGNITUDE_16).add(top.and(ONE)).lanewise(VectorOperators.LSHR, 16);
            VectorMask<Integer> nan = bits.and(MAGNITUDE).compare(VectorOperators.GT, INFINITY);
            store(rounded.blend(top.or(QUIET_BF16), nan), out + 2 * i);
        }
        for (long i = full; i < count; i++) {
            Memory.putShort(out + 2 * i, Half.floatToBfloat16(Memory.getFloat(a + 4 * i)));
        }
    }
}
