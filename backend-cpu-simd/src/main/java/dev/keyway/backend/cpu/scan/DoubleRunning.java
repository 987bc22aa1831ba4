// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.scan;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.ScanOp;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/** Running sums, products and extremes of f64. */
final class DoubleRunning implements RunningLines {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Double.BYTES;

    private final ScanOp op;

    DoubleRunning(ScanOp op) {
        this.op = op;
    }

    @Override
    public int itemSize() {
        return SIZE;
    }

    @Override
    public void rows(long out, long self, long n, long rows) {
        long line = SIZE * n;
        long together =
                op == ScanOp.SUM || op == ScanOp.PROD ? rows - rows % DoubleRunningRows.LINES : 0;
        for (long r = 0; r < together; r += DoubleRunningRows.LINES) {
            if (op == ScanOp.SUM) {
                DoubleRunningRows.sumsOfLines(out + r * line, self + r * line, n);
            } else {
                DoubleRunningRows.productsOfLines(out + r * line, self + r * line, n);
            }
        }
        for (long r = together; r < rows; r++) {
            row(out + r * line, self + r * line, n);
        }
    }

    @Override
    public void row(long out, long self, long n) {
        switch (op) {
            case SUM -> DoubleRunningRows.sums(out, self, n);
            case PROD -> DoubleRunningRows.products(out, self, n);
            default -> extremes(out, self, n);
        }
    }

    private void extremes(long out, long self, long n) {
        double result = op.identity();
        for (long i = 0; i < n; i++) {
            result = next(op, result, Memory.getDouble(self + SIZE * i));
            Memory.putDouble(out + SIZE * i, result);
        }
    }

    /** One step; the operation is the same for a whole line. */
    static double next(ScanOp op, double result, double x) {
        return switch (op) {
            case SUM -> result + x;
            case PROD -> result * x;
            case MAX -> Math.max(result, x);
            case MIN -> Math.min(result, x);
            case LOGSUMEXP -> op.apply(result, x);
        };
    }

    @Override
    public void columns(long out, long self, long n, long step, int width) {
        double[] results = new double[width];
        Arrays.fill(results, op.identity());
        for (long j = 0; j < n; j++) {
            long to = out + j * step;
            long from = self + j * step;
            switch (op) {
                case SUM -> sum(to, from, results);
                case PROD -> product(to, from, results);
                case MAX -> maximum(to, from, results);
                case MIN -> minimum(to, from, results);
                case LOGSUMEXP -> logarithms(to, from, results);
            }
        }
    }

    private static void sum(long out, long self, double[] results) {
        int full = results.length - results.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            DoubleVector x =
                    Exact.DOUBLES.cast(
                            DoubleVector.fromMemorySegment(
                                    SPECIES, ALL, self + (long) SIZE * i, ORDER));
            DoubleVector next =
                    Exact.DOUBLES.cast(DoubleVector.fromArray(SPECIES, results, i)).add(x);
            next.intoArray(results, i);
            next.intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < results.length; i++) {
            results[i] = results[i] + Memory.getDouble(self + (long) SIZE * i);
            Memory.putDouble(out + (long) SIZE * i, results[i]);
        }
    }

    private static void product(long out, long self, double[] results) {
        int full = results.length - results.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            DoubleVector x =
                    Exact.DOUBLES.cast(
                            DoubleVector.fromMemorySegment(
                                    SPECIES, ALL, self + (long) SIZE * i, ORDER));
            DoubleVector next =
                    Exact.DOUBLES.cast(DoubleVector.fromArray(SPECIES, results, i)).mul(x);
            next.intoArray(results, i);
            next.intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < results.length; i++) {
            results[i] = results[i] * Memory.getDouble(self + (long) SIZE * i);
            Memory.putDouble(out + (long) SIZE * i, results[i]);
        }
    }

    private static void maximum(long out, long self, double[] results) {
        int full = results.length - results.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            DoubleVector x =
                    Exact.DOUBLES.cast(
                            DoubleVector.fromMemorySegment(
                                    SPECIES, ALL, self + (long) SIZE * i, ORDER));
            DoubleVector next =
                    Exact.DOUBLES.cast(DoubleVector.fromArray(SPECIES, results, i)).max(x);
            next.intoArray(results, i);
            next.intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < results.length; i++) {
            results[i] = Math.max(results[i], Memory.getDouble(self + (long) SIZE * i));
            Memory.putDouble(out + (long) SIZE * i, results[i]);
        }
    }

    private static void logarithms(long out, long self, double[] results) {
        for (int i = 0; i < results.length; i++) {
            double x = Memory.getDouble(self + (long) SIZE * i);
            results[i] = ScanOp.LOGSUMEXP.apply(results[i], x);
            Memory.putDouble(out + (long) SIZE * i, results[i]);
        }
    }

    private static void minimum(long out, long self, double[] results) {
        int full = results.length - results.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            DoubleVector x =
                    Exact.DOUBLES.cast(
                            DoubleVector.fromMemorySegment(
                                    SPECIES, ALL, self + (long) SIZE * i, ORDER));
            DoubleVector next =
                    Exact.DOUBLES.cast(DoubleVector.fromArray(SPECIES, results, i)).min(x);
            next.intoArray(results, i);
            next.intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < results.length; i++) {
            results[i] = Math.min(results[i], Memory.getDouble(self + (long) SIZE * i));
            Memory.putDouble(out + (long) SIZE * i, results[i]);
        }
    }
}
