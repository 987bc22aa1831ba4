// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.pointwise.DoubleMath.SPECIES;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Powers of positive normal f64, {@code e^(y log x)}, with the logarithm and its product in two
 * parts, high and low (Dekker, "A floating-point technique for extending the available precision",
 * 1971): 2 ulp. With {@code x = m 2^k}, m near 1, and {@code s = (m - 1) / (m + 1)}, the logarithm
 * is {@code k log 2 + 2 s + s (2/3 s^2 + 2/5 s^4 + ...)}; quotient, square and first coefficient
 * are kept in two parts, the others matter too little.
 */
final class DoublePowerMath {
    private static final long ROOT_HALF = 0x3fe6a09e667f3bcdL;
    private static final double WHOLE = 0x1.8p52;
    private static final long WHOLE_BITS = Double.doubleToRawLongBits(WHOLE);

    /** With zeros at its end, so that products with exponents are exact. */
    private static final DoubleVector LN2_HIGH = splat(0x1.62e42fefa38p-1);

    private static final DoubleVector LN2_LOW = splat(0x1.ef35793c7673p-45);
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

    private DoublePowerMath() {}

    private static DoubleVector splat(double value) {
        return DoubleVector.broadcast(SPECIES, value);
    }

    /** The power; nothing of use where x, or the result, is at the end of the range. */
    static DoubleVector pow(DoubleVector x, DoubleVector y) {
        LongVector bits = x.reinterpretAsLongs();
        LongVector k = bits.sub(ROOT_HALF).lanewise(VectorOperators.ASHR, 52);
        DoubleVector m = bits.sub(k.lanewise(VectorOperators.LSHL, 52)).reinterpretAsDoubles();
        DoubleVector n = k.add(WHOLE_BITS).reinterpretAsDoubles().sub(WHOLE);
        DoubleVector above = m.sub(1);
        DoubleVector below = m.add(1);
        DoubleVector lost = m.sub(below.sub(1));
        DoubleVector s = above.div(below);
        DoubleVector minus = s.neg();
        DoubleVector rest = minus.fma(lost, minus.fma(below, above)).div(below);
        DoubleVector square = s.mul(s);
        DoubleVector squareLow = s.fma(s, square.neg()).add(s.mul(rest).mul(2));
        DoubleVector series = series(square).mul(square);
        DoubleVector factor = THIRDS.add(series);
        DoubleVector factorLow = THIRDS.sub(factor).add(series).add(THIRDS_LOW);
        DoubleVector bend = square.mul(factor);
        DoubleVector bendLow =
                square.fma(factorLow, squareLow.fma(factor, square.fma(factor, bend.neg())));
        DoubleVector turn = s.mul(bend);
        DoubleVector turnLow =
                s.fma(bendLow, rest.fma(bend, s.fma(bend, turn.neg()))).add(rest.mul(2));
        DoubleVector twice = s.mul(2);
        DoubleVector near = twice.add(turn);
        DoubleVector nearLow = twice.sub(near).add(turn).add(turnLow);
        DoubleVector whole = n.mul(LN2_HIGH);
        DoubleVector sum = whole.add(near);
        DoubleVector sumLow = whole.sub(sum).add(near).add(n.fma(LN2_LOW, nearLow));
        DoubleVector log = sum.add(sumLow);
        DoubleVector logLow = sum.sub(log).add(sumLow);
        DoubleVector product = log.mul(y);
        DoubleVector productLow = logLow.fma(y, log.fma(y, product.neg()));
        DoubleVector power = DoubleMath.exp(product);
        return power.fma(productLow, power);
    }

    /** {@code 2/5 + 2/7 t + 2/9 t^2 + ...}. */
    private static DoubleVector series(DoubleVector t) {
        DoubleVector sum = T13.fma(t, T12).fma(t, T11).fma(t, T10);
        sum = sum.fma(t, T9).fma(t, T8).fma(t, T7).fma(t, T6);
        return sum.fma(t, T5).fma(t, T4).fma(t, T3).fma(t, T2);
    }
}
