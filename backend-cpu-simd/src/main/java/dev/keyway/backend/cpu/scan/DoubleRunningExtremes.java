// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.scan;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Running extremes of f64. */
final class DoubleRunningExtremes implements RunningExtremes {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> PLACES = LongVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final long SIZE = Double.BYTES;

    private final boolean largest;

    DoubleRunningExtremes(boolean largest) {
        this.largest = largest;
    }

    @Override
    public void row(long values, long places, long self, long n) {
        if (largest) {
            maxima(values, places, self, n);
        } else {
            minima(values, places, self, n);
        }
    }

    private static void maxima(long values, long places, long self, long n) {
        double best = Double.NEGATIVE_INFINITY;
        long found = 0;
        for (long i = 0; i < n; i++) {
            double x = Memory.getDouble(self + SIZE * i);
            boolean wins = x >= best || Double.isNaN(x);
            best = wins ? x : best;
            found = wins ? i : found;
            Memory.putDouble(values + SIZE * i, best);
            Memory.putLong(places + Long.BYTES * i, found);
        }
    }

    private static void minima(long values, long places, long self, long n) {
        double best = Double.POSITIVE_INFINITY;
        long found = 0;
        for (long i = 0; i < n; i++) {
            double x = Memory.getDouble(self + SIZE * i);
            boolean wins = x <= best || Double.isNaN(x);
            best = wins ? x : best;
            found = wins ? i : found;
            Memory.putDouble(values + SIZE * i, best);
            Memory.putLong(places + Long.BYTES * i, found);
        }
    }

    @Override
    public void columns(long values, long places, long self, long n, long step, int width) {
        double[] best = new double[width];
        long[] found = new long[width];
        Arrays.fill(best, largest ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
        for (long j = 0; j < n; j++) {
            if (largest) {
                maxima(values, places, self, j, step, best, found);
            } else {
                minima(values, places, self, j, step, best, found);
            }
        }
    }

    private static void maxima(
            long values, long places, long self, long j, long step, double[] best, long[] found) {
        int full = best.length - best.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            DoubleVector x =
                    Exact.DOUBLES.cast(
                            DoubleVector.fromMemorySegment(
                                    SPECIES, ALL, self + SIZE * (j * step + i), ORDER));
            DoubleVector before = Exact.DOUBLES.cast(DoubleVector.fromArray(SPECIES, best, i));
            VectorMask<Double> wins =
                    x.compare(VectorOperators.GE, before).or(x.test(VectorOperators.IS_NAN));
            DoubleVector now = before.blend(x, wins);
            now.intoArray(best, i);
            now.intoMemorySegment(ALL, values + SIZE * (j * step + i), ORDER);
            LongVector at =
                    Exact.LONGS
                            .cast(LongVector.fromArray(PLACES, found, i))
                            .blend(j, wins.cast(PLACES));
            at.intoArray(found, i);
            at.intoMemorySegment(ALL, places + Long.BYTES * (j * step + i), ORDER);
        }
        for (int i = full; i < best.length; i++) {
            double x = Memory.getDouble(self + SIZE * (j * step + i));
            if (x >= best[i] || Double.isNaN(x)) {
                best[i] = x;
                found[i] = j;
            }
            Memory.putDouble(values + SIZE * (j * step + i), best[i]);
            Memory.putLong(places + Long.BYTES * (j * step + i), found[i]);
        }
    }

    private static void minima(
            long values, long places, long self, long j, long step, double[] best, long[] found) {
        int full = best.length - best.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            DoubleVector x =
                    Exact.DOUBLES.cast(
                            DoubleVector.fromMemorySegment(
                                    SPECIES, ALL, self + SIZE * (j * step + i), ORDER));
            DoubleVector before = Exact.DOUBLES.cast(DoubleVector.fromArray(SPECIES, best, i));
            VectorMask<Double> wins =
                    x.compare(VectorOperators.LE, before).or(x.test(VectorOperators.IS_NAN));
            DoubleVector now = before.blend(x, wins);
            now.intoArray(best, i);
            now.intoMemorySegment(ALL, values + SIZE * (j * step + i), ORDER);
            LongVector at =
                    Exact.LONGS
                            .cast(LongVector.fromArray(PLACES, found, i))
                            .blend(j, wins.cast(PLACES));
            at.intoArray(found, i);
            at.intoMemorySegment(ALL, places + Long.BYTES * (j * step + i), ORDER);
        }
        for (int i = full; i < best.length; i++) {
            double x = Memory.getDouble(self + SIZE * (j * step + i));
            if (x <= best[i] || Double.isNaN(x)) {
                best[i] = x;
                found[i] = j;
            }
            Memory.putDouble(values + SIZE * (j * step + i), best[i]);
            Memory.putLong(places + Long.BYTES * (j * step + i), found[i]);
        }
    }
}
