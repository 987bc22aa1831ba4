// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;

/** f32 pooling; every plane is computed by one thread. */
public final class FloatPooling {
    private static final int SIZE = Float.BYTES;

    /** Planes whose sums are taken side by side. */
    private static final int TOGETHER = 8;

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

    /**
     * Mean of each window; padding counts as zeros.
     *
     * @param withPadding whether padding counts for the divisor
     * @param divisor where not 0, stands for the number of elements
     */
    public static void average(
            Workers workers,
            Pooling shape,
            boolean withPadding,
            long divisor,
            long input,
            long out) {
        workers.parallel(
                shape.planes(),
                shape.chunk(),
                (from, to) -> {
                    for (long plane = from; plane < to; plane++) {
                        long source = input + SIZE * plane * shape.pixels();
                        long target = out + SIZE * plane * shape.outPixels();
                        for (int p = 0; p < shape.outPixels(); p++) {
                            int y = p / shape.outWidth();
                            int x = p % shape.outWidth();
                            float sum =
                                    sum(
                                            source,
                                            shape.width(),
                                            shape.rowStart(y),
                                            shape.rowEnd(y),
                                            shape.columnStart(x),
                                            shape.columnEnd(x));
                            long count = divisor != 0 ? divisor : shape.count(y, x, withPadding);
                            Memory.putFloat(target + (long) SIZE * p, sum / count);
                        }
                    }
                });
    }

    /**
     * Mean of window {@code [floor(y * height / outHeight), ceil((y + 1) * height / outHeight))}.
     */
    public static void adaptiveAverage(
            Workers workers,
            long planes,
            int height,
            int width,
            int outHeight,
            int outWidth,
            long input,
            long out) {
        long chunk = Math.max(1, (1 << 15) / Math.max(1, height * width));
        int outPixels = outHeight * outWidth;
        workers.parallel(
                planes,
                chunk,
                (from, to) -> {
                    long first = from;
                    if (outPixels == 1) {
                        first = to - (to - from) % TOGETHER;
                        wholePlanes(input, out, height * width, from, first);
                    }
                    for (long plane = first; plane < to; plane++) {
                        long source = input + SIZE * plane * height * width;
                        long target = out + SIZE * plane * outPixels;
                        for (int p = 0; p < outPixels; p++) {
                            int y = p / outWidth;
                            int x = p % outWidth;
                            int top = y * height / outHeight;
                            int bottom = ((y + 1) * height + outHeight - 1) / outHeight;
                            int left = x * width / outWidth;
                            int right = ((x + 1) * width + outWidth - 1) / outWidth;
                            float sum = sum(source, width, top, bottom, left, right);
                            int count = (bottom - top) * (right - left);
                            Memory.putFloat(target + (long) SIZE * p, sum / count);
                        }
                    }
                });
    }

    /** Means of planes, several at a time: each sum is one chain, which would be waited for. */
    private static void wholePlanes(long input, long out, int pixels, long from, long to) {
        long bytes = (long) SIZE * pixels;
        for (long plane = from; plane < to; plane += TOGETHER) {
            long source = input + plane * bytes;
            float s0 = 0;
            float s1 = 0;
            float s2 = 0;
            float s3 = 0;
            float s4 = 0;
            float s5 = 0;
            float s6 = 0;
            float s7 = 0;
            for (long at = source; at < source + bytes; at += SIZE) {
                s0 += Memory.getFloat(at);
                s1 += Memory.getFloat(at + bytes);
                s2 += Memory.getFloat(at + 2 * bytes);
                s3 += Memory.getFloat(at + 3 * bytes);
                s4 += Memory.getFloat(at + 4 * bytes);
                s5 += Memory.getFloat(at + 5 * bytes);
                s6 += Memory.getFloat(at + 6 * bytes);
                s7 += Memory.getFloat(at + 7 * bytes);
            }
            long target = out + SIZE * plane;
            Memory.putFloat(target, s0 / pixels);
            Memory.putFloat(target + SIZE, s1 / pixels);
            Memory.putFloat(target + 2 * SIZE, s2 / pixels);
            Memory.putFloat(target + 3 * SIZE, s3 / pixels);
            Memory.putFloat(target + 4 * SIZE, s4 / pixels);
            Memory.putFloat(target + 5 * SIZE, s5 / pixels);
            Memory.putFloat(target + 6 * SIZE, s6 / pixels);
            Memory.putFloat(target + 7 * SIZE, s7 / pixels);
        }
    }

    private static float sum(
            long plane, int width, int firstRow, int endRow, int firstColumn, int endColumn) {
        float sum = 0;
        for (int i = firstRow; i < endRow; i++) {
            for (int j = firstColumn; j < endColumn; j++) {
                sum += Memory.getFloat(plane + SIZE * ((long) i * width + j));
            }
        }
        return sum;
    }
}
