// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.scan;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/** Running sums and products of f64. */
final class DoubleRunning implements RunningLines {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Double.BYTES;

    private final boolean product;

    DoubleRunning(boolean product) {
        this.product = product;
    }

    @Override
    public void row(long out, long self, long n) {
        if (product) {
            product(out, self, n);
        } else {
            sum(out, self, n);
        }
    }

    private static void sum(long out, long self, long n) {
        double result = 0;
        for (long i = 0; i < n; i++) {
            result += Memory.getDouble(self + SIZE * i);
            Memory.putDouble(out + SIZE * i, result);
        }
    }

    private static void product(long out, long self, long n) {
        double result = 1;
        for (long i = 0; i < n; i++) {
            result *= Memory.getDouble(self + SIZE * i);
            Memory.putDouble(out + SIZE * i, result);
        }
    }

    @Override
    public void columns(long out, long self, long n, long step, int width) {
        double[] results = new double[width];
        Arrays.fill(results, product ? 1 : 0);
        for (long j = 0; j < n; j++) {
            if (product) {
                multiply(out + j * step, self + j * step, results);
            } else {
                add(out + j * step, self + j * step, results);
            }
        }
    }

    private static void add(long out, long self, double[] results) {
        int full = results.length - results.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            DoubleVector x =
                    DoubleVector.fromMemorySegment(SPECIES, ALL, self + (long) SIZE * i, ORDER);
            DoubleVector next = DoubleVector.fromArray(SPECIES, results, i).add(x);
            next.intoArray(results, i);
            next.intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < results.length; i++) {
            results[i] += Memory.getDouble(self + (long) SIZE * i);
            Memory.putDouble(out + (long) SIZE * i, results[i]);
        }
    }

    private static void multiply(long out, long self, double[] results) {
        int full = results.length - results.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            DoubleVector x =
                    DoubleVector.fromMemorySegment(SPECIES, ALL, self + (long) SIZE * i, ORDER);
            DoubleVector next = DoubleVector.fromArray(SPECIES, results, i).mul(x);
            next.intoArray(results, i);
            next.intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < results.length; i++) {
            results[i] *= Memory.getDouble(self + (long) SIZE * i);
            Memory.putDouble(out + (long) SIZE * i, results[i]);
        }
    }
}
