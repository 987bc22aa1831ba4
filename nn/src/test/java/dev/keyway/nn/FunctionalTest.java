// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ArgumentException;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import dev.keyway.nn.Functional.SampleMode;
import dev.keyway.nn.Functional.SamplePadding;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Operators under the names and with the modes of {@code torch.nn.functional}. */
final class FunctionalTest {
    private final Keyway keyway = Keyway.builder().open();
    private final Device device = keyway.device("reference");

    @AfterEach
    void close() {
        keyway.close();
    }

    @Test
    void imagesGetAnotherSizeOrABorder() {
        try (Tensor image = keyway.tensor(device, new float[] {1, 2, 3, 4}, 1, 1, 2, 2);
                Tensor twice =
                        Functional.interpolate(
                                image, Functional.Interpolation.NEAREST, false, 2.0, 2.0);
                Tensor mirrored =
                        Functional.pad(image, Functional.PadMode.REFLECT, 0, 1, 0, 0, 0)) {
            assertArrayEquals(
                    new float[] {1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4},
                    twice.toFloatArray());
            assertArrayEquals(new float[] {2, 1, 2, 4, 3, 4}, mirrored.toFloatArray());
        }
    }

    @Test
    void pointsBetweenPixels() {
        float[] pixels = {1, 2, 3, 4};
        float[] points = {0, 0, -1, -1, 1, -1, 3, 0.5f};
        try (Tensor image = keyway.tensor(device, pixels, 1, 1, 2, 2);
                Tensor grid = keyway.tensor(device, points, 1, 1, 4, 2);
                Tensor edge = sample(image, grid, SampleMode.BILINEAR, SamplePadding.BORDER);
                Tensor zeros = sample(image, grid, SampleMode.BILINEAR, SamplePadding.ZEROS);
                Tensor nearest = sample(image, grid, SampleMode.NEAREST, SamplePadding.REFLECTION);
                Tensor cubic = sample(image, grid, SampleMode.BICUBIC, SamplePadding.BORDER)) {
            assertEquals(List.of(1L, 1L, 1L, 4L), boxed(edge.sizes()));
            assertArrayEquals(new float[] {2.5f, 1, 2, 3.5f}, edge.toFloatArray());
            assertArrayEquals(new float[] {2.5f, 1, 2, 0}, zeros.toFloatArray());
            assertArrayEquals(new float[] {1, 1, 2, 3}, nearest.toFloatArray());
            assertEquals(2.5f, cubic.toFloatArray()[0], 1e-6f);
        }
    }

    private static Tensor sample(
            Tensor image, Tensor grid, SampleMode mode, SamplePadding padding) {
        return Functional.gridSample(image, grid, mode, padding, true);
    }

    @Test
    void pointsInAVolume() {
        float[] pixels = {1, 2, 3, 4, 5, 6, 7, 8};
        try (Tensor volume = keyway.tensor(device, pixels, 1, 1, 2, 2, 2);
                Tensor grid = keyway.tensor(device, new float[3], 1, 1, 1, 1, 3);
                Tensor middle = sample(volume, grid, SampleMode.BILINEAR, SamplePadding.ZEROS)) {
            assertArrayEquals(new float[] {4.5f}, middle.toFloatArray());
            ArgumentException e =
                    assertThrows(
                            ArgumentException.class,
                            () -> sample(volume, grid, SampleMode.BICUBIC, SamplePadding.ZEROS));
            assertTrue(e.getMessage().contains("grid_sampler_3d"), e.getMessage());
        }
    }

    @Test
    void foldingAddsWhereWindowsOverlap() {
        long[] window = {1, 2};
        long[] one = {1, 1};
        long[] none = {0, 0};
        float[] pixels = {1, 2, 3, 4, 5, 6};
        try (Tensor image = keyway.tensor(device, pixels, 1, 1, 2, 3);
                Tensor columns = Functional.unfold(image, window, one, none, one);
                Tensor back = Functional.fold(columns, new long[] {2, 3}, window, one, none, one)) {
            assertArrayEquals(new float[] {1, 2, 4, 5, 2, 3, 5, 6}, columns.toFloatArray());
            assertArrayEquals(new float[] {1, 4, 3, 4, 10, 6}, back.toFloatArray());
        }
    }

    private static List<Long> boxed(long... sizes) {
        return Arrays.stream(sizes).boxed().toList();
    }
}
