// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.sampling;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * f32 planes of another size, first along rows, then along columns. Each result takes its taps in
 * order by fused multiply-adds; planes are independent tasks.
 */
public final class FloatResampling {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    private FloatResampling() {}

    /**
     * Computes.
     *
     * @param rows taps of the outputs' rows
     * @param columns taps of their columns
     */
    public static void run(
            Workers workers,
            long planes,
            int height,
            int width,
            ResamplingTaps rows,
            ResamplingTaps columns,
            long input,
            long out) {
        int outHeight = rows.index()[0].length;
        int outWidth = columns.index()[0].length;
        long work = (long) height * outWidth + (long) outHeight * outWidth;
        workers.parallel(
                planes,
                Math.max(1, (1 << 14) / Math.max(1, work)),
                (from, to) -> {
                    float[] lines = new float[height * outWidth];
                    for (long plane = from; plane < to; plane++) {
                        long source = input + SIZE * plane * height * width;
                        for (int y = 0; y < height; y++) {
                            line(source + (long) SIZE * y * width, columns, lines, y * outWidth);
                        }
                        long target = out + SIZE * plane * outHeight * outWidth;
                        for (int y = 0; y < outHeight; y++) {
                            long row = target + (long) SIZE * y * outWidth;
                            mix(lines, rows, y, outWidth, row);
                        }
                    }
                });
    }

    private static void line(long source, ResamplingTaps taps, float[] lines, int start) {
        int count = taps.index()[0].length;
        int[] first = taps.index()[0];
        double[] weight = taps.weight()[0];
        for (int x = 0; x < count; x++) {
            float value = Memory.getFloat(source + (long) SIZE * first[x]);
            lines[start + x] = value * (float) weight[x];
        }
        for (int k = 1; k < taps.index().length; k++) {
            int[] index = taps.index()[k];
            double[] factor = taps.weight()[k];
            for (int x = 0; x < count; x++) {
                float value = Memory.getFloat(source + (long) SIZE * index[x]);
                lines[start + x] = Math.fma(value, (float) factor[x], lines[start + x]);
            }
        }
    }

    private static void mix(float[] lines, ResamplingTaps taps, int y, int width, long out) {
        int x = 0;
        for (; x <= width - LENGTH; x += LENGTH) {
            FloatVector sum =
                    FloatVector.fromArray(SPECIES, lines, taps.index()[0][y] * width + x)
                            .mul((float) taps.weight()[0][y]);
            for (int k = 1; k < taps.index().length; k++) {
                FloatVector factor = FloatVector.broadcast(SPECIES, (float) taps.weight()[k][y]);
                sum =
                        FloatVector.fromArray(SPECIES, lines, taps.index()[k][y] * width + x)
                                .fma(factor, sum);
            }
            sum.intoMemorySegment(ALL, out + (long) SIZE * x, ORDER);
        }
        for (; x < width; x++) {
            float sum = lines[taps.index()[0][y] * width + x] * (float) taps.weight()[0][y];
            for (int k = 1; k < taps.index().length; k++) {
                float value = lines[taps.index()[k][y] * width + x];
                sum = Math.fma(value, (float) taps.weight()[k][y], sum);
            }
            Memory.putFloat(out + (long) SIZE * x, sum);
        }
    }
}
