// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.spi.Workers;

import org.junit.jupiter.api.Test;

import java.util.List;

/** Windows of 1x1 over channels-last images have the bits of row-major ones. */
final class FloatLastPointTest {
    private static final List<Convolution> SHAPES =
            List.of(
                    point(1, 1, 1, 1, 1, 1),
                    point(1, 3, 1, 1, 16, 1),
                    point(6, 20, 1, 1, 33, 1),
                    point(1, 17, 2, 3, 40, 1),
                    point(1, 64, 7, 7, 96, 1),
                    point(3, 37, 7, 7, 70, 1),
                    point(2, 33, 5, 13, 47, 1),
                    point(1, 19, 5, 43, 300, 1),
                    point(2, 70, 28, 28, 32, 1),
                    point(1, 600, 14, 14, 64, 1),
                    point(2, 33, 8, 12, 47, 2),
                    point(1, 64, 56, 56, 40, 2),
                    point(2, 16, 28, 28, 65, 2),
                    point(3, 40, 14, 14, 64, 2),
                    point(1, 9, 13, 13, 35, 2),
                    point(2, 7, 3, 2, 17, 2),
                    point(1, 250, 40, 22, 45, 3),
                    point(1, 2100, 3, 29, 64, 4),
                    new Convolution(2, 34, 14, 14, 96, 1, 1, 2, 2, 0, 0, 1, 1, 2),
                    new Convolution(3, 12, 9, 28, 42, 1, 1, 1, 1, 0, 0, 1, 1, 2),
                    new Convolution(1, 40, 36, 36, 50, 1, 1, 3, 3, 0, 0, 1, 1, 2),
                    new Convolution(2, 30, 5, 9, 60, 1, 1, 2, 1, 0, 0, 1, 1, 3),
                    new Convolution(1, 8, 3, 16, 20, 1, 1, 1, 2, 0, 0, 3, 2, 1));

    private static Convolution point(
            int batch, int channels, int height, int width, int outChannels, int stride) {
        return new Convolution(
                batch, channels, height, width, outChannels, 1, 1, stride, stride, 0, 0, 1, 1, 1);
    }

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
    void everyNumberOfPixelsHasTheBitsOfRowMajorImages() {
        for (int pixels = 1; pixels <= 30; pixels++) {
            check(point(1, 5, 1, pixels, 34, 1), KernelFixture.ONE, true);
            check(point(1, 5, 1, 2 * pixels, 34, 2), KernelFixture.TWO, true);
        }
    }

    /** Many channels: tiles of 6 pixels and two panels, and of 7 and one for what is left. */
    @Test
    void twoPanelsHaveTheBitsOfRowMajorImages() {
        for (int pixels = 1; pixels <= 45; pixels++) {
            check(point(1, 256, 1, pixels, 64, 1), KernelFixture.ONE, pixels % 2 == 0);
        }
        List<Convolution> shapes =
                List.of(
                        point(1, 255, 5, 9, 64, 1),
                        point(1, 257, 5, 9, 63, 1),
                        point(2, 300, 7, 7, 97, 1),
                        point(3, 259, 5, 8, 160, 1),
                        point(1, 260, 11, 13, 130, 2),
                        point(2, 256, 14, 14, 96, 2),
                        new Convolution(1, 514, 6, 7, 196, 1, 1, 1, 1, 0, 0, 1, 1, 2));
        for (Convolution shape : shapes) {
            check(shape, KernelFixture.ONE, true);
            check(shape, KernelFixture.TWO, false);
            check(shape, LastFixture.THREE, true);
        }
    }

    @Test
    void othersAreNotTaken() {
        assertFalse(FloatLastPointPhase.suits(point(0, 5, 3, 3, 16, 1)));
        assertFalse(FloatLastPointPhase.suits(point(1, 0, 3, 3, 16, 1)));
        assertFalse(
                FloatLastPointPhase.suits(
                        new Convolution(1, 5, 3, 3, 16, 1, 1, 1, 1, 1, 0, 1, 1, 1)));
        assertFalse(
                FloatLastPointPhase.suits(
                        new Convolution(1, 5, 3, 3, 16, 1, 2, 1, 1, 0, 0, 1, 1, 1)));
    }

    private static void check(Convolution shape, Workers workers, boolean biased) {
        assertTrue(FloatLastPointPhase.suits(shape), shape::toString);
        ChannelsLastCheck.check(shape, FloatLastPointPhase::new, workers, biased);
    }
}
