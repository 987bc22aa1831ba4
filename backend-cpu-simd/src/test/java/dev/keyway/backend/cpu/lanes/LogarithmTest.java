// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.lanes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.random.RandomGenerator;

class LogarithmTest {
    private static final double BOUND = 1e-13;
    private static final int CASES = 200_000;

    @Test
    void isNearFdlibmsForAllExponents() {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int i = 0; i < CASES; i++) {
            double fraction = random.nextDouble(1, 2);
            assertNear(Math.scalb(fraction, random.nextInt(-1022, 1024)));
            assertNear(random.nextDouble(1, 4096));
        }
        assertNear(Double.MIN_NORMAL);
        assertNear(Double.MAX_VALUE);
    }

    @Test
    void isNearFdlibmsAroundOneAndTheRoots() {
        for (double centre : new double[] {1, Math.sqrt(0.5), Math.sqrt(2), 0.5, 2}) {
            for (double step = 0x1p-52; step < 0.4; step *= 1.7) {
                assertNear(centre * (1 + step));
                assertNear(centre * (1 - step));
            }
        }
    }

    @Test
    void isExactForOne() {
        assertEquals(0.0, Logarithm.log(1));
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {
                0,
                -0.0,
                -1,
                Double.MIN_VALUE,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY,
                Double.NaN
            })
    void isJavasWhereTheSeriesDoesNotHold(double x) {
        assertEquals(StrictMath.log(x), Logarithm.log(x));
    }

    private static void assertNear(double x) {
        double expected = StrictMath.log(x);
        double difference = Math.abs(Logarithm.log(x) - expected);
        assertTrue(difference <= BOUND * Math.abs(expected), () -> "ln of " + x);
    }
}
