// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.Memory;

/** The largest number of an f64 window. */
final class DoubleWindow {
    private DoubleWindow() {}

    /** Index of the first largest number; of the last NaN where there is one. */
    static int largest(
            long plane, int width, int firstRow, int endRow, int firstColumn, int endColumn) {
        double best = Double.NEGATIVE_INFINITY;
        int where = firstRow * width + firstColumn;
        for (int i = firstRow; i < endRow; i++) {
            for (int j = firstColumn; j < endColumn; j++) {
                int index = i * width + j;
                double value = Memory.getDouble(plane + 8L * index);
                if (value > best || Double.isNaN(value)) {
                    best = value;
                    where = index;
                }
            }
        }
        return where;
    }
}
