// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.pointwise.DoubleMath.SPECIES;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Functions of f64 vectors to a few ulp, from exact operations alone. Polynomials interpolate at
 * Chebyshev's points. Constants are fields and methods short, since the compiler inlines no method
 * of more than 325 bytes and stops to inline own methods into one that has grown long.
 */
final class DoubleFunctions {
    private static final double HALF_PI = 1.5707963267948966;
    private static final double HALF_PI_LOW = 6.123233995736766e-17;
    private static final double ROOT_2 = 1.4142135623730951;

    /** Beyond it some functions are left to their definitions. */
    static final double HUGE = 0x1p1000;

    private static final DoubleVector ZERO = splat(0);
    private static final DoubleVector ONE = splat(1);
    private static final DoubleVector HALF = splat(0.5);
    private static final DoubleVector TWO = splat(2);
    private static final DoubleVector FOUR = splat(4);
    private static final DoubleVector NAN = splat(Double.NaN);
    private static final DoubleVector EIGHTH = splat(HALF_PI / 2);
    private static final DoubleVector EIGHTH_LOW = splat(HALF_PI_LOW / 2);
    private static final DoubleVector EIGHTH_TANGENT = splat(ROOT_2 - 1);

    /** From here on 1 is nothing beside a square. */
    private static final DoubleVector FAR = splat(0x1p28);

    private static final LongVector SIGN = splat(0).reinterpretAsLongs().add(Long.MIN_VALUE);
    private static final DoubleVector ROUND = splat(0x1.8p52);
    private static final DoubleVector MINUS_HALF_PI = splat(-HALF_PI);
    private static final DoubleVector MINUS_HALF_PI_LOW = splat(-HALF_PI_LOW);
    private static final DoubleVector MINUS_HALF_PI_REST = splat(1.4973849048591833e-33);

    /* sin(r) and cos(r) to an eighth of the circle. */
    private static final DoubleVector S6 = splat(1.5917848524808261e-10);
    private static final DoubleVector S5 = splat(-2.50511279440141876e-8);
    private static final DoubleVector S4 = splat(2.75573160838163586e-6);
    private static final DoubleVector S3 = splat(-0.000198412698367224178);
    private static final DoubleVector S2 = splat(0.00833333333333092456);
    private static final DoubleVector S1 = splat(-0.166666666666666646);
    private static final DoubleVector C7 = splat(-1.13824567780613058e-11);
    private static final DoubleVector C6 = splat(2.08761438279931325e-9);
    private static final DoubleVector C5 = splat(-2.75573172600088382e-7);
    private static final DoubleVector C4 = splat(0.0000248015872987430693);
    private static final DoubleVector C3 = splat(-0.00138888888888873823);
    private static final DoubleVector C2 = splat(0.0416666666666666654);
    private static final DoubleVector C1 = splat(-0.5);

    /* (atan(t)/t - 1)/t^2 by t^2. */
    private static final DoubleVector T12 = splat(-0.0139182199398400794);
    private static final DoubleVector T11 = splat(0.0306356948727600794);
    private static final DoubleVector T10 = splat(-0.0410443586698908103);
    private static final DoubleVector T9 = splat(0.0471939493135763651);
    private static final DoubleVector T8 = splat(-0.0525804153884742224);
    private static final DoubleVector T7 = splat(0.0588192525159859479);
    private static final DoubleVector T6 = splat(-0.0666664201994570587);
    private static final DoubleVector T5 = splat(0.076923067359952403);
    private static final DoubleVector T4 = splat(-0.0909090906700984959);
    private static final DoubleVector T3 = splat(0.111111111107547271);
    private static final DoubleVector T2 = splat(-0.142857142857115186);
    private static final DoubleVector T1 = splat(0.199999999999999915);
    private static final DoubleVector T0 = splat(-0.333333333333333333);

