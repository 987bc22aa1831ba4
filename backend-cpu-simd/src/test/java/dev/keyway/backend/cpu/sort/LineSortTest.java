// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.sort;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.DType;
import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Sorted lines against a stable sort of objects; selections against its first elements. */
final class LineSortTest {
    private static final int[] LENGTHS = {
        1, 2, 3, 15, 16, 17, 31, 32, 33, 63, 64, 65, 66, 129, 257, 511, 512, 513, 1031, 5003
    };
    private static final DType[] DTYPES = {DType.F32, DType.I32, DType.F64, DType.I64};

    private static double corner(int i) {
        double[] corners = {
            0.0, -0.0, Double.NaN, 1, -1, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.5
        };
        return corners[Math.floorMod(i * 31, corners.length)];
    }

    /** A line of elements with gaps between them. */
    private record Line(DType dtype, long address, int n, int step) {
        static Line of(KernelFixture memory, DType dtype, int n, IntToDoubleFunction value) {
            int step = 3 * dtype.itemSize();
            Line line = new Line(dtype, memory.allocate((long) n * step), n, step);
            for (int i = 0; i < n; i++) {
                line.put(i, value.applyAsDouble(i));
            }
            return line;
        }

        private void put(int i, double value) {
            long at = address + (long) i * step;
            switch (dtype) {
                case F32 -> Memory.putFloat(at, (float) value);
                case F64 -> Memory.putDouble(at, value);
                case I32 -> Memory.putInt(at, (int) value);
                default -> Memory.putLong(at, (long) value);
            }
        }

        double get(long from, int i) {
            long at = from + (long) i * dtype.itemSize();
            return switch (dtype) {
                case F32 -> Memory.getFloat(at);
                case F64 -> Memory.getDouble(at);
                case I32 -> Memory.getInt(at);
                default -> (double) Memory.getLong(at);
            };
        }

        double element(int i) {
            return get(address + (long) i * step - (long) i * dtype.itemSize(), i);
        }

        Integer[] order(boolean descending) {
            Integer[] order = new Integer[n];
            Arrays.setAll(order, i -> i);
            Comparator<Integer> ascending =
                    (a, b) -> Double.compare(element(a) + 0.0, element(b) + 0.0);
            Arrays.sort(order, descending ? ascending.reversed() : ascending);
            return order;
        }
    }

    private static void check(IntToDoubleFunction value) {
        for (DType dtype : DTYPES) {
            for (int n : LENGTHS) {
                for (boolean descending : new boolean[] {false, true}) {
                    try (KernelFixture memory = new KernelFixture(n);
                            LineSort sort = LineSort.of(dtype, n, descending)) {
                        Line line = Line.of(memory, dtype, n, value);
                        sort.load(line.address, line.step);
                        sort.sort();
                        compare(memory, line, sort, n, descending);
                        // Again, as the arrays are used for the next line.
                        sort.load(line.address, line.step);
                        sort.sort();
                        compare(memory, line, sort, n, descending);
                    }
                }
            }
        }
    }

    private static void compare(
            KernelFixture memory, Line line, LineSort sort, int count, boolean descending) {
        int size = line.dtype.itemSize();
        long values = memory.allocate((long) count * size);
        long places = memory.allocate((long) count * Long.BYTES);
        sort.store(count, values, size, places, Long.BYTES);
        Integer[] order = line.order(descending);
        for (int i = 0; i < count; i++) {
            String where = line.dtype + " n=" + line.n + " i=" + i + " descending=" + descending;
            assertEquals((long) order[i], Memory.getLong(places + (long) i * Long.BYTES), where);
            assertEquals(line.element(order[i]), line.get(values, i), where);
        }
    }

    @Test
    void numbers() {
        check(i -> Math.floorMod(i * 7919, 10_007) - 5003.5);
    }

    @Test
    void equalElementsKeepTheirOrder() {
        check(i -> i * 31 % 5);
    }

    @Test
    void cornersHaveTheirPlace() {
        check(LineSortTest::corner);
        check(i -> i % 3 == 0 ? corner(i) : -i * 1e5);
    }

    @Test
    void largeMagnitudes() {
        check(i -> (i % 2 == 0 ? 1 : -1) * StrictMath.scalb(1 + i / 1e4, i % 60));
    }

    @Test
    void selectionsAreTheFirstOfTheSorted() {
        for (DType dtype : new DType[] {DType.F32, DType.I32}) {
            for (int n : LENGTHS) {
                for (int k : new int[] {1, 2, n / 3, n - 1, n}) {
                    for (boolean descending : new boolean[] {false, true}) {
                        if (k < 1 || k > n) {
                            continue;
                        }
                        boolean floating = dtype == DType.F32;
                        try (KernelFixture memory = new KernelFixture(n);
                                PackedSort sort = PackedSort.take(floating, n, descending)) {
                            Line line = Line.of(memory, dtype, n, i -> i * 7919 % 613 - 300);
                            sort.load(line.address, line.step);
                            sort.select(k);
                            compare(memory, line, sort, k, descending);
                        }
                    }
                }
            }
        }
    }

    /** Of one length the other way round, of another, and of lines too long to keep. */
    @Test
    void whatWasClosedSortsOtherLines() {
        int most = LineSort.MOST_KEPT;
        for (DType dtype : DTYPES) {
            for (int n : new int[] {700, 700, 3, 700, most, most + 1, most + 1, 3}) {
                for (boolean descending : new boolean[] {false, true}) {
                    try (KernelFixture memory = new KernelFixture(n);
                            LineSort sort = LineSort.of(dtype, n, descending)) {
                        Line line = Line.of(memory, dtype, n, i -> i * 7919 % 613 - 300);
                        sort.load(line.address, line.step);
                        sort.sort();
                        compare(memory, line, sort, n, descending);
                    }
                }
            }
        }
    }
}
