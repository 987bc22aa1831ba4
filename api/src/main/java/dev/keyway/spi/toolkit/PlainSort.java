// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi.toolkit;

import dev.keyway.Tensor;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.Primitives;
import dev.keyway.spi.toolkit.PlainKernels.Access;
import java.util.Objects;

/**
 * A plain stable merge sort along dimension 1 of {@code [outer, n, inner]}. Elements become long
 * keys whose order is the elements' order; it sorts positions by key.
 */
final class PlainSort {
    private PlainSort() {}

    static void register(KernelRegistry registry, Access access) {
        registry.sort(Layout.STRIDED, dtype -> access.computes(dtype) ? sort(access) : null);
    }

    private static KernelN sort(Access access) {
        return (call, out, inputs) -> {
            Tensor self = Objects.requireNonNull(inputs[0]);
            boolean descending = call.attributes(Primitives.Sort.class).descending();
            long[] sizes = self.sizes();
            long[] steps = self.strides();
            boolean floating = self.dtype().isFloating();
            Elements from = PlainKernels.elements(access, self);
            Elements values = PlainKernels.elements(access, out[0]);
            Elements places = PlainKernels.elements(access, out[1]);
            access.submit(
                    call,
                    () -> {
                        Line line = new Line(Math.toIntExact(sizes[1]), floating, descending);
                        for (long o = 0; o < sizes[0]; o++) {
                            for (long i = 0; i < sizes[2]; i++) {
                                line.sort(from, o * steps[0] + i * steps[2], steps[1]);
                                long first = o * sizes[1] * sizes[2] + i;
                                line.write(values, places, first, sizes[2]);
                            }
                        }
                    });
        };
    }

    /** The elements of one line and their order. */
    private static final class Line {
        private final boolean floating;
        private final boolean descending;
        private final double[] reals;
        private final long[] integers;
        private final long[] keys;
        private int[] order;
        private int[] other;

        Line(int n, boolean floating, boolean descending) {
            this.floating = floating;
            this.descending = descending;
            reals = new double[floating ? n : 0];
            integers = new long[floating ? 0 : n];
            keys = new long[n];
            order = new int[n];
            other = new int[n];
        }

        void sort(Elements from, long start, long step) {
            for (int j = 0; j < keys.length; j++) {
                long key;
                if (floating) {
                    reals[j] = from.getDouble(start + j * step);
                    key = key(reals[j]);
                } else {
                    integers[j] = from.getLong(start + j * step);
                    key = integers[j];
                }
                keys[j] = descending ? ~key : key;
                order[j] = j;
            }
            for (long width = 1; width < keys.length; width *= 2) {
                for (long low = 0; low < keys.length; low += 2 * width) {
                    long middle = Math.min(low + width, keys.length);
                    long high = Math.min(middle + width, keys.length);
                    merge((int) low, (int) middle, (int) high);
                }
                int[] merged = other;
                other = order;
                order = merged;
            }
        }

        /** Keys in the order of numbers; -0.0 and 0.0 have one, so have all NaN: the largest. */
        private static long key(double value) {
            if (Double.isNaN(value)) {
                return Long.MAX_VALUE;
            }
            long bits = Double.doubleToRawLongBits(value + 0.0);
            return bits >= 0 ? bits : bits ^ Long.MAX_VALUE;
        }

        private void merge(int low, int middle, int high) {
            int left = low;
            int right = middle;
            for (int at = low; at < high; at++) {
                boolean takeRight =
                        left == middle || right < high && keys[order[right]] < keys[order[left]];
                other[at] = takeRight ? order[right++] : order[left++];
            }
        }

        void write(Elements values, Elements places, long first, long step) {
            for (int j = 0; j < order.length; j++) {
                if (floating) {
                    values.setDouble(first + j * step, reals[order[j]]);
                } else {
                    values.setLong(first + j * step, integers[order[j]]);
                }
                places.setLong(first + j * step, order[j]);
            }
        }
    }
}