    /* (asin(s)/s - 1)/s^2 by s^2. */
    private static final DoubleVector N14 = splat(0.0307187689951910972);
    private static final DoubleVector N13 = splat(-0.0240205449185546053);
    private static final DoubleVector N12 = splat(0.0225535636382029807);
    private static final DoubleVector N11 = splat(0.000380853033290726004);
    private static final DoubleVector N10 = splat(0.00879500607648843027);
    private static final DoubleVector N9 = splat(0.00813582992550165602);
    private static final DoubleVector N8 = splat(0.00979275132020199495);
    private static final DoubleVector N7 = splat(0.0115490866129874244);
    private static final DoubleVector N6 = splat(0.0139650099320536062);
    private static final DoubleVector N5 = splat(0.0173527574778197887);
    private static final DoubleVector N4 = splat(0.0223721592796799784);
    private static final DoubleVector N3 = splat(0.0303819444413638067);
    private static final DoubleVector N2 = splat(0.0446428571428834039);
    private static final DoubleVector N1 = splat(0.0749999999999999118);
    private static final DoubleVector N0 = splat(0.166666666666666667);

    /* (erf(a)/a - 2/sqrt(pi))/a^2 by a^2. */
    private static final DoubleVector F13 = splat(2.80671281956112625e-13);
    private static final DoubleVector F12 = splat(-6.19673642878769998e-12);
    private static final DoubleVector F11 = splat(9.32372351815302663e-11);
    private static final DoubleVector F10 = splat(-1.22777344867955238e-9);
    private static final DoubleVector F9 = splat(1.48060271461287517e-8);
    private static final DoubleVector F8 = splat(-1.63657686488320721e-7);
    private static final DoubleVector F7 = splat(1.64621107820186364e-6);
    private static final DoubleVector F6 = splat(-0.0000149256502369675017);
    private static final DoubleVector F5 = splat(0.000120553329788794839);
    private static final DoubleVector F4 = splat(-0.000854832702340300061);
    private static final DoubleVector F3 = splat(0.00522397762544167401);
    private static final DoubleVector F2 = splat(-0.0268661706451312185);
    private static final DoubleVector F1 = splat(0.112837916709551256);
    private static final DoubleVector F0 = splat(-0.376126389031837525);

    /** {@code 2/sqrt(pi) - 1}. */
    private static final DoubleVector F_FIRST = splat(0.12837916709551257);

    /* erfc(a) e^(a^2) (1 + 2a) by (a - 2)/(a + 2). */
    private static final DoubleVector X26 = splat(-3.77561997275460064e-10);
    private static final DoubleVector X25 = splat(-6.7980102625867202e-9);
    private static final DoubleVector X24 = splat(-1.98956176527127454e-8);
    private static final DoubleVector X23 = splat(9.62212346822978688e-9);
    private static final DoubleVector X22 = splat(1.24780041639404633e-7);
    private static final DoubleVector X21 = splat(1.5569253385643077e-7);
    private static final DoubleVector X20 = splat(-2.0684560477314358e-7);
    private static final DoubleVector X19 = splat(-8.43577171309383229e-7);
    private static final DoubleVector X18 = splat(-7.45769333949257119e-7);
    private static final DoubleVector X17 = splat(1.50471285976864173e-6);
    private static final DoubleVector X16 = splat(5.25315829468828662e-6);
    private static final DoubleVector X15 = splat(3.71229471255565697e-6);
    private static final DoubleVector X14 = splat(-0.0000135042389065358958);
    private static final DoubleVector X13 = splat(-0.0000364243237358566292);
    private static final DoubleVector X12 = splat(-1.50689653398599711e-6);
    private static final DoubleVector X11 = splat(0.000151039466322065018);
    private static final DoubleVector X10 = splat(0.000206366704069063696);
    private static final DoubleVector X9 = splat(-0.000454340880435102018);
    private static final DoubleVector X8 = splat(-0.00145681389111490901);
    private static final DoubleVector X7 = splat(0.00127133897088076497);
    private static final DoubleVector X6 = splat(0.00872265387202770311);
    private static final DoubleVector X5 = splat(-0.00803401508269586013);
    private static final DoubleVector X4 = splat(-0.054220000991909881);
    private static final DoubleVector X3 = splat(0.164051280033448975);
    private static final DoubleVector X2 = splat(-0.166030397615291127);
    private static final DoubleVector X1 = splat(-0.0927638265857460584);
    private static final DoubleVector X0 = splat(1.27697838155252872);

