// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.spi.Workers;

import org.junit.jupiter.api.Test;

import java.util.List;

/** Windows over few channels of channels-last images have the bits of row-major ones. */
final class FloatLastShallowTest {
    private static final List<Convolution> SHAPES =
            List.of(
                    new Convolution(1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1),
                    new Convolution(2, 3, 18, 30, 65, 7, 7, 2, 2, 3, 3, 1, 1, 1),
                    new Convolution(1, 3, 64, 64, 64, 7, 7, 2, 2, 3, 3, 1, 1, 1),
                    new Convolution(2, 3, 1, 14, 16, 7, 7, 2, 2, 3, 3, 1, 1, 1),
                    new Convolution(1, 3, 23, 90, 20, 5, 5, 4, 4, 2, 2, 1, 1, 1),
                    new Convolution(3, 1, 9, 9, 32, 3, 3, 1, 1, 1, 1, 1, 1, 1),
                    new Convolution(1, 2, 5, 6, 40, 3, 3, 1, 1, 0, 0, 1, 1, 1),
                    new Convolution(1, 4, 33, 35, 64, 3, 3, 2, 2, 1, 1, 1, 1, 1),
                    new Convolution(2, 6, 12, 11, 70, 3, 5, 1, 2, 2, 3, 2, 3, 2),
                    new Convolution(1, 8, 10, 15, 128, 3, 3, 1, 1, 1, 1, 1, 1, 2),
                    new Convolution(1, 3, 25, 40, 29, 2, 3, 1, 2, 1, 1, 1, 1, 1),
                    new Convolution(2, 2, 5, 5, 30, 2, 2, 1, 1, 3, 4, 1, 1, 1),
                    new Convolution(1, 3, 2, 3, 33, 7, 7, 1, 1, 3, 3, 1, 1, 1),
                    new Convolution(1, 3, 6, 400, 96, 3, 3, 1, 1, 1, 1, 1, 1, 1),
                    new Convolution(1, 1, 4, 5, 16, 1, 1, 2, 2, 3, 6, 1, 1, 1));

    @Test
    void oneThreadHasTheBitsOfRowMajorImages() {
        SHAPES.forEach(shape -> check(shape, KernelFixture.ONE, true));
    }

    @Test
    void severalThreadsHaveTheBitsOfRowMajorImages() {
        SHAPES.forEach(shape -> check(shape, KernelFixture.TWO, false));
        SHAPES.forEach(shape -> check(shape, LastFixture.THREE, true));
    }

    @Test
    void everyWidthHasTheBitsOfRowMajorImages() {
        for (int width = 1; width <= 20; width++) {
            check(
                    new Convolution(1, 3, 4, width, 64, 3, 3, 1, 1, 1, 1, 1, 1, 1),
                    KernelFixture.ONE,
                    true);
        }
    }

    @Test
    void othersAreNotTaken() {
        assertFalse(
                FloatLastShallowPhase.suits(
                        new Convolution(0, 3, 8, 8, 16, 3, 3, 1, 1, 1, 1, 1, 1, 1)));
        assertFalse(
                FloatLastShallowPhase.suits(
                        new Convolution(1, 5, 8, 8, 16, 3, 3, 1, 1, 1, 1, 1, 1, 1)));
        assertFalse(
                FloatLastShallowPhase.suits(
                        new Convolution(1, 3, 2, 8, 16, 3, 3, 1, 1, 0, 0, 1, 1, 1)));
    }

    private static void check(Convolution shape, Workers workers, boolean biased) {
        assertTrue(FloatLastShallowPhase.suits(shape), shape::toString);
        ChannelsLastCheck.check(shape, FloatLastShallowPhase::new, workers, biased);
    }
}
