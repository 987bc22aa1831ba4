// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.scan;

import static dev.keyway.backend.cpu.scan.DoubleRunning.next;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.FloatHalves;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.ScanOp;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/** Running sums, products and extremes of f32, accumulated in f64 and rounded at each element. */
final class FloatRunning implements RunningLines {
    private static final VectorSpecies<Double> WIDE = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = WIDE.length();
    private static final int SIZE = Float.BYTES;

    private final ScanOp op;

    FloatRunning(ScanOp op) {
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
                op == ScanOp.SUM || op == ScanOp.PROD ? rows - rows % FloatRunningRows.LINES : 0;
        for (long r = 0; r < together; r += FloatRunningRows.LINES) {
            if (op == ScanOp.SUM) {
                FloatRunningRows.sumsOfLines(out + r * line, self + r * line, n);
            } else {
                FloatRunningRows.productsOfLines(out + r * line, self + r * line, n);
            }
        }
        for (long r = together; r < rows; r++) {
            row(out + r * line, self + r * line, n);
        }
    }

    @Override
    public void row(long out, long self, long n) {
        switch (op) {
            case SUM -> FloatRunningRows.sums(out, self, n);
            case PROD -> FloatRunningRows.products(out, self, n);
            default -> extremes(out, self, n);
        }
    }

    private void extremes(long out, long self, long n) {
        double result = op.identity();
        for (long i = 0; i < n; i++) {
            result = next(op, result, Memory.getFloat(self + SIZE * i));
            Memory.putFloat(out + SIZE * i, (float) result);
        }
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
            DoubleVector x = FloatHalves.load(self + (long) SIZE * i);
            DoubleVector next = Exact.DOUBLES.cast(DoubleVector.fromArray(WIDE, results, i)).add(x);
            next.intoArray(results, i);
            FloatHalves.store(next, out + (long) SIZE * i);
        }
        for (int i = full; i < results.length; i++) {
            results[i] = results[i] + Memory.getFloat(self + (long) SIZE * i);
            Memory.putFloat(out + (long) SIZE * i, (float) results[i]);
        }
    }

    private static void product(long out, long self, double[] results) {
        int full = results.length - results.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            DoubleVector x = FloatHalves.load(self + (long) SIZE * i);
            DoubleVector next = Exact.DOUBLES.cast(DoubleVector.fromArray(WIDE, results, i)).mul(x);
            next.intoArray(results, i);
            FloatHalves.store(next, out + (long) SIZE * i);
        }
        for (int i = full; i < results.length; i++) {
            results[i] = results[i] * Memory.getFloat(self + (long) SIZE * i);
            Memory.putFloat(out + (long) SIZE * i, (float) results[i]);
        }
    }

    private static void maximum(long out, long self, double[] results) {
        int full = results.length - results.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            DoubleVector x = FloatHalves.load(self + (long) SIZE * i);
            DoubleVector next = Exact.DOUBLES.cast(DoubleVector.fromArray(WIDE, results, i)).max(x);
            next.intoArray(results, i);
            FloatHalves.store(next, out + (long) SIZE * i);
        }
        for (int i = full; i < results.length; i++) {
            results[i] = Math.max(results[i], Memory.getFloat(self + (long) SIZE * i));
            Memory.putFloat(out + (long) SIZE * i, (float) results[i]);
        }
    }

    private static void logarithms(long out, long self, double[] results) {
        for (int i = 0; i < results.length; i++) {
            double x = Memory.getFloat(self + (long) SIZE * i);
            results[i] = ScanOp.LOGSUMEXP.apply(results[i], x);
            Memory.putFloat(out + (long) SIZE * i, (float) results[i]);
        }
    }

    private static void minimum(long out, long self, double[] results) {
        int full = results.length - results.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            DoubleVector x = FloatHalves.load(self + (long) SIZE * i);
            DoubleVector next = Exact.DOUBLES.cast(DoubleVector.fromArray(WIDE, results, i)).min(x);
            next.intoArray(results, i);
            FloatHalves.store(next, out + (long) SIZE * i);
        }
        for (int i = full; i < results.length; i++) {
            results[i] = Math.min(results[i], Memory.getFloat(self + (long) SIZE * i));
            Memory.putFloat(out + (long) SIZE * i, (float) results[i]);
        }
    }
}