    private DoubleFunctions() {}

    private static DoubleVector splat(double value) {
        return DoubleVector.broadcast(SPECIES, value);
    }

    /** Hyperbolic sine for arguments up to 709, 3 ulp. */
    static DoubleVector sinh(DoubleVector x) {
        LongVector sign = x.reinterpretAsLongs().and(SIGN);
        DoubleVector e = DoubleMath.expm1(x.abs());
        return e.div(e.add(ONE))
                .add(e)
                .mul(HALF)
                .reinterpretAsLongs()
                .or(sign)
                .reinterpretAsDoubles();
    }

    /** Hyperbolic cosine for arguments up to 709, 2 ulp. */
    static DoubleVector cosh(DoubleVector x) {
        DoubleVector e = DoubleMath.exp(x.abs());
        return ONE.div(e).add(e).mul(0.5);
    }

    /** Tangent for arguments up to {@link DoubleMath#CIRCLE}, 3 ulp. */
    static DoubleVector tan(DoubleVector x) {
        DoubleVector t = x.mul(1 / HALF_PI).add(ROUND);
        DoubleVector n = t.sub(ROUND);
        DoubleVector r = MINUS_HALF_PI_LOW.fma(n, MINUS_HALF_PI.fma(n, x));
        r = MINUS_HALF_PI_REST.fma(n, r);
        DoubleVector z = r.mul(r);
        DoubleVector s = S6.fma(z, S5).fma(z, S4).fma(z, S3).fma(z, S2).fma(z, S1).mul(z).fma(r, r);
        DoubleVector c = C7.fma(z, C6).fma(z, C5).fma(z, C4).fma(z, C3).fma(z, C2).fma(z, C1);
        c = c.fma(z, ONE);
        VectorMask<Double> odd =
                t.reinterpretAsLongs().and(1).compare(VectorOperators.EQ, 1).cast(SPECIES);
        return s.blend(c.neg(), odd).div(c.blend(s, odd));
    }

    /** Arc tangent, 2 ulp. */
    static DoubleVector atan(DoubleVector x) {
        LongVector sign = x.reinterpretAsLongs().and(SIGN);
        DoubleVector a = x.abs();
        VectorMask<Double> middle = a.compare(VectorOperators.GT, ROOT_2 - 1);
        VectorMask<Double> high = a.compare(VectorOperators.GT, ROOT_2 + 1);
        DoubleVector above = a.blend(a.sub(1), middle).blend(-1, high);
        DoubleVector t = above.div(ONE.blend(a.add(1), middle).blend(a, high));
        DoubleVector z = t.mul(t);
        DoubleVector p = T12.fma(z, T11).fma(z, T10).fma(z, T9).fma(z, T8).fma(z, T7).fma(z, T6);
        p = p.fma(z, T5).fma(z, T4).fma(z, T3).fma(z, T2).fma(z, T1).fma(z, T0);
        DoubleVector low = ZERO.blend(HALF_PI_LOW / 2, middle).blend(HALF_PI_LOW, high);
        DoubleVector base = ZERO.blend(HALF_PI / 2, middle).blend(HALF_PI, high);
        return p.mul(z)
                .fma(t, low)
                .add(t)
                .add(base)
                .reinterpretAsLongs()
                .or(sign)
                .reinterpretAsDoubles();
    }

    /** {@code asin(s)} for s up to 1/2. */
    private static DoubleVector arc(DoubleVector s) {
        DoubleVector z = s.mul(s);
        DoubleVector p = N14.fma(z, N13).fma(z, N12).fma(z, N11).fma(z, N10).fma(z, N9).fma(z, N8);
        p = p.fma(z, N7).fma(z, N6).fma(z, N5).fma(z, N4).fma(z, N3).fma(z, N2);
        p = p.fma(z, N1).fma(z, N0);
        return p.mul(z).fma(s, s);
    }

