// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;

/** The largest of f32 windows; every plane is computed by one thread. */
public final class FloatPooling {
    private static final int SIZE = Float.BYTES;

    private FloatPooling() {}

    /**
     * Largest number of each window and where it lies in its plane (i64); of equal ones the first,
     * NaN wins, of several NaN the last.
     */
    public static void max(Workers workers, Pooling shape, long input, long out, long indices) {
        workers.parallel(
                shape.planes(),
                shape.chunk(),
                (from, to) -> {
                    for (long plane = from; plane < to; plane++) {
                        long index = plane * shape.outPixels();
                        for (int y = 0; y < shape.outHeight(); y++) {
                            maxRow(
                                    shape,
                                    input + SIZE * plane * shape.pixels(),
                                    y,
                                    out + SIZE * (index + (long) y * shape.outWidth()),
                                    indices + Long.BYTES * (index + (long) y * shape.outWidth()));
                        }
                    }
                });
    }

    private static void maxRow(Pooling shape, long plane, int y, long out, long indices) {
        if (!shape.isDense()) {
            dilatedRow(shape, plane, y, out, indices);
            return;
        }
        if (FloatMaxRow.takes(shape)) {
            FloatMaxRow.run(shape, plane, y, out, indices);
            windows(shape, plane, y, 0, FloatMaxRow.first(shape), out, indices);
            windows(shape, plane, y, FloatMaxRow.end(shape), shape.outWidth(), out, indices);
        } else {
            windows(shape, plane, y, 0, shape.outWidth(), out, indices);
        }
    }

    private static void windows(
            Pooling shape, long plane, int y, int first, int end, long out, long indices) {
        int firstRow = shape.rowStart(y);
        int endRow = shape.rowEnd(y);
        for (int x = first; x < end; x++) {
            int where =
                    FloatWindow.largest(
                            plane,
                            shape.width(),
                            firstRow,
                            endRow,
                            shape.columnStart(x),
                            shape.columnEnd(x));
            Memory.putFloat(out + (long) SIZE * x, Memory.getFloat(plane + (long) SIZE * where));
            Memory.putLong(indices + (long) Long.BYTES * x, where);
        }
    }

    private static void dilatedRow(Pooling shape, long plane, int y, long out, long indices) {
        int top = y * shape.strideHeight() - shape.paddingHeight();
        for (int x = 0; x < shape.outWidth(); x++) {
            int left = x * shape.strideWidth() - shape.paddingWidth();
            int where = -1;
            float best = 0;
            for (int i = 0; i < shape.kernelHeight(); i++) {
                int row = top + i * shape.dilationHeight();
                for (int j = 0; j < shape.kernelWidth(); j++) {
                    int column = left + j * shape.dilationWidth();
                    if (row < 0 || column < 0 || row >= shape.height() || column >= shape.width()) {
                        continue;
                    }
                    int index = row * shape.width() + column;
                    float value = Memory.getFloat(plane + (long) SIZE * index);
                    if (where < 0 || value > best || Double.isNaN(value)) {
                        where = index;
                        best = value;
                    }
                }
            }
            Memory.putFloat(out + (long) SIZE * x, best);
            Memory.putLong(indices + (long) Long.BYTES * x, where);
        }
    }

    /** Adds each gradient to the input that was the largest, in order of the outputs. */
    public static void maxBackward(
            Workers workers,
            long planes,
            int outPixels,
            int pixels,
            long gradOutput,
            long indices,
            long gradInput) {
        long chunk = Math.max(1, (1 << 15) / Math.max(1, outPixels + pixels));
        workers.parallel(
                planes,
                chunk,
                (from, to) -> {
                    Memory.ALL
                            .asSlice(gradInput + SIZE * from * pixels, SIZE * (to - from) * pixels)
                            .fill((byte) 0);
                    for (long plane = from; plane < to; plane++) {
                        long target = gradInput + SIZE * plane * pixels;
                        for (long p = plane * outPixels; p < (plane + 1) * outPixels; p++) {
                            long element = target + SIZE * Memory.getLong(indices + Long.BYTES * p);
                            float sum =
                                    Memory.getFloat(element)
                                            + Memory.getFloat(gradOutput + SIZE * p);
                            Memory.putFloat(element, sum);
                        }
                    }
                });
    }
}
