// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.lanes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jdk.incubator.vector.DoubleVector;
import org.junit.jupiter.api.Test;

/** The f64 exponential against {@link StrictMath#exp}, and vectors against scalars. */
final class DoubleExpTest {
    private static final double[] CORNERS = {
        0.0,
        -0.0,
        Double.NEGATIVE_INFINITY,
        Double.NaN,
        -708.3964185322641,
        -708.3964185322642,
        -709,
        -746,
        -1e300,
        -Double.MIN_VALUE,
        -0.34657359027997264
    };

    private static double argument(int i) {
        return i < CORNERS.length ? CORNERS[i] : -(i % 100_003) * 7.1e-3 - i * 1e-12;
    }

    /** StrictMath itself is within one unit. */
    @Test
    void withinThreeUnitsOfStrictMath() {
        for (int i = 0; i < 200_000; i++) {
            double x = argument(i);
            double exact = StrictMath.exp(x);
            double actual = DoubleExp.exp(x);
            if (Double.isNaN(exact)) {
                assertTrue(Double.isNaN(actual));
            } else {
                double bound = Math.max(3 * Math.ulp(exact), Double.MIN_NORMAL);
                assertEquals(exact, actual, bound, "exp(" + x + ")");
            }
        }
    }

    @Test
    void vectorsEqualScalars() {
        int length = DoubleExp.SPECIES.length();
        double[] x = new double[length];
        double[] y = new double[length];
        for (int i = 0; i < 20_000; i += length) {
            for (int j = 0; j < length; j++) {
                x[j] = argument(i + j);
            }
            DoubleExp.exp(DoubleVector.fromArray(DoubleExp.SPECIES, x, 0)).intoArray(y, 0);
            for (int j = 0; j < length; j++) {
                assertEquals(DoubleExp.exp(x[j]), y[j], "exp(" + x[j] + ")");
            }
        }
    }

    @Test
    void exactWhereTheResultIs() {
        assertEquals(1, DoubleExp.exp(0));
        assertEquals(0, DoubleExp.exp(Double.NEGATIVE_INFINITY));
        assertTrue(Double.isNaN(DoubleExp.exp(Double.NaN)));
    }
}
