// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.sampling;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;

/**
 * f32 images picked from at places of a grid. A task takes blocks of places, works out their pixels
 * and weights once, and goes with them through the channels.
 */
final class FloatGridSampling {
    private static final int BLOCK = FloatGridPlaces.BLOCK;
    private static final int SIZE = Float.BYTES;
    private static final long WORK = 1 << 14;

    private FloatGridSampling() {}

    /** Computes. */
    static void run(
            Workers workers, GridMode mode, GridImages images, long input, long grid, long out) {
        long blocks = (images.places() + BLOCK - 1) / BLOCK;
        long work = Math.max(1, images.channels() * BLOCK * mode.taps());
        workers.parallel(
                images.count() * blocks,
                Math.max(1, WORK / work),
                (from, to) -> {
                    var places = new FloatGridPlaces(mode, images.height(), images.width());
                    for (long unit = from; unit < to; unit++) {
                        long image = unit / blocks;
                        long first = unit % blocks * BLOCK;
                        int count = (int) Math.min(BLOCK, images.places() - first);
                        places.load(grid + 2L * SIZE * (image * images.places() + first), count);
                        channels(mode, images, places, input, out, image, first, count);
                    }
                });
    }

    /** A block of places of one image in all channels; bilinear in pairs of them. */
    private static void channels(
            GridMode mode,
            GridImages images,
            FloatGridPlaces places,
            long input,
            long out,
            long image,
            long first,
            int count) {
        boolean linear = mode.taps() == 4;
        long plane = (long) SIZE * images.height() * images.width();
        long step = SIZE * images.places();
        long from = input + image * images.channels() * plane;
        long to = out + image * images.channels() * step + SIZE * first;
        long c = 0;
        for (; linear && c + 1 < images.channels(); c += 2) {
            pair(places, from + c * plane, plane, to + c * step, step, count);
        }
        for (; c < images.channels(); c++) {
            pick(mode, places, from + c * plane, to + c * step, count);
        }
    }

    /** Pixels and weights are read once for two planes. */
    private static void pair(
            FloatGridPlaces places, long plane, long apart, long out, long outApart, int count) {
        int[] a = places.pixel[0];
        int[] b = places.pixel[1];
        int[] c = places.pixel[2];
        int[] d = places.pixel[3];
        float[] p = places.weight[0];
        float[] q = places.weight[1];
        float[] r = places.weight[2];
        float[] s = places.weight[3];
        long next = plane + apart;
        for (int i = 0; i < count; i++) {
            float upper = value(plane, a[i]) * p[i] + value(plane, b[i]) * q[i];
            float lower = value(plane, c[i]) * r[i] + value(plane, d[i]) * s[i];
            float above = value(next, a[i]) * p[i] + value(next, b[i]) * q[i];
            float below = value(next, c[i]) * r[i] + value(next, d[i]) * s[i];
            Memory.putFloat(out + (long) SIZE * i, upper + lower);
            Memory.putFloat(out + outApart + (long) SIZE * i, above + below);
        }
    }

    private static void pick(
            GridMode mode, FloatGridPlaces places, long plane, long out, int count) {
        if (mode.interpolation() == GridMode.NEAREST) {
            int[] pixel = places.pixel[0];
            for (int p = 0; p < count; p++) {
                Memory.putFloat(out + (long) SIZE * p, value(plane, pixel[p]));
            }
        } else if (mode.interpolation() == GridMode.BICUBIC) {
            for (int p = 0; p < count; p++) {
                float sum = value(plane, places.pixel[0][p]) * places.weight[0][p];
                for (int k = 1; k < 16; k++) {
                    sum += value(plane, places.pixel[k][p]) * places.weight[k][p];
                }
                Memory.putFloat(out + (long) SIZE * p, sum);
            }
        } else {
            linear(places.pixel, places.weight, plane, out, count);
        }
    }

    private static void linear(int[][] pixel, float[][] weight, long plane, long out, int count) {
        int[] a = pixel[0];
        int[] b = pixel[1];
        int[] c = pixel[2];
        int[] d = pixel[3];
        float[] p = weight[0];
        float[] q = weight[1];
        float[] r = weight[2];
        float[] s = weight[3];
        for (int i = 0; i < count; i++) {
            float upper = value(plane, a[i]) * p[i] + value(plane, b[i]) * q[i];
            float lower = value(plane, c[i]) * r[i] + value(plane, d[i]) * s[i];
            Memory.putFloat(out + (long) SIZE * i, upper + lower);
        }
    }

    private static float value(long plane, int pixel) {
        return pixel < 0 ? 0 : Memory.getFloat(plane + (long) SIZE * pixel);
    }
}
