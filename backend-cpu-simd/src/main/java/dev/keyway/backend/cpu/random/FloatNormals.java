// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.random;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.toolkit.Philox;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Normal numbers in f32 by the steps that {@link Philox#normal} lays down, each of which rounds
 * once in a lane as it does there.
 */
final class FloatNormals {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LENGTH = FLOATS.length();
    private static final VectorShuffle<Integer> EVEN = VectorShuffle.makeUnzip(INTS, 0);
    private static final VectorShuffle<Integer> ODD = VectorShuffle.makeUnzip(INTS, 1);
    private static final VectorShuffle<Float> FIRST = VectorShuffle.makeZip(FLOATS, 0);
    private static final VectorShuffle<Float> SECOND = VectorShuffle.makeZip(FLOATS, 1);
    private static final float UNIT = 0x1p-24f;
    private static final float LOG2_HIGH = 0x1.63p-1f;
    private static final float LOG2_LOW = -0x1.bd0106p-13f;
    private static final float SQRT_2 = 0x1.6a09e6p+0f;

    private FloatNormals() {}

    /**
     * One number for each word, of which each two give a pair. In four loops over the words, which
     * they overwrite: in one, some of so many vectors are objects.
     */
    static void run(int[] words, long out, int count) {
        int full = count - count % (2 * LENGTH);
        logarithms(words, full);
        radii(words, full);
        numbers(words, full);
        pairs(words, full, out);
        for (int i = full; i < count; i++) {
            float number = Philox.normal(words[i & ~1], words[i | 1], (i & 1) == 1);
            Memory.putFloat(out + (long) Float.BYTES * i, number);
        }
    }

    /** Turns two vectors of pairs into the first words' logarithms and the other words. */
    private static void logarithms(int[] words, int full) {
        for (int i = 0; i < full; i += 2 * LENGTH) {
            IntVector a = IntVector.fromArray(INTS, words, i);
            IntVector b = IntVector.fromArray(INTS, words, i + LENGTH);
            logarithm(a.rearrange(EVEN, b)).reinterpretAsInts().intoArray(words, i);
            a.rearrange(ODD, b).intoArray(words, i + LENGTH);
        }
    }

    /** Turns the logarithms into {@code sqrt(-2 log u)}. */
    private static void radii(int[] words, int full) {
        FloatVector zero = FloatVector.zero(FLOATS);
        for (int i = 0; i < full; i += 2 * LENGTH) {
            FloatVector log = IntVector.fromArray(INTS, words, i).reinterpretAsFloats();
            FloatVector radius = zero.sub(log.mul(2f)).lanewise(VectorOperators.SQRT);
            radius.reinterpretAsInts().intoArray(words, i);
        }
    }

    /** Turns these into the first numbers of the pairs and the second ones. */
    private static void numbers(int[] words, int full) {
        for (int i = 0; i < full; i += 2 * LENGTH) {
            IntVector turns =
                    IntVector.fromArray(INTS, words, i + LENGTH).lanewise(VectorOperators.LSHR, 8);
            IntVector quarter = turns.add(1 << 21).lanewise(VectorOperators.LSHR, 22);
            FloatVector x = floats(turns.sub(quarter.lanewise(VectorOperators.LSHL, 22))).mul(UNIT);
            FloatVector square = x.mul(x);
            FloatVector cos = cos(square);
            FloatVector sin = sin(square).mul(x);
            FloatVector radius = IntVector.fromArray(INTS, words, i).reinterpretAsFloats();
            VectorMask<Float> swap = bit(quarter, 1);
            FloatVector even = signed(cos.blend(sin, swap), bit(quarter.add(1), 2)).mul(radius);
            FloatVector odd = signed(sin.blend(cos, swap), bit(quarter, 2)).mul(radius);
            even.reinterpretAsInts().intoArray(words, i);
            odd.reinterpretAsInts().intoArray(words, i + LENGTH);
        }
    }

