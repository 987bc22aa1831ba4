// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.sampling;

import dev.keyway.backend.cpu.Memory;

/**
 * Which pixels some places of a grid take, and with which weights, in f32: each step rounds as the
 * composite's does. Of one thread.
 */
final class FloatGridPlaces {
    /** Places that are worked out at once. */
    static final int BLOCK = 256;

    private static final float A = -0.75f;

    private final GridMode mode;
    private final int height;
    private final int width;

    /** Per tap, per place: the pixel in its plane; -1 for one outside, which is 0. */
    final int[][] pixel;

    /** Likewise: the weight; none for the nearest. */
    final float[][] weight;

    private final float[] across = new float[4];
    private final float[] down = new float[4];

    FloatGridPlaces(GridMode mode, int height, int width) {
        this.mode = mode;
        this.height = height;
        this.width = width;
        this.pixel = new int[mode.taps()][BLOCK];
        this.weight = new float[mode.taps()][BLOCK];
    }

    /** Works out the places whose pairs of coordinates, x first, begin at the address. */
    void load(long grid, int count) {
        for (int p = 0; p < count; p++) {
            float x = plain(Memory.getFloat(grid + 8L * p), width);
            float y = plain(Memory.getFloat(grid + 8L * p + 4), height);
            if (mode.interpolation() == GridMode.BICUBIC) {
                cubic(p, x, y);
            } else if (mode.interpolation() == GridMode.NEAREST) {
                float column = (float) Math.rint(bounded(x, width));
                pixel[0][p] = at(column, (float) Math.rint(bounded(y, height)));
            } else {
                linear(p, bounded(x, width), bounded(y, height));
            }
        }
    }

    private void linear(int p, float x, float y) {
        float left = (float) Math.floor(x);
        float top = (float) Math.floor(y);
        float right = left + 1;
        float bottom = top + 1;
        float fx = x - left;
        float fy = y - top;
        float ex = right - x;
        float ey = bottom - y;
        tap(0, p, at(left, top), ex * ey);
        tap(1, p, at(right, top), fx * ey);
        tap(2, p, at(left, bottom), ex * fy);
        tap(3, p, at(right, bottom), fx * fy);
    }

    private void cubic(int p, float x, float y) {
        float left = (float) Math.floor(x);
        float top = (float) Math.floor(y);
        cubic(x - left, across);
        cubic(y - top, down);
        for (int row = 0; row < 4; row++) {
            float above = bounded(top + (row - 1), height);
            for (int column = 0; column < 4; column++) {
                float beside = bounded(left + (column - 1), width);
                tap(4 * row + column, p, at(beside, above), across[column] * down[row]);
            }
        }
    }

    private void tap(int k, int p, int at, float factor) {
        pixel[k][p] = at;
        weight[k][p] = factor;
    }

    /** NaN is outside. */
    private int at(float column, float row) {
        boolean inside = column >= 0 && column < width && row >= 0 && row < height;
        return inside ? (int) row * width + (int) column : -1;
    }

    private float plain(float coordinate, int size) {
        float half = (float) (mode.align() ? (size - 1) / 2.0 : size / 2.0);
        float scaled = (coordinate + 1) * half;
        return mode.align() ? scaled : scaled - 0.5f;
    }

    /** Put inside by the border's rule. */
    private float bounded(float at, int size) {
        if (mode.border() == GridMode.ZEROS) {
            return at;
        }
        float placed = at;
        if (mode.border() != GridMode.EDGE) {
            placed =
                    mode.align()
                            ? mirrored(at, 0, 2L * (size - 1))
                            : mirrored(at, -1, 2L * size - 1);
        }
        return Math.min(Math.max(placed, 0), size - 1);
    }

    /** Mirrored between {@code low / 2} and {@code high / 2}, again and again. */
    private static float mirrored(float at, long low, long high) {
        if (low == high) {
            return at * 0;
        }
        float start = (float) (low / 2.0);
        float span = (float) ((high - low) / 2.0);
        float distance = Math.abs(at - start);
        float whole = (float) Math.floor(distance / span);
        float extra = distance - whole * span;
        return (whole % 2 != 0 ? -extra + span : extra) + start;
    }

    /** Weights of the pixels at -1, 0, 1 and 2 from the one below. */
    private static void cubic(float at, float[] weights) {
        float rest = -at + 1;
        weights[0] = far(at + 1);
        weights[1] = near(at);
        weights[2] = near(rest);
        weights[3] = far(rest + 1);
    }

    private static float near(float x) {
        return (x * (A + 2) - (A + 3)) * x * x + 1;
    }

    private static float far(float x) {
        return ((x * A - 5 * A) * x + 8 * A) * x - 4 * A;
    }
}