    /** Arc sine, 3 ulp. */
    static DoubleVector asin(DoubleVector x) {
        LongVector sign = x.reinterpretAsLongs().and(SIGN);
        DoubleVector a = x.abs();
        VectorMask<Double> large = a.compare(VectorOperators.GT, 0.5);
        DoubleVector root = a.neg().add(1).mul(0.5).lanewise(VectorOperators.SQRT);
        DoubleVector r = arc(a.blend(root, large));
        DoubleVector outer = r.mul(-2).add(HALF_PI).add(HALF_PI_LOW);
        return r.blend(outer, large).reinterpretAsLongs().or(sign).reinterpretAsDoubles();
    }

    /** Arc cosine, 3 ulp. */
    static DoubleVector acos(DoubleVector x) {
        DoubleVector a = x.abs();
        VectorMask<Double> large = a.compare(VectorOperators.GT, 0.5);
        DoubleVector root = a.neg().add(1).mul(0.5).lanewise(VectorOperators.SQRT);
        DoubleVector r = arc(a.blend(root, large));
        VectorMask<Double> left = x.compare(VectorOperators.LT, 0);
        DoubleVector twice = r.add(r);
        DoubleVector outer = twice.blend(twice.neg().add(2 * HALF_PI_LOW).add(2 * HALF_PI), left);
        DoubleVector inner = r.blend(r.neg(), left).neg().add(HALF_PI_LOW).add(HALF_PI);
        return inner.blend(outer, large);
    }

    /** {@code e^(-a^2)}: the square's rounding error comes back through the derivative. */
    private static DoubleVector bell(DoubleVector a) {
        DoubleVector square = a.mul(a);
        DoubleVector lost = a.fma(a, square.neg());
        DoubleVector e = DoubleMath.exp(square.neg());
        return e.sub(e.mul(lost));
    }

    /** {@code erfc(a) e^(a^2)} for a from 0 to 28. */
    private static DoubleVector ratio(DoubleVector a) {
        DoubleVector y = a.sub(2).div(a.add(2));
        DoubleVector p =
                X26.fma(y, X25).fma(y, X24).fma(y, X23).fma(y, X22).fma(y, X21).fma(y, X20);
        p = p.fma(y, X19).fma(y, X18).fma(y, X17).fma(y, X16).fma(y, X15).fma(y, X14);
        p = p.fma(y, X13).fma(y, X12).fma(y, X11).fma(y, X10).fma(y, X9).fma(y, X8);
        p = p.fma(y, X7).fma(y, X6).fma(y, X5).fma(y, X4).fma(y, X3).fma(y, X2);
        p = p.fma(y, X1).fma(y, X0);
        return p.div(a.add(a).add(1));
    }

    /** Complement of the error function, 5 ulp. */
    static DoubleVector erfc(DoubleVector x) {
        DoubleVector a = x.abs().min(28);
        DoubleVector right = bell(a).mul(ratio(a));
        return right.blend(right.neg().add(2), x.compare(VectorOperators.LT, 0));
    }

    /** {@code 1 - erf(a)} for a from 0 to 28. */
    static DoubleVector complement(DoubleVector a) {
        return bell(a).mul(ratio(a));
    }

    /** {@code erf(a)} for a from 0 to 1. */
    static DoubleVector nearError(DoubleVector a) {
        DoubleVector z = a.mul(a);
        DoubleVector p = F13.fma(z, F12).fma(z, F11).fma(z, F10).fma(z, F9).fma(z, F8).fma(z, F7);
        p = p.fma(z, F6).fma(z, F5).fma(z, F4).fma(z, F3).fma(z, F2).fma(z, F1);
        return p.fma(z, F0).mul(z).add(F_FIRST).fma(a, a);
    }

