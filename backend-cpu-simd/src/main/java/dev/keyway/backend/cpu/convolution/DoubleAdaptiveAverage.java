// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;

/**
 * Means of f64 windows {@code [floor(y * height / outHeight), ceil((y + 1) * height / outHeight))}.
 * Each sum is one chain, row by row, which would be waited for: the same window of several planes
 * is summed side by side.
 */
public final class DoubleAdaptiveAverage {
    private static final int SIZE = Double.BYTES;

    /** Planes whose sums are taken side by side. */
    private static final int TOGETHER = 8;

    /** Numbers of a task, about. */
    private static final long TASK = 1 << 14;

    private DoubleAdaptiveAverage() {}

    /** Writes the means of all windows of all planes. */
    public static void run(
            Workers workers,
            long planes,
            int height,
            int width,
            int outHeight,
            int outWidth,
            long input,
            long out) {
        long pixels = Math.max(1, (long) height * width);
        long chunk =
                planes < 2 * TOGETHER
                        ? Math.max(1, TASK / pixels)
                        : TOGETHER * Math.max(1, TASK / (TOGETHER * pixels));
        long outPixels = (long) outHeight * outWidth;
        workers.parallel(
                planes,
                chunk,
                (from, to) -> {
                    long plane = from;
                    for (; plane <= to - TOGETHER; plane += TOGETHER) {
                        long source = input + SIZE * plane * height * width;
                        long target = out + SIZE * plane * outPixels;
                        plane(TOGETHER, height, width, outHeight, outWidth, source, target);
                    }
                    for (; plane < to; plane++) {
                        long source = input + SIZE * plane * height * width;
                        long target = out + SIZE * plane * outPixels;
                        plane(1, height, width, outHeight, outWidth, source, target);
                    }
                });
    }

    /** All windows of one plane or of several. */
    private static void plane(
            int planes,
            int height,
            int width,
            int outHeight,
            int outWidth,
            long source,
            long target) {
        long bytes = (long) SIZE * height * width;
        long outBytes = (long) SIZE * outHeight * outWidth;
        long step = (long) SIZE * width;
        long out = target;
        for (int y = 0; y < outHeight; y++) {
            int top = y * height / outHeight;
            int rows = ((y + 1) * height + outHeight - 1) / outHeight - top;
            for (int x = 0; x < outWidth; x++) {
                int left = x * width / outWidth;
                int columns = ((x + 1) * width + outWidth - 1) / outWidth - left;
                long at = source + top * step + (long) SIZE * left;
                if (planes == 1) {
                    one(at, step, rows, columns, out);
                } else {
                    eight(at, step, rows, columns, bytes, out, outBytes);
                }
                out += SIZE;
            }
        }
    }

    private static void one(long source, long step, int rows, int columns, long out) {
        double sum = 0;
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                sum += Memory.getDouble(source + i * step + (long) SIZE * j);
            }
        }
        Memory.putDouble(out, sum / (rows * columns));
    }

    /** The same window of {@link #TOGETHER} planes. */
    private static void eight(
            long source, long step, int rows, int columns, long bytes, long out, long outBytes) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        double s4 = 0;
        double s5 = 0;
        double s6 = 0;
        double s7 = 0;
        for (int i = 0; i < rows; i++) {
            long row = source + i * step;
            for (int j = 0; j < columns; j++) {
                long at = row + (long) SIZE * j;
                s0 += Memory.getDouble(at);
                s1 += Memory.getDouble(at + bytes);
                s2 += Memory.getDouble(at + 2 * bytes);
                s3 += Memory.getDouble(at + 3 * bytes);
                s4 += Memory.getDouble(at + 4 * bytes);
                s5 += Memory.getDouble(at + 5 * bytes);
                s6 += Memory.getDouble(at + 6 * bytes);
                s7 += Memory.getDouble(at + 7 * bytes);
            }
        }
        int count = rows * columns;
        Memory.putDouble(out, s0 / count);
        Memory.putDouble(out + outBytes, s1 / count);
        Memory.putDouble(out + 2 * outBytes, s2 / count);
        Memory.putDouble(out + 3 * outBytes, s3 / count);
        Memory.putDouble(out + 4 * outBytes, s4 / count);
        Memory.putDouble(out + 5 * outBytes, s5 / count);
        Memory.putDouble(out + 6 * outBytes, s6 / count);
        Memory.putDouble(out + 7 * outBytes, s7 / count);
    }
}
