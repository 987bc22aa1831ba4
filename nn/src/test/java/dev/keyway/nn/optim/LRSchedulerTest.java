// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Learning rates by epoch. */
class LRSchedulerTest {
    @Test
    void cosineFallsFromTheBaseToZero() {
        LRScheduler schedule = LRScheduler.cosineAnnealing(0.4, 10);
        assertEquals(0.4, schedule.lr(0));
        assertEquals(0.2, schedule.lr(5), 1e-15);
        assertEquals(0.2 * (1 + Math.cos(Math.PI * 0.3)), schedule.lr(3), 1e-15);
        assertEquals(0, schedule.lr(10), 1e-15);
    }

    @Test
    void stepsMultiplyByGamma() {
        LRScheduler schedule = LRScheduler.step(0.8, 3, 0.5);
        assertEquals(0.8, schedule.lr(0));
        assertEquals(0.8, schedule.lr(2));
        assertEquals(0.4, schedule.lr(3), 1e-15);
        assertEquals(0.1, schedule.lr(9), 1e-15);
    }
}
