// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.lanes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

/** The f32 exponential against {@link StrictMath#exp}, and vectors against scalars. */
final class FloatExpTest {
    private static final float[] CORNERS = {
        0f,
        -0f,
        Float.NEGATIVE_INFINITY,
        Float.NaN,
        -87.33654f,
        -87.33655f,
        -88f,
        -104f,
        -1e30f,
        -Float.MIN_VALUE,
        -0.34657359f,
        -0.34657362f
    };

    private static float argument(int i) {
        return i < CORNERS.length ? CORNERS[i] : -(i % 100_003) * 8.8e-4f - i * 1e-9f;
    }

    @Test
    void withinTwoUnitsOfTheExactValue() {
        for (int i = 0; i < 200_000; i++) {
            float x = argument(i);
            double exact = StrictMath.exp(x);
            float actual = FloatExp.exp(x);
            if (Double.isNaN(exact)) {
                assertTrue(Float.isNaN(actual));
            } else {
                double bound = Math.max(2 * Math.ulp((float) exact), Float.MIN_NORMAL);
                assertEquals(exact, actual, bound, "exp(" + x + ")");
            }
        }
    }

    @Test
    void vectorsEqualScalars() {
        int length = FloatExp.SPECIES.length();
        float[] x = new float[length];
        float[] y = new float[length];
        for (int i = 0; i < 20_000; i += length) {
            for (int j = 0; j < length; j++) {
                x[j] = argument(i + j);
            }
            FloatExp.exp(FloatVector.fromArray(FloatExp.SPECIES, x, 0)).intoArray(y, 0);
            for (int j = 0; j < length; j++) {
                assertEquals(FloatExp.exp(x[j]), y[j], "exp(" + x[j] + ")");
            }
        }
    }

    @Test
    void exactWhereTheResultIs() {
        assertEquals(1, FloatExp.exp(0));
        assertEquals(0, FloatExp.exp(Float.NEGATIVE_INFINITY));
        assertTrue(Float.isNaN(FloatExp.exp(Float.NaN)));
    }
}
