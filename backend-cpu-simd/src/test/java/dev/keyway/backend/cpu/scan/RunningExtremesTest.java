// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.scan;

import static dev.keyway.backend.cpu.KernelFixture.getDouble;
import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Running extremes and their places against one step after another. */
final class RunningExtremesTest {
    private static final int[] WIDTHS = {1, 2, 7, 8, 9, 15, 16, 17, 33, 67, 259};
    private static final int[] LENGTHS = {1, 2, 5, 40};

    private enum Type {
        FLOAT,
        DOUBLE,
        LONG
    }

    /** Numbers with many ties, both zeros, infinities and NaN in some lines. */
    private static final IntToDoubleFunction NUMBERS =
            i ->
                    i % 211 == 100
                            ? Double.NaN
                            : i % 97 == 50
                                    ? Double.POSITIVE_INFINITY
                                    : i % 89 == 40
                                            ? Double.NEGATIVE_INFINITY
                                            : i % 13 == 0 ? -0.0 : Math.floorMod(i * 7919, 31) - 15;

    private static RunningExtremes lines(Type type, boolean largest) {
        return switch (type) {
            case FLOAT -> new FloatRunningExtremes(largest);
            case DOUBLE -> new DoubleRunningExtremes(largest);
            case LONG -> new LongRunningExtremes(largest);
        };
    }

    private static long self(KernelFixture memory, Type type, int count) {
        if (type != Type.LONG) {
            return type == Type.FLOAT
                    ? memory.floats(count, NUMBERS)
                    : memory.doubles(count, NUMBERS);
        }
        long address = memory.allocate(8L * count);
        for (int i = 0; i < count; i++) {
            Memory.putLong(address + 8L * i, (long) NUMBERS.applyAsDouble(i));
        }
        return address;
    }

    private static double get(Type type, long address, int index) {
        return switch (type) {
            case FLOAT -> getFloat(address, index);
            case DOUBLE -> getDouble(address, index);
            case LONG -> Memory.getLong(address + 8L * index);
        };
    }

    /** Elements {@code first + j * step} of all three. */
    private static void check(
            Type type,
            boolean largest,
            long self,
            long values,
            long places,
            int first,
            int step,
            int n) {
        double best = largest ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        int found = 0;
        for (int j = 0; j < n; j++) {
            double x = get(type, self, first + j * step);
            if (Double.isNaN(x) || (largest ? x >= best : x <= best)) {
                best = x;
                found = j;
            }
            assertEquals(best, get(type, values, first + j * step));
            assertEquals(found, Memory.getLong(places + 8L * (first + j * step)));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void columnsAndRowsFindTheLastExtreme(boolean largest) {
        for (Type type : Type.values()) {
            int size = type == Type.FLOAT ? 4 : 8;
            for (int width : WIDTHS) {
                for (int n : LENGTHS) {
                    int gap = width + 3;
                    try (KernelFixture memory = new KernelFixture(width)) {
                        long self = self(memory, type, n * gap);
                        long values = memory.allocate((long) size * n * gap);
                        long places = memory.allocate(8L * n * gap);
                        lines(type, largest).columns(values, places, self, n, gap, width);
                        for (int c = 0; c < width; c++) {
                            check(type, largest, self, values, places, c, gap, n);
                        }
                        lines(type, largest).row(values, places, self, (long) n * gap);
                        check(type, largest, self, values, places, 0, 1, n * gap);
                    }
                }
            }
        }
    }
}
