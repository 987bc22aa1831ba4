// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.backend.cpu.Exact;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * f16, bf16 and f32 in vectors of their bits. Each conversion rounds once, half to even; NaN
 * becomes quiet and keeps its sign and the upper bits of its payload.
 */
final class HalfBits {
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

    private static final int HALF_INFINITY = 0x7C00;

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

    /** Exponents of f32 less those of f16, as bits of an f32. */
    private static final IntVector REBIAS = splat(112 << 23);

    /** The least normal f16, as an f32. */
    private static final IntVector LEAST = splat(113 << 23);

    private static final IntVector V_HALF_INFINITY = splat(HALF_INFINITY);
    private static final IntVector INFINITE_13 = splat(HALF_INFINITY << 13);
    private static final IntVector QUIET_16 = splat(HALF_INFINITY | 0x200);

    private HalfBits() {}

    private static IntVector splat(int value) {
        return IntVector.broadcast(INTS, value);
    }

    /**
     * The f32 of an f16 in the lower half of each lane, whose upper half is 0. Exponent and
     * fraction become those of a tiny f32, which a power of two brings to its size; so denormals
     * need nothing of their own.
     */
    static IntVector fromF16(IntVector bits) {
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
        return number.blend(nan, infinite).or(sign);
    }

    /**
     * The f16 of an f32, in the lower half of each lane, whose upper half is 0. Denormals are
     * rounded by the sum with 1/2, whose last bit is that of an f16 denormal.
     */
    static IntVector toF16(IntVector bits) {
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
        return half.or(bits.lanewise(VectorOperators.LSHR, 16).and(SIGN_16));
    }

    /** The bf16 of an f32, in the upper half of each lane; the lower half is anything. */
    static IntVector toBf16(IntVector bits) {
        IntVector odd = bits.lanewise(VectorOperators.LSHR, 16).and(ONE);
        IntVector rounded = bits.add(MAGNITUDE_16).add(odd);
        VectorMask<Integer> nan = bits.and(MAGNITUDE).compare(VectorOperators.GT, INFINITY);
        return rounded.blend(bits.or(QUIET), nan);
    }
}