    private static void pairs(int[] words, int full, long out) {
        for (int i = 0; i < full; i += 2 * LENGTH) {
            FloatVector even = IntVector.fromArray(INTS, words, i).reinterpretAsFloats();
            FloatVector odd = IntVector.fromArray(INTS, words, i + LENGTH).reinterpretAsFloats();
            long to = out + (long) Float.BYTES * i;
            even.rearrange(FIRST, odd).intoMemorySegment(ALL, to, ORDER);
            even.rearrange(SECOND, odd)
                    .intoMemorySegment(ALL, to + (long) Float.BYTES * LENGTH, ORDER);
        }
    }

    private static FloatVector floats(IntVector numbers) {
        return Exact.FLOATS.cast(numbers.convertShape(VectorOperators.I2F, FLOATS, 0));
    }

    private static VectorMask<Float> bit(IntVector numbers, int bit) {
        return numbers.and(bit).compare(VectorOperators.NE, 0).cast(FLOATS);
    }

    private static FloatVector signed(FloatVector value, VectorMask<Float> negative) {
        return value.blend(value.neg(), negative);
    }

    /** {@code log u} with {@code u = ((word >>> 8) + 1) 2^-24}. */
    private static FloatVector logarithm(IntVector words) {
        IntVector bits = floats(words.lanewise(VectorOperators.LSHR, 8).add(1)).reinterpretAsInts();
        FloatVector exponent = floats(bits.lanewise(VectorOperators.LSHR, 23).sub(127 + 24));
        FloatVector m = bits.and(0x7FFFFF).or(0x3F800000).reinterpretAsFloats();
        VectorMask<Float> large = m.compare(VectorOperators.GT, SQRT_2);
        FloatVector x = m.blend(m.mul(0.5f), large).sub(1f);
        exponent = exponent.blend(exponent.add(1f), large);
        FloatVector square = x.mul(x);
        FloatVector y = rest(x).mul(square.mul(x));
        y = exponent.fma(FloatVector.broadcast(FLOATS, LOG2_LOW), y);
        y = square.fma(FloatVector.broadcast(FLOATS, -0.5f), y).add(x);
        return exponent.fma(FloatVector.broadcast(FLOATS, LOG2_HIGH), y);
    }

    /** {@code (log(1 + x) - x + x^2 / 2) / x^3}. */
    private static FloatVector rest(FloatVector x) {
        FloatVector sum = FloatVector.broadcast(FLOATS, 0x1.1d8ea6p-4f);
        sum = step(sum, x, -0x1.d635bcp-4f);
        sum = step(sum, x, 0x1.dea282p-4f);
        sum = step(sum, x, -0x1.fcf4c6p-4f);
        sum = step(sum, x, 0x1.23d21ap-3f);
        sum = step(sum, x, -0x1.555b4ap-3f);
        sum = step(sum, x, 0x1.999d5ap-3f);
        sum = step(sum, x, -0x1.fffffcp-3f);
        return step(sum, x, 0x1.555554p-2f);
    }

    /** {@code cos(2 pi x)} of {@code x^2}. */
    private static FloatVector cos(FloatVector square) {
        FloatVector sum = FloatVector.broadcast(FLOATS, 0x1.db6492p+5f);
        sum = step(sum, square, -0x1.55cb98p+6f);
        sum = step(sum, square, 0x1.03c1eap+6f);
        sum = step(sum, square, -0x1.3bd3ccp+4f);
        return step(sum, square, 1f);
    }

    /** {@code sin(2 pi x) / x} of {@code x^2}. */
    private static FloatVector sin(FloatVector square) {
        FloatVector sum = FloatVector.broadcast(FLOATS, -0x1.2d9b4p+6f);
        sum = step(sum, square, 0x1.465ec4p+6f);
        sum = step(sum, square, -0x1.4abbbap+5f);
        return step(sum, square, 0x1.921fb6p+2f);
    }

    private static FloatVector step(FloatVector sum, FloatVector x, float coefficient) {
        return sum.fma(x, FloatVector.broadcast(FLOATS, coefficient));
    }
}
