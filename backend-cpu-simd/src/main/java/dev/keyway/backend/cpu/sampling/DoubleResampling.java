// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.sampling;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * f64 planes of another size, first along rows, then along columns. Each result takes its taps in
 * order by fused multiply-adds; planes are independent tasks.
 */
public final class DoubleResampling {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Double.BYTES;

    private DoubleResampling() {}

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
                    double[] lines = new double[height * outWidth];
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

    private static void line(long source, ResamplingTaps taps, double[] lines, int start) {
        int count = taps.index()[0].length;
        int[] first = taps.index()[0];
        double[] weight = taps.weight()[0];
        for (int x = 0; x < count; x++) {
            double value = Memory.getDouble(source + (long) SIZE * first[x]);
            lines[start + x] = value * weight[x];
        }
        for (int k = 1; k < taps.index().length; k++) {
            int[] index = taps.index()[k];
            double[] factor = taps.weight()[k];
            for (int x = 0; x < count; x++) {
                double value = Memory.getDouble(source + (long) SIZE * index[x]);
                lines[start + x] = Math.fma(value, factor[x], lines[start + x]);
            }
        }
    }

    private static void mix(double[] lines, ResamplingTaps taps, int y, int width, long out) {
        int x = 0;
        for (; x <= width - LENGTH; x += LENGTH) {
            DoubleVector sum =
                    DoubleVector.fromArray(SPECIES, lines, taps.index()[0][y] * width + x)
                            .mul(taps.weight()[0][y]);
            for (int k = 1; k < taps.index().length; k++) {
                DoubleVector factor = DoubleVector.broadcast(SPECIES, taps.weight()[k][y]);
                sum =
                        DoubleVector.fromArray(SPECIES, lines, taps.index()[k][y] * width + x)
                                .fma(factor, sum);
            }
            sum.intoMemorySegment(ALL, out + (long) SIZE * x, ORDER);
        }
        for (; x < width; x++) {
            double sum = lines[taps.index()[0][y] * width + x] * taps.weight()[0][y];
            for (int k = 1; k < taps.index().length; k++) {
                double value = lines[taps.index()[k][y] * width + x];
                sum = Math.fma(value, taps.weight()[k][y], sum);
            }
            Memory.putDouble(out + (long) SIZE * x, sum);
        }
    }
}
