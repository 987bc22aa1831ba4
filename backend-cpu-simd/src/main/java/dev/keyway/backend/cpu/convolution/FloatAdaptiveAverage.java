// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.Spare;
import dev.keyway.spi.Workers;
import dev.keyway.spi.Workers.RangeTask;

/**
 * Means of f32 windows {@code [floor(y * height / outHeight), ceil((y + 1) * height / outHeight))}.
 * Each sum is one chain, row by row, which would be waited for: the same window of several planes
 * is summed side by side.
 */
public final class FloatAdaptiveAverage implements RangeTask {
    private static final int SIZE = Float.BYTES;

    /** Planes whose sums are taken side by side. */
    private static final int TOGETHER = 8;

    /** Numbers of a task, about. */
    private static final long TASK = 1 << 14;

    private static final Spare<FloatAdaptiveAverage> SPARE = new Spare<>(FloatAdaptiveAverage::new);

    private int height;
    private int width;
    private int outHeight;
    private int outWidth;
    private long input;
    private long out;

    private FloatAdaptiveAverage() {}

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
        FloatAdaptiveAverage work = SPARE.take();
        work.height = height;
        work.width = width;
        work.outHeight = outHeight;
        work.outWidth = outWidth;
        work.input = input;
        work.out = out;
        workers.parallel(planes, chunk, work);
        SPARE.give(work);
    }

    @Override
    public void run(long from, long to) {
        long plane = from;
        for (; plane <= to - TOGETHER; plane += TOGETHER) {
            planes(TOGETHER, plane);
        }
        for (; plane < to; plane++) {
            planes(1, plane);
        }
    }

    private void planes(int count, long first) {
        long source = input + SIZE * first * height * width;
        long target = out + SIZE * first * outHeight * outWidth;
        plane(count, height, width, outHeight, outWidth, source, target);
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
        float sum = 0;
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                sum += Memory.getFloat(source + i * step + (long) SIZE * j);
            }
        }
        Memory.putFloat(out, sum / (rows * columns));
    }

    /** The same window of {@link #TOGETHER} planes. */
    private static void eight(
            long source, long step, int rows, int columns, long bytes, long out, long outBytes) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        for (int i = 0; i < rows; i++) {
            long row = source + i * step;
            for (int j = 0; j < columns; j++) {
                long at = row + (long) SIZE * j;
                s0 += Memory.getFloat(at);
                s1 += Memory.getFloat(at + bytes);
                s2 += Memory.getFloat(at + 2 * bytes);
                s3 += Memory.getFloat(at + 3 * bytes);
                s4 += Memory.getFloat(at + 4 * bytes);
                s5 += Memory.getFloat(at + 5 * bytes);
                s6 += Memory.getFloat(at + 6 * bytes);
                s7 += Memory.getFloat(at + 7 * bytes);
            }
        }
        int count = rows * columns;
        Memory.putFloat(out, s0 / count);
        Memory.putFloat(out + outBytes, s1 / count);
        Memory.putFloat(out + 2 * outBytes, s2 / count);
        Memory.putFloat(out + 3 * outBytes, s3 / count);
        Memory.putFloat(out + 4 * outBytes, s4 / count);
        Memory.putFloat(out + 5 * outBytes, s5 / count);
        Memory.putFloat(out + 6 * outBytes, s6 / count);
        Memory.putFloat(out + 7 * outBytes, s7 / count);
    }
}
