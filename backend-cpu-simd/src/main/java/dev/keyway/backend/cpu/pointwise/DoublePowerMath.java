// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.pointwise.DoubleMath.LENGTH;
import static dev.keyway.backend.cpu.pointwise.DoubleMath.SPECIES;

import dev.keyway.backend.cpu.Exact;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Powers of positive normal f64, {@code e^(y log x)}, with the logarithm and its product in two
 * parts, high and low (Dekker, "A floating-point technique for extending the available precision",
 * 1971): 2 ulp. With {@code x = m 2^k}, m near 1, and {@code s = (m - 1) / (m + 1)}, the logarithm
 * is {@code k log 2 + 2 s + s (2/3 s^2 + 2/5 s^4 + ...)}; quotient, square and first coefficient
 * are kept in two parts, the others matter too little.
 *
 * <p>Loops over arrays, as the compiler stops to inline into one that has grown long.
 */
final class DoublePowerMath {
    /** Elements that are computed at once. */
    static final int BLOCK = 256;

    private static final long ROOT_HALF = 0x3fe6a09e667f3bcdL;
    private static final double WHOLE = 0x1.8p52;
    private static final long WHOLE_BITS = Double.doubleToRawLongBits(WHOLE);

    /** With zeros at its end, so that products with exponents are exact. */
    private static final DoubleVector LN2_HIGH = splat(0x1.62e42fefa38p-1);

    private static final DoubleVector LN2_LOW = splat(0x1.ef35793c7673p-45);
    private static final DoubleVector ONE = splat(1);
    private static final DoubleVector TWO = splat(2);
    private static final DoubleVector THIRDS = splat(2.0 / 3);
    private static final DoubleVector THIRDS_LOW = splat(0x1.5555555555555p-55);
    private static final DoubleVector T2 = splat(2.0 / 5);
    private static final DoubleVector T3 = splat(2.0 / 7);
    private static final DoubleVector T4 = splat(2.0 / 9);
    private static final DoubleVector T5 = splat(2.0 / 11);
    private static final DoubleVector T6 = splat(2.0 / 13);
    private static final DoubleVector T7 = splat(2.0 / 15);
    private static final DoubleVector T8 = splat(2.0 / 17);
    private static final DoubleVector T9 = splat(2.0 / 19);
    private static final DoubleVector T10 = splat(2.0 / 21);
    private static final DoubleVector T11 = splat(2.0 / 23);
    private static final DoubleVector T12 = splat(2.0 / 25);
    private static final DoubleVector T13 = splat(2.0 / 27);

    private final double[] quotients = new double[BLOCK];
    private final double[] rests = new double[BLOCK];
    private final double[] series = new double[BLOCK];

    /** The base. */
    final double[] bases = new double[BLOCK];

    /** The power. */
    final double[] x = new double[BLOCK];

    /** The exponent. */
    final double[] y = new double[BLOCK];

    private static DoubleVector splat(double value) {
        return DoubleVector.broadcast(SPECIES, value);
    }

    private static DoubleVector load(double[] array, int i) {
        return Exact.DOUBLES.cast(DoubleVector.fromArray(SPECIES, array, i));
    }

    private static LongVector exponent(LongVector bits) {
        return bits.sub(ROOT_HALF).lanewise(VectorOperators.ASHR, 52);
    }

    /** The first elements' powers; nothing of use where x, or the power, is at the range's end. */
    void run(int count) {
        quotients(count);
        series(count);
        powers(count);
        products(count);
        exponentials(count);
    }

    /** {@code (m - 1) / (m + 1)} and what its rounding leaves. */
    private void quotients(int count) {
        for (int i = 0; i < count; i += LENGTH) {
            LongVector bits = load(bases, i).reinterpretAsLongs();
            LongVector k = exponent(bits);
            DoubleVector m = bits.sub(k.lanewise(VectorOperators.LSHL, 52)).reinterpretAsDoubles();
            DoubleVector above = m.sub(ONE);
            DoubleVector below = m.add(ONE);
            DoubleVector lost = m.sub(below.sub(ONE));
            DoubleVector s = above.div(below);
            DoubleVector minus = s.neg();
            s.intoArray(quotients, i);
            minus.fma(lost, minus.fma(below, above)).div(below).intoArray(rests, i);
        }
    }

    /** {@code 2/5 t^2 + 2/7 t^3 + ...} with {@code t = s^2}, divided by t. */
    private void series(int count) {
        for (int i = 0; i < count; i += LENGTH) {
            DoubleVector s = load(quotients, i);
            DoubleVector t = s.mul(s);
            DoubleVector sum = T13.fma(t, T12).fma(t, T11).fma(t, T10);
            sum = sum.fma(t, T9).fma(t, T8).fma(t, T7).fma(t, T6);
            sum = sum.fma(t, T5).fma(t, T4).fma(t, T3).fma(t, T2);
            sum.mul(t).intoArray(series, i);
        }
    }

    private void powers(int count) {
        for (int i = 0; i < count; i += LENGTH) {
            DoubleVector s = load(quotients, i);
            DoubleVector rest = load(rests, i);
            DoubleVector tail = load(series, i);
            DoubleVector square = s.mul(s);
            DoubleVector squareLow = s.fma(s, square.neg()).add(s.mul(rest).mul(TWO));
            DoubleVector factor = THIRDS.add(tail);
            DoubleVector factorLow = THIRDS.sub(factor).add(tail).add(THIRDS_LOW);
            DoubleVector bend = square.mul(factor);
            DoubleVector bendLow =
                    square.fma(factorLow, squareLow.fma(factor, square.fma(factor, bend.neg())));
            DoubleVector turn = s.mul(bend);
            DoubleVector turnLow =
                    s.fma(bendLow, rest.fma(bend, s.fma(bend, turn.neg()))).add(rest.mul(TWO));
            DoubleVector twice = s.mul(TWO);
            DoubleVector near = twice.add(turn);
            near.intoArray(quotients, i);
            twice.sub(near).add(turn).add(turnLow).intoArray(rests, i);
        }
    }

    private void exponentials(int count) {
        for (int i = 0; i < count; i += LENGTH) {
            DoubleVector power = DoubleMath.exp(load(x, i));
            power.fma(load(rests, i), power).intoArray(x, i);
        }
    }

    /** The logarithm times the exponent: the high part into x, the low one into the rests. */
    private void products(int count) {
        for (int i = 0; i < count; i += LENGTH) {
            DoubleVector near = load(quotients, i);
            LongVector k = exponent(load(bases, i).reinterpretAsLongs());
            DoubleVector n = k.add(WHOLE_BITS).reinterpretAsDoubles().sub(WHOLE);
            DoubleVector whole = n.mul(LN2_HIGH);
            DoubleVector sum = whole.add(near);
            DoubleVector sumLow = whole.sub(sum).add(near).add(n.fma(LN2_LOW, load(rests, i)));
            DoubleVector log = sum.add(sumLow);
            DoubleVector logLow = sum.sub(log).add(sumLow);
            DoubleVector exponent = load(y, i);
            DoubleVector product = log.mul(exponent);
            product.intoArray(x, i);
            logLow.fma(exponent, log.fma(exponent, product.neg())).intoArray(rests, i);
        }
    }
}
