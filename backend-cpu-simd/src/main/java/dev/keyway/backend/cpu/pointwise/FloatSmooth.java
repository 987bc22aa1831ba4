// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.pointwise.FloatMath.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Activations of f32 vectors made of {@code log(1 + e^-a)}, which neither overflows nor cancels.
 */
final class FloatSmooth {
    private static final FloatVector ROUND = splat(0x1.8p23f);
    private static final int ROUND_BITS = Float.floatToRawIntBits(0x1.8p23f);
    private static final FloatVector LOG2_E = splat(-1.44269504f);
    private static final FloatVector LN2_HIGH = splat(-0.693147182f);
    private static final FloatVector LN2_LOW = splat(1.90465421e-9f);

    private static final FloatVector E6 = splat(1.98910805e-4f);
    private static final FloatVector E5 = splat(1.39337307e-3f);
    private static final FloatVector E4 = splat(8.33331084e-3f);
    private static final FloatVector E3 = splat(4.16664642e-2f);
    private static final FloatVector E2 = splat(1.66666667e-1f);
    private static final FloatVector HALF = splat(0.5f);

    private static final FloatVector L4 = splat(0.232243292240233488f);
    private static final FloatVector L3 = splat(0.217065758008803726f);
    private static final FloatVector L2 = splat(0.285923579943028377f);
    private static final FloatVector L1 = splat(0.399997063319297174f);
    private static final FloatVector L0 = splat(0.666666673205274125f);
    private static final FloatVector TWO = splat(2f);

    private FloatSmooth() {}

    private static FloatVector splat(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }

    /**
     * {@code log(1 + e^-a)} for a from 0, 2 ulp: the exponential by powers of two, the logarithm by
     * the series of the area hyperbolic tangent of {@code u / (2 + u)}.
     */
    private static FloatVector rest(FloatVector a) {
        FloatVector b = a.min(104f);
        FloatVector t = b.fma(LOG2_E, ROUND);
        FloatVector n = t.sub(ROUND);
        FloatVector r = n.fma(LN2_LOW, n.fma(LN2_HIGH, b.neg()));
        FloatVector e = E6.fma(r, E5).fma(r, E4).fma(r, E3).fma(r, E2).fma(r, HALF);
        FloatVector above = e.fma(r.mul(r), r);
        IntVector k = t.reinterpretAsInts().sub(ROUND_BITS);
        IntVector half = k.lanewise(VectorOperators.ASHR, 1);
        FloatVector scale = half.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
        FloatVector other =
                k.sub(half).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
        FloatVector u = above.fma(scale, scale).mul(other);
        FloatVector s = u.div(u.add(2f));
        FloatVector z = s.mul(s);
        return L4.fma(z, L3).fma(z, L2).fma(z, L1).fma(z, L0).fma(z, TWO).mul(s);
    }

    /** {@code log(1 + e^(beta x)) / beta}, and x where {@code beta x} is above the threshold. */
    static FloatVector softplus(FloatVector x, float beta, float threshold) {
        FloatVector z = x.mul(beta);
        FloatVector soft = rest(z.abs()).add(z.max(0f)).div(beta);
        return soft.blend(x, z.compare(VectorOperators.GT, threshold));
    }

    /** {@code -log(1 + e^-x)}. */
    static FloatVector logSigmoid(FloatVector x) {
        return x.min(0f).sub(rest(x.abs()));
    }

    /** {@code log(e^x + e^y)}: the larger, and what the difference adds. */
    static FloatVector logaddexp(FloatVector x, FloatVector y) {
        FloatVector apart = x.sub(y).abs().blend(0f, x.compare(VectorOperators.EQ, y));
        return rest(apart).add(x.max(y));
    }

    /** {@code x n / (n + 2)} with {@code n = e^x (e^x + 2)}. */
    static FloatVector mish(FloatVector x) {
        FloatVector e = FloatMath.exp(x.min(20f));
        FloatVector n = e.add(2f).mul(e);
        return n.div(n.add(2f)).mul(x);
    }
}
