// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.scan;

import static dev.keyway.backend.cpu.KernelFixture.getDouble;
import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.ScanOp;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Running reductions, bit by bit against one step after another in f64. */
final class RunningLinesTest {
    private static final int[] LENGTHS = {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 33, 67, 259};

    private static final ScanOp[] OPS = ScanOp.values();

    private static double start(ScanOp op) {
        return switch (op) {
            case SUM -> 0;
            case PROD -> 1;
            case MAX, LOGSUMEXP -> Double.NEGATIVE_INFINITY;
            case MIN -> Double.POSITIVE_INFINITY;
        };
    }

    private static double step(ScanOp op, double result, double x) {
        return switch (op) {
            case SUM -> result + x;
            case PROD -> result * x;
            case MAX -> Math.max(result, x);
            case MIN -> Math.min(result, x);
            case LOGSUMEXP -> logarithm(Math.max(result, x), Math.min(result, x));
        };
    }

    private static double logarithm(double larger, double smaller) {
        return Math.abs(larger) < Double.POSITIVE_INFINITY
                ? larger + StrictMath.log1p(StrictMath.exp(smaller - larger))
                : larger;
    }

    private static void check(IntToDoubleFunction value) {
        for (int n : LENGTHS) {
            for (ScanOp op : OPS) {
                floatRow(n, op, value);
                doubleRow(n, op, value);
                for (int rows : new int[] {1, 5}) {
                    floatRows(rows, n, op, value);
                    doubleRows(rows, n, op, value);
                    floatColumns(rows, n, op, value);
                    doubleColumns(rows, n, op, value);
                }
            }
        }
    }

    private static void floatRow(int n, ScanOp op, IntToDoubleFunction value) {
        try (KernelFixture memory = new KernelFixture(n)) {
            long self = memory.floats(n, value);
            long out = memory.allocate(4L * n);
            new FloatRunning(op).row(out, self, n);
            double result = start(op);
            for (int i = 0; i < n; i++) {
                result = step(op, result, getFloat(self, i));
                assertEquals((float) result, getFloat(out, i));
            }
        }
    }

    private static void doubleRow(int n, ScanOp op, IntToDoubleFunction value) {
        try (KernelFixture memory = new KernelFixture(n)) {
            long self = memory.doubles(n, value);
            long out = memory.allocate(8L * n);
            new DoubleRunning(op).row(out, self, n);
            double result = start(op);
            for (int i = 0; i < n; i++) {
                result = step(op, result, getDouble(self, i));
                assertEquals(result, getDouble(out, i));
            }
        }
    }

    /** Lines that go along together have the bits of each alone. */
    private static void floatRows(int rows, int n, ScanOp op, IntToDoubleFunction value) {
        try (KernelFixture memory = new KernelFixture(n)) {
            long self = memory.floats(rows * n, value);
            long out = memory.allocate(4L * rows * n);
            new FloatRunning(op).rows(out, self, n, rows);
            for (int r = 0; r < rows; r++) {
                double result = start(op);
                for (int i = r * n; i < (r + 1) * n; i++) {
                    result = step(op, result, getFloat(self, i));
                    assertEquals((float) result, getFloat(out, i));
                }
            }
        }
    }

    private static void doubleRows(int rows, int n, ScanOp op, IntToDoubleFunction value) {
        try (KernelFixture memory = new KernelFixture(n)) {
            long self = memory.doubles(rows * n, value);
            long out = memory.allocate(8L * rows * n);
            new DoubleRunning(op).rows(out, self, n, rows);
            for (int r = 0; r < rows; r++) {
                double result = start(op);
                for (int i = r * n; i < (r + 1) * n; i++) {
                    result = step(op, result, getDouble(self, i));
                    assertEquals(result, getDouble(out, i));
                }
            }
        }
    }

    private static void floatColumns(int rows, int width, ScanOp op, IntToDoubleFunction value) {
        try (KernelFixture memory = new KernelFixture(width)) {
            int gap = width + 3;
            long self = memory.floats(rows * gap, value);
            long out = memory.allocate(4L * rows * gap);
            new FloatRunning(op).columns(out, self, rows, 4L * gap, width);
            for (int c = 0; c < width; c++) {
                double result = start(op);
                for (int j = 0; j < rows; j++) {
                    result = step(op, result, getFloat(self, j * gap + c));
                    assertEquals((float) result, getFloat(out, j * gap + c));
                }
            }
        }
    }

    private static void doubleColumns(int rows, int width, ScanOp op, IntToDoubleFunction value) {
        try (KernelFixture memory = new KernelFixture(width)) {
            int gap = width + 3;
            long self = memory.doubles(rows * gap, value);
            long out = memory.allocate(8L * rows * gap);
            new DoubleRunning(op).columns(out, self, rows, 8L * gap, width);
            for (int c = 0; c < width; c++) {
                double result = start(op);
                for (int j = 0; j < rows; j++) {
                    result = step(op, result, getDouble(self, j * gap + c));
                    assertEquals(result, getDouble(out, j * gap + c));
                }
            }
        }
    }

    @Test
    void longsWrapAroundAndGrow() {
        for (int n : LENGTHS) {
            for (boolean maximum : new boolean[] {false, true}) {
                try (KernelFixture memory = new KernelFixture(n)) {
                    long self = memory.allocate(8L * n);
                    for (int i = 0; i < n; i++) {
                        Memory.putLong(self + 8L * i, memory.nextLong());
                    }
                    long row = memory.allocate(8L * n);
                    new LongRunning(maximum).row(row, self, n);
                    long column = memory.allocate(8L * n);
                    new LongRunning(maximum).columns(column, self, n, 8, 1);
                    long result = maximum ? Long.MIN_VALUE : 0;
                    for (int i = 0; i < n; i++) {
                        long x = Memory.getLong(self + 8L * i);
                        result = maximum ? Math.max(result, x) : result + x;
                        assertEquals(result, Memory.getLong(row + 8L * i));
                        assertEquals(result, Memory.getLong(column + 8L * i));
                    }
                }
            }
        }
    }

    @Test
    void numbers() {
        check(i -> Math.floorMod(i * 7919, 1009) / 503.0 - 1);
    }

    @Test
    void notANumberAndInfinitiesStay() {
        check(i -> i % 29 == 28 ? Double.NaN : i % 13 == 12 ? Double.POSITIVE_INFINITY : i - 4.5);
    }
}