    /** What is under the logarithm of the inverse hyperbolic sine of a from 0, less 1. */
    static DoubleVector underAsinh(DoubleVector a) {
        DoubleVector root = a.fma(a, ONE).lanewise(VectorOperators.SQRT);
        DoubleVector near = a.mul(a.div(root.add(ONE))).add(a);
        return near.blend(a.add(a).sub(ONE), a.compare(VectorOperators.GT, FAR));
    }

    /** Inverse hyperbolic sine for arguments up to {@link #HUGE}, 3 ulp. */
    static DoubleVector asinh(DoubleVector x) {
        LongVector sign = x.reinterpretAsLongs().and(SIGN);
        DoubleVector log = DoubleMath.log1p(underAsinh(x.abs()));
        return log.reinterpretAsLongs().or(sign).reinterpretAsDoubles();
    }

    /** What is under the logarithm of the inverse hyperbolic cosine, less 1; NaN below 1. */
    static DoubleVector underAcosh(DoubleVector x) {
        DoubleVector t = x.sub(ONE);
        DoubleVector near = t.add(TWO).mul(t).lanewise(VectorOperators.SQRT).add(t);
        return near.blend(x.add(t), x.compare(VectorOperators.GT, FAR))
                .blend(NAN, x.compare(VectorOperators.LT, ONE));
    }

    /** Inverse hyperbolic cosine for arguments up to {@link #HUGE}, 3 ulp. */
    static DoubleVector acosh(DoubleVector x) {
        return DoubleMath.log1p(underAcosh(x));
    }

    /** Inverse hyperbolic tangent, 3 ulp. */
    static DoubleVector atanh(DoubleVector x) {
        LongVector sign = x.reinterpretAsLongs().and(SIGN);
        DoubleVector a = x.abs();
        DoubleVector log = DoubleMath.log1p(a.add(a).div(ONE.sub(a))).mul(HALF);
        return log.reinterpretAsLongs().or(sign).reinterpretAsDoubles();
    }

    /**
     * Angle of the point with these coordinates, up to {@link #HUGE}, 3 ulp: the arc tangent within
     * an eighth of the circle, put to or taken from a multiple of that.
     */
    static DoubleVector atan2(DoubleVector y, DoubleVector x) {
        LongVector sign = y.reinterpretAsLongs().and(SIGN);
        DoubleVector a = x.abs();
        DoubleVector b = y.abs();
        VectorMask<Double> steep = b.compare(VectorOperators.GT, a);
        DoubleVector above = b.blend(a, steep);
        DoubleVector below = a.blend(b, steep);
        VectorMask<Double> middle = above.compare(VectorOperators.GT, below.mul(EIGHTH_TANGENT));
        DoubleVector over = above.blend(above.sub(below), middle);
        DoubleVector under = below.blend(above.add(below), middle);
        DoubleVector t = over.div(under.blend(ONE, under.compare(VectorOperators.EQ, ZERO)));
        VectorMask<Double> left = x.test(VectorOperators.IS_NEGATIVE);
        DoubleVector eighths = ZERO.blend(ONE, middle);
        eighths = eighths.blend(TWO.sub(eighths), steep);
        eighths = eighths.blend(FOUR.sub(eighths), left);
        DoubleVector turn = t.blend(t.neg(), steep);
        turn = turn.blend(turn.neg(), left);
        DoubleVector z = turn.mul(turn);
        DoubleVector p = T12.fma(z, T11).fma(z, T10).fma(z, T9).fma(z, T8).fma(z, T7).fma(z, T6);
        p = p.fma(z, T5).fma(z, T4).fma(z, T3).fma(z, T2).fma(z, T1).fma(z, T0);
        DoubleVector base = eighths.mul(EIGHTH);
        DoubleVector lost = eighths.fma(EIGHTH, base.neg());
        DoubleVector rest = EIGHTH_LOW.fma(eighths, p.mul(z).fma(turn, lost));
        DoubleVector angle = turn.add(rest).add(base);
        return angle.reinterpretAsLongs().or(sign).reinterpretAsDoubles();
    }
}
