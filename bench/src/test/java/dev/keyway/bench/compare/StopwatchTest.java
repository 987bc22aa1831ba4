// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class StopwatchTest {
    @Test
    void mediansAreOfTheMiddle() {
        assertEquals(2, Stopwatch.median(new double[] {9, 1, 2}));
        assertEquals(3, Stopwatch.median(new double[] {9, 1, 2, 4}));
    }

    @Test
    void whatTakesLongerTakesLonger() {
        double[] times =
                new Stopwatch(20_000_000, 10_000_000, 3)
                        .time(() -> sleep(200_000), () -> sleep(5_000_000));
        assertTrue(times[1] > 2 * times[0], times[0] + " ns and " + times[1] + " ns");
    }

    private static void sleep(long nanos) {
        LockSupport.parkNanos(nanos);
    }
}
