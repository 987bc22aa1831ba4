// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.scan;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

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
    public void row(long out, long self, long n) {
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
            default -> Math.min(result, x);
        };
    }

    /** One step of as many lines as the vectors have lanes. */
    static DoubleVector next(ScanOp op, DoubleVector result, DoubleVector x) {
        return switch (op) {
            case SUM -> result.add(x);
            case PROD -> result.mul(x);
            case MAX -> result.max(x);
            default -> result.min(x);
        };
    }

    @Override
    public void columns(long out, long self, long n, long step, int width) {
        double[] results = new double[width];
        Arrays.fill(results, op.identity());
        for (long j = 0; j < n; j++) {
            step(op, out + j * step, self + j * step, results);
        }
    }

    private static void step(ScanOp op, long out, long self, double[] results) {
        int full = results.length - results.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            DoubleVector x =
                    DoubleVector.fromMemorySegment(SPECIES, ALL, self + (long) SIZE * i, ORDER);
            DoubleVector next = next(op, DoubleVector.fromArray(SPECIES, results, i), x);
            next.intoArray(results, i);
            next.intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < results.length; i++) {
            results[i] = next(op, results[i], Memory.getDouble(self + (long) SIZE * i));
            Memory.putDouble(out + (long) SIZE * i, results[i]);
        }
    }
}
