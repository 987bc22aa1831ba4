// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import com.google.auto.service.AutoService;
import dev.keyway.Tensor;
import dev.keyway.attributes.PixelShuffleAttributes;
import dev.keyway.attributes.PixelUnshuffleAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.Workers;

/**
 * Moves elements between channels and pixels, for every size of elements. A row of the large image
 * is made of one row each of {@code factor} small ones; a task takes whole rows.
 */
@AutoService(KernelFamily.class)
public final class PixelKernels implements KernelFamily {
    private static final long CHUNK = 1 << 14;

    /** For {@code ServiceLoader}. */
    public PixelKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        Kernel1 shuffle =
                (call, out, self) -> {
                    long factor = call.attributes(PixelShuffleAttributes.class).upscaleFactor();
                    run(call.workers(), shape(out, factor), out.address(), self.address(), true);
                };
        Kernel1 unshuffle =
                (call, out, self) -> {
                    long factor = call.attributes(PixelUnshuffleAttributes.class).downscaleFactor();
                    run(call.workers(), shape(self, factor), self.address(), out.address(), false);
                };
        registry.operator("pixel_shuffle", Layout.CONTIGUOUS, dtype -> shuffle);
        registry.operator("pixel_unshuffle", Layout.CONTIGUOUS, dtype -> unshuffle);
    }

    /**
     * The large images.
     *
     * @param size bytes of an element
     * @param rows of all images together
     * @param height of an image
     * @param width of the small images
     * @param factor how many times larger an image is than a small one
     */
    record Shape(int size, long rows, long height, long width, long factor) {}

    private static Shape shape(Tensor large, long factor) {
        long height = large.size(-2);
        long width = large.size(-1);
        long rows = large.numel() / Math.max(1, width);
        return new Shape(large.dtype().itemSize(), rows, height, width / factor, factor);
    }

    /** Fills the large images from the small ones, or the other way. */
    static void run(Workers workers, Shape shape, long large, long small, boolean enlarge) {
        long wide = shape.width * shape.factor;
        workers.parallel(
                wide == 0 ? 0 : shape.rows,
                Math.max(1, CHUNK / Math.max(1, wide)),
                (start, end) -> {
                    for (long row = start; row < end; row++) {
                        row(shape, large + shape.size * wide * row, small, row, enlarge);
                    }
                });
    }

    /** Row y of a plane is of row y / factor of the small planes (y % factor) factor and on. */
    private static void row(Shape shape, long large, long small, long row, boolean enlarge) {
        long factor = shape.factor;
        int size = shape.size;
        long y = row % shape.height;
        long first = (row / shape.height * factor + y % factor) * factor;
        long plane = shape.height / factor * shape.width * size;
        long line = small + first * plane + y / factor * shape.width * size;
        if (factor == 2 && size == 4) {
            if (enlarge) {
                Interleave.two(large, line, line + plane, shape.width);
            } else {
                Interleave.apart(large, line, line + plane, shape.width);
            }
            return;
        }
        for (long j = 0; j < factor; j++) {
            long at = large + j * size;
            if (enlarge) {
                Moves.strided(size, at, factor * size, line + j * plane, size, shape.width);
            } else {
                Moves.strided(size, line + j * plane, size, at, factor * size, shape.width);
            }
        }
    }
}
